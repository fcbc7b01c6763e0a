"""Example questions, taken from the documents themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from index.types import EVERYTHING, Document, Outcome, Scope

if TYPE_CHECKING:
    from index.library import Library

__all__ = ["examples", "questions", "topics"]

_EXAMPLES = 3
_DOCUMENTS = 6
_TOPICS, _QUESTIONS = 6, 4
_SHORTEST, _LONGEST = 3, 40
_LONGEST_QUESTION = 64  # characters: what two lines of a button show
_TRIED = 20
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_CELL = " | "
_CAPITALISED = ("de", "lb")  # languages that write every noun with a capital
# “2. Leave”, “3.1 Leave” and “4 Leave”, but not “4 May 2026”
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+|\d{1,2}(?=\s+[^\W\d_a-z][^\d]+$))\s+")


def examples(
    library: Library, scope: Scope = EVERYTHING, language: str | None = None
) -> tuple[str, ...]:
    """Return up to three things to ask that the documents in scope answer: questions in them, else
    headings, or names.

    Documents in `language` come first.
    """
    largest = sorted(
        library.sources(scope), key=lambda pair: (pair[0].language != language, -pair[1])
    )
    documents = [library.document(source.id) for source, _ in largest[:_DOCUMENTS]]
    found = [document for document in documents if document]
    mine = [document for document in found if document.source.language == language]
    asked: list[str] = []
    rows = [_in_turn(some, of) for some in (mine, found) for of in (questions, topics)]
    for document, words in islice(chain.from_iterable(rows), _TRIED):
        if any(words in other or other in words for other in asked):
            continue
        answer = library.ask(words, 1, scope)
        hits = answer.hits if answer.outcome is Outcome.FOUND else ()
        if hits and hits[0].passage.source.id == document.id:
            asked.append(words)
        if len(asked) == _EXAMPLES:
            break
    return tuple(asked)


def questions(document: Document) -> tuple[str, ...]:
    """Return the questions of a document that are headings, or lines of their own."""
    headings = (heading.text for heading in document.headings)
    lines = (document.text[span.start : span.end].strip() for span in document.sentences)
    asking = (
        line
        for line in chain(headings, lines)
        if line.endswith(("?", "？", "؟")) and "\n" not in line
    )
    fit = (line for line in asking if _SHORTEST < len(line) <= _LONGEST_QUESTION)
    return tuple(dict.fromkeys(fit))[:_QUESTIONS]


def topics(document: Document) -> tuple[str, ...]:
    """Return the subjects of a document: its headings, the things that rows of its tables are
    about, then the names in it, the most frequent first; the title if it has none of these.
    """
    headings = [
        _unnumbered(heading.text) for heading in document.headings if heading.text != document.title
    ]
    sentences = [
        document.text[sentence.start : sentence.end]
        for sentence in document.sentences
        if sentence not in document.labels
    ]
    rows = [sentence.partition(_CELL)[0] for sentence in sentences if _CELL in sentence]
    things = [thing for thing in rows if _WORD.search(thing)]
    names = Counter(
        name for sentence in sentences if _CELL not in sentence for name in _names(sentence)
    )
    if document.source.language in _CAPITALISED:
        names = Counter({name: count for name, count in names.items() if " " in name})
    # of equals the longer name says more, and then the first one
    ranked = sorted(names, key=lambda name: (-names[name], -len(name)))
    fit = (topic for topic in [*headings, *things, *ranked] if _SHORTEST <= len(topic) <= _LONGEST)
    found = tuple(dict.fromkeys(fit))[:_TOPICS]
    return found or (
        (document.title,) if document.title and len(document.title) <= _LONGEST else ()
    )


def _unnumbered(heading: str) -> str:
    """Return a heading without the number of its section."""
    number = _NUMBER.match(heading)
    return heading[number.end() :] if number else heading


def _names(sentence: str) -> Iterator[str]:
    """Return runs of capitalised words, without the sentence's first word."""
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


def _in_turn(
    documents: Iterable[Document], of: Callable[[Document], tuple[str, ...]]
) -> Iterator[tuple[Document, str]]:
    """Return the first of each document, then the second of each, and so on."""
    rows = [[(document, words) for words in of(document)] for document in documents]
    for row in zip_longest(*rows):
        yield from (pair for pair in row if pair)
