"""Questions to begin with, made of what the documents themselves speak of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from index.types import EVERYTHING, Document, Outcome, Scope

if TYPE_CHECKING:
    from index.library import Library

__all__ = ["examples", "topics"]

_EXAMPLES = 3
_DOCUMENTS = 6
_TOPICS = 6
_SHORTEST, _LONGEST = 3, 40
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


def examples(library: Library, scope: Scope = EVERYTHING) -> tuple[str, ...]:
    """Up to three questions that the documents in scope answer: headings, or names in them."""
    largest = sorted(library.sources(scope), key=lambda pair: -pair[1])[:_DOCUMENTS]
    documents = [library.document(source.id) for source, _ in largest]
    chosen: list[str] = []
    asked: list[str] = []
    for document, topic in _in_turn(document for document in documents if document):
        if any(topic in other or other in topic for other in chosen):
            continue
        # a heading that asks is the question; “What about …?” would make none of others
        question = topic
        found = library.ask(question, 1, scope)
        if found.outcome is Outcome.FOUND and found.hits[0].passage.source.id == document.id:
            chosen.append(topic)
            asked.append(question)
        if len(asked) == _EXAMPLES:
            break
    return tuple(asked)


def topics(document: Document) -> tuple[str, ...]:
    """What a document speaks of: its headings, then the names in it, the most frequent first."""
    headings = [heading.text for heading in document.headings if heading.text != document.title]
    names = Counter(
        name
        for sentence in document.sentences
        for name in _names(document.text[sentence.start : sentence.end])
    )
    # of equals the longer name says more, and then the one that comes first
    ranked = sorted(names, key=lambda name: (-names[name], -len(name)))
    fit = (topic for topic in [*headings, *ranked] if _SHORTEST <= len(topic) <= _LONGEST)
    return tuple(dict.fromkeys(fit))[:_TOPICS]


def _names(sentence: str) -> Iterator[str]:
    """Runs of capitalised words, the sentence's first word left out."""
    run: list[re.Match[str]] = []
    for word in list(_WORD.finditer(sentence))[1:]:
        capital = word.group()[0].isupper()
        if run and not (capital and sentence[run[-1].end() : word.start()] == " "):
            yield sentence[run[0].start() : run[-1].end()]
            run = []
        if capital:
            run.append(word)
    if run:
        yield sentence[run[0].start() : run[-1].end()]


def _in_turn(documents: Iterable[Document]) -> Iterator[tuple[Document, str]]:
    """The first topic of each document, then the second of each, and so on."""
    rows = [[(document, topic) for topic in topics(document)] for document in documents]
    for row in zip_longest(*rows):
        yield from (pair for pair in row if pair)
