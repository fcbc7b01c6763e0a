"""The facts of a passage that are the same for every question: its words, title and sentences.

A question looks at twenty passages, most of which earlier questions looked at too. What was found
out then is kept, for the passages of the most recent questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from index.search import naming
from index.text import passages, phrasebook, words
from index.text.narrated import tells_a_question
from index.types import Passage, Source

__all__ = ["Statement", "Studied", "asks", "pair", "spelt", "study"]

# Passages kept: some 8 KB each.
_KEPT = 2_000
# Stands in no word.
_APART = "\x01"

_ASKING = re.compile(r"[?؟？][\"'»”’)]*$")
# “No, sorry.” after a question says no more than “No.”
_CURT = 3
# Fewer words before a list are its name.
_SENTENCE = 5
_NUMBERED = re.compile(r"\W*\d{1,3}[.)]\s+")
_LEADING = re.compile(r"[:：]$")
_WORDS = re.compile(r"\w+")
# `[09:12] Anna: …`, `KEEPER: …`
_TURN = re.compile(r"[^\n]{0,60}?[^\W\d_][)\]*]*[:：]\s+(?P<said>\S.*)", re.DOTALL)
# The mark before the answer of a list of questions.
_LETTERED = re.compile(r"^\w+[.:]\s+")
# A line that heads what is below it in a plain text, and one that asks: `Q. I upgraded …`.
_UNDERLINED = re.compile(r"\n[ \t]*([-=~_*#])\1{3,}[ \t]*$")
_ASKER = re.compile(r"^(?:Q|Question|Frage|Pregunta|Вопрос|Сұрақ|Суроо)\s*\d*[.:]\s", re.IGNORECASE)
_ADDRESS = re.compile(r"\W*(?:https?://|www\.)\S+")
_INNER_STOP = re.compile(r"[.!…。！,;][\"'»”’)]*(?:\s|$)")
_STOP = re.compile(r"[.!?…。！？؟][\"'»”’)\]]*$")
# After a question word, these begin a clause: “when the tide is high”.
_SUBJECT = frozenset("the a an i you he she it we they this that these those there my our".split())


class Studied:
    """A passage; what is worked out about it is worked out once, when it is first wanted."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage

    def holds(self, terms: Iterable[str]) -> bool:
        """Return True if one of these terms stands in the passage or in what is above it."""
        terms = tuple(terms)
        return not self.titled.isdisjoint(terms) or self.says(terms)

    def says(self, terms: Iterable[str]) -> bool:
        """Return True if one of these terms stands in the passage or its heading."""
        return any(f"{_APART}{term}{_APART}" in self._said for term in terms)

    @cached_property
    def plain(self) -> str:
        """The text of the passage on one line: copies share it."""
        return " ".join(self.passage.text.split())

    @cached_property
    def titled(self) -> frozenset[str]:
        """The terms that name the document."""
        return _titled(self.passage.source)

    @cached_property
    def begins(self) -> bool:
        """True if the passage begins with the title of its document, and goes on."""
        return self.passage.title is not None and len(self.passage.sentences) > 1

    @cached_property
    def title(self) -> int | None:
        """The row of the sentence that is the document's title; None if it begins another passage,
        is all there is, or asks.
        """
        title = self.passage.title
        if title is None or not self.begins or asks(self.passage.quote(title)):
            return None
        return self.passage.sentences.index(title)

    @cached_property
    def statements(self) -> Sequence[Statement]:
        """The sentences."""
        return tuple(Statement(self.passage, row) for row in range(len(self.passage.sentences)))

    @cached_property
    def subjects(self) -> Sequence[int | None]:
        """For each sentence the row of the one that names its subject, if it does not itself."""
        rows = range(len(self.passage.sentences))
        return tuple(naming.subject(self.passage, row) for row in rows)

    @cached_property
    def headings(self) -> Sequence[tuple[int, ...]]:
        """For each sentence the rows of the headings right above it in the passage."""
        return tuple(naming.headings(self.passage))

    @cached_property
    def labels(self) -> Sequence[tuple[int, frozenset[str]]]:
        """The rows of a table that the passage has, each with the terms of its first cell."""
        return tuple(naming.labels(self.passage))

    # Of words that are kept as one text a search takes no longer than in a set, which would take
    # ten times the memory.

    @cached_property
    def _said(self) -> str:
        passage = self.passage
        return _joined(
            words.terms(f"{passage.heading or ''}\n{passage.text}", passage.source.language)
        )

    @cached_property
    def pairs(self) -> str:
        """The stems of each sentence: each `pair` that stands side by side in one is in it."""
        passage = self.passage
        said = (
            words.stems(passage.quote(span), passage.source.language) for span in passage.sentences
        )
        return "\n".join(map(_joined, said))


