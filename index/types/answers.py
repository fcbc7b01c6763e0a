"""Questions, their answers, and the index that they come from."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.types.documents import EVERYTHING, Passage, Scope, Span

__all__ = [
    "Answer",
    "Generation",
    "Hit",
    "Outcome",
    "Parts",
    "Picture",
    "Place",
    "Query",
    "Talk",
    "Thresholds",
]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a score, which is their weighted sum; each is the same for every question and
    index.

    closeness: the highest cosine between the question and a sentence of the passage, -1 to 1;
    share: how much of what was asked for stands literally in the passage, 0 to 1; match: how near
    the question's words come to words of the passage in meaning, by weight; sentence: the same
    within the best single sentence; phrase: how much of the question's neighbouring words stand
    side by side in a sentence; title: how much of what was asked for stands in the document's
    title; asked: how near a word of the passage comes to the question word itself (who, when);
    names: 1 if all names and numbers of the question stand in the passage or above it and, if it
    asks for what is not so, the marked sentences or what is above them say “not” too, else 0;
    whole: the cosine between the question and the mean of the passage's sentences, -1 to 1.
    """

    closeness: float
    share: float
    match: float = 0.0
    sentence: float = 0.0
    phrase: float = 0.0
    title: float = 0.0
    asked: float = 0.0
    names: float = 0.0
    whole: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Pages as a PNG, the first of them counted from 1; `marked` if all that is quoted is marked in
    it.
    """

    png: bytes
    page: int
    marked: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score, the parts of the score, and its sentences that answer.

    `score` is absolute: it means the same for every question and every index. `highlights` are
    spans of whole sentences, in the document's offsets, in reading order. `also` are the passages
    of other documents with the same text, one of each, by id.
    """

    passage: Passage
    score: float
    parts: Parts
    highlights: tuple[Span, ...] = ()
    also: tuple[Passage, ...] = ()

    @property
    def quoted(self) -> str:
        """The characters from the first to the last of the highlights; the whole passage if
        nothing is highlighted.
        """
        if not self.highlights:
            return self.passage.text
        return self.passage.quote(Span(self.highlights[0].start, self.highlights[-1].end))


class Outcome(StrEnum):
    """The result of a question: an answer, the closest passages, or nothing."""

    FOUND = "found"
    RELATED = "related"
    NOTHING = "nothing"


class Talk(StrEnum):
    """The kind of a message that asks nothing of the documents; one that only says “why?” is
    unclear.
    """

    GREETING = "greeting"
    THANKS = "thanks"
    ABILITIES = "abilities"
    DOCUMENTS = "documents"
    UNCLEAR = "unclear"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lowest top score of an answer that is related, and of one that is found."""

    related: float
    found: float


@dataclass(frozen=True, slots=True)
class Generation:
    """One published index: its id, when it was built (UTC), and what it holds."""

    id: str
    built: datetime.datetime
    documents: int
    passages: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Query:
    """A question, how many passages are wanted at most, and the scope they may come from.

    `before` is what was asked before it in the same conversation, if anything: a line a question,
    the `context` of the answer before.
    """

    question: str
    top: int = 3
    scope: Scope = EVERYTHING
    before: str | None = None

    @property
    def turns(self) -> list[str]:
        """The questions before it, then the question."""
        return [*self.before.split("\n"), self.question] if self.before else [self.question]

    @property
    def whole(self) -> str:
        """The question, after those before it."""
        return " ".join(self.turns)


@dataclass(frozen=True, slots=True)
class Place:
    """A passage in its document: the `number`-th of `count`, counted from 1, and its neighbours.

    `changed` is True if it is not exactly the requested passage, but what that has become.
    """

    passage: Passage
    number: int
    count: int
    before: Passage | None
    after: Passage | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question from one generation.

    `hits` are best first and never empty if `outcome` is found or related. If it is nothing, they
    are empty and `nearest` names the titles that came closest, best first. The highest score and
    the `thresholds` decided; `confidence` is how likely the best passage is to answer, 0 to 1.
    `documents` counts those that were searched.

    `talk` is set if the message asked nothing; the outcome is nothing then. `taken_for` is what was
    searched for, if it differs from the question: a follow-up after the question before it, a word
    spelt as the documents spell it. `missing` are identifiers of the question that no passage
    holds, and `instead` identifiers like them that passages do hold. So many of the first hits as
    `differ` says answer with different numbers or dates, each from another document, the newest
    first if all documents are dated; 0 if none do. A message of several questions
    has one of the `parts` for each; its own hits are then the best of each, in turn.

    `context` is what the next question of the conversation may depend on, as `Query.before`.

    `language` is that of the question, empty if it cannot be known. `quoted_in` is that of the best
    passage if it is surely another one. `ask_in` are the languages of the documents if the model
    cannot search them in that of the question. `not_in` is the title of the one document that was
    asked about, if it does not answer and the hits are of others.
    """

    question: str
    outcome: Outcome
    hits: Sequence[Hit]
    thresholds: Thresholds
    generation: Generation
    seconds: float
    documents: int
    nearest: Sequence[str] = ()
    confidence: float = 0.0
    talk: Talk | None = None
    taken_for: str | None = None
    context: str = ""
    missing: Sequence[str] = ()
    instead: Sequence[str] = ()
    differ: int = 0
    parts: Sequence[Answer] = ()
    language: str = ""
    quoted_in: str | None = None
    ask_in: Sequence[str] = ()
    not_in: str | None = None