class Statement:
    """A sentence of a passage, whatever is asked.

    `stems` are those of its words without the number of an item. `is_label` if it names or asks and
    answers nothing; `leads` if it ends with a colon, or without a stop
    before the first item of a list; `is_row` if it ends without a stop; `is_bare`
    if it says only yes or no and more follows; `is_idle` if it answers no question, `asks` if it
    asks one. `turn` are the terms of the turn of a
    conversation that asks; `spelt` tells its words from those of other texts.
    """

    __slots__ = (
        "asks",
        "is_bare",
        "is_idle",
        "is_label",
        "is_row",
        "leads",
        "spelt",
        "stems",
        "turn",
    )

    def __init__(self, passage: Passage, number: int) -> None:
        text, language = passage.quote(passage.sentences[number]), passage.source.language
        after = passage.sentences[number + 1 :][:1]
        stopped = _STOP.search(text) is not None
        self.is_label = passage.sentences[number] in passage.labels
        self.stems = frozenset(words.stems(_unnumbered(text), language))
        self.leads = bool(after) and (
            _LEADING.search(text) is not None
            or (not stopped and _begins_a_list(text, passage.quote(after[0])))
        )
        self.is_row = not stopped and not self.leads
        said = _LETTERED.sub("", text)
        before = passage.sentences[max(number - 1, 0) : number]
        curt = _CURT if any(asks(passage.quote(span)) for span in before) else 1
        self.is_bare = bool(after) and stopped and len(said.split()) <= curt
        turn = _TURN.match(text) if after else None
        aloud = turn is not None and _asks_aloud(turn["said"], language)
        self.turn = frozenset(words.terms(turn["said"], language)) if turn and aloud else None
        told = bool(after) and not _breaks(passage, number) and tells_a_question(text, language)
        self.asks = told or asks(text)
        self.is_idle = (
            aloud
            or told
            or (self.asks and not _concludes(passage, number))
            or _UNDERLINED.search(text) is not None
            or _ADDRESS.fullmatch(text) is not None
            or (bool(after) and _ASKER.match(text) is not None)
            or (self.leads and after[0] in passage.labels)
        )
        self.spelt = spelt(text)


@lru_cache(maxsize=_KEPT)
def study(passage: Passage) -> Studied:
    """Return a passage with what is known about it."""
    return Studied(passage)


def pair(one: str, two: str) -> str:
    """Return two neighbouring stems as they stand in `Studied.pairs`."""
    return _joined((one, two))


def asks(sentence: str) -> bool:
    """Return True if a sentence ends as a question does."""
    return _ASKING.search(sentence) is not None


def spelt(text: str) -> int:
    """Return a number that texts of the same words share, whatever stands between them."""
    return hash(tuple(_WORDS.findall(text.casefold())))


@lru_cache(maxsize=_KEPT)
def _titled(source: Source) -> frozenset[str]:
    return frozenset(passages.names(source))


def _joined(found: Iterable[str]) -> str:
    return f"{_APART}{_APART.join(found)}{_APART}"


def _unnumbered(text: str) -> str:
    """Return the words of an item of a list without its number."""
    marker = _NUMBERED.match(text)
    return text[marker.end() :] if marker else text


def _begins_a_list(text: str, after: str) -> bool:
    """Return True if an item of a list follows a text that is none and is more than a name."""
    is_long = len(text.split()) >= _SENTENCE
    return is_long and bool(phrasebook.ITEM.match(after)) and not phrasebook.ITEM.match(text)


def _concludes(passage: Passage, number: int) -> bool:
    """Return True if a sentence ends the passage and does not begin its paragraph: its question is
    part of the story, since nothing below answers it.
    """
    if number == 0 or number + 1 < len(passage.sentences):
        return False
    return not _breaks(passage, number - 1)


def _breaks(passage: Passage, number: int) -> bool:
    """Return True if a paragraph ends with a sentence that is not the last."""
    here, after = passage.sentences[number : number + 2]
    return "\n" in passage.text[here.end - passage.start : after.start - passage.start]


def _asks_aloud(said: str, language: str) -> bool:
    """Return True if a turn of a conversation asks; transcripts have few question marks."""
    if asks(said):
        return True
    asking = words.question_words(said, language)
    if not asking or _INNER_STOP.search(said):
        return False
    before, after = said[: asking[0].start].split(), said[asking[0].end :].split()
    return len(before) < 2 and bool(after) and after[0].lower() not in _SUBJECT
