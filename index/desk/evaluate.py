"""From golden questions to how good the answers are, and which thresholds would suit them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from index.errors import GoldenError
from index.search.ranking import Ranked
from index.types import Document, Hit, Outcome, Span, Thresholds

__all__ = [
    "Asked",
    "Evaluation",
    "Golden",
    "Result",
    "answers",
    "evaluate",
]

# How many passages to search for the right one.
_DEPTH = 10
_LOWEST, _HIGHEST, _STEP = 1.0, 4.0, 0.05
# The share of answerable questions that proposed thresholds keep, and the fewest questions of a
# kind that allow a proposal.
_KEPT = 0.95
_FEWEST = 10


class Golden(BaseModel):
    """A question with the words that answer it, or with none if the documents do not answer it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    question: str = Field(min_length=1)
    document: str | None = None
    text: str | None = None
    kind: Literal["near", "off"] | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.document is None) != (self.text is None):
            raise ValueError("document and text belong together; give both or neither")
        return self

    @property
    def id(self) -> str:
        """The same id for the same question, whatever its spaces and capitals."""
        words = " ".join(self.question.casefold().split())
        return sha256(words.encode(errors="surrogatepass")).hexdigest()[:12]

    @property
    def answerable(self) -> bool:
        return self.document is not None


class Asked(Protocol):
    """A library or one generation that golden questions are asked of."""

    def rank(self, question: str, top: int) -> Ranked:
        """Return the best passages, whatever the outcome."""

    def document(self, id: str) -> Document | None:
        """Return an indexed document, or None."""

    def thresholds(self) -> Thresholds:
        """The lowest scores of a related and of a found answer."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one golden question: the outcome, the best passages, and the rank of the
    right one among them (1 is the first, None if it is missing).
    """

    golden: Golden
    outcome: Outcome
    hits: tuple[Hit, ...]
    rank: int | None
    marked: bool

    @property
    def score(self) -> float:
        """The top score, 0 if there is no passage at all."""
        return self.hits[0].score if self.hits else 0.0

    @property
    def right(self) -> bool:
        """True if the asker was served: the right passage first, or no claim to have found one."""
        if self.golden.answerable:
            return self.rank == 1 and self.outcome is not Outcome.NOTHING
        return self.outcome is not Outcome.FOUND


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The results of all golden questions, in order; rates are 0 to 1, of an empty set 1."""

    results: tuple[Result, ...]
    thresholds: Thresholds

    @property
    def answerable(self) -> list[Result]:
        return [result for result in self.results if result.golden.answerable]

    @property
    def unanswerable(self) -> list[Result]:
        return [result for result in self.results if not result.golden.answerable]

    @property
    def right(self) -> float:
        """The share of all questions whose asker was served; `--fail-under` compares with this."""
        return _share([result.right for result in self.results])

    def recall(self, depth: int) -> float:
        """The share of answerable questions with the right passage among the first `depth`."""
        return _share([r.rank is not None and r.rank <= depth for r in self.answerable])

    @property
    def reciprocal_rank(self) -> float:
        """The mean of 1 / rank over the answerable questions, MRR@10."""
        ranks = [1 / result.rank if result.rank else 0.0 for result in self.answerable]
        return sum(ranks) / len(ranks) if ranks else 1.0

    @property
    def marked(self) -> float:
        """The share of the right first passages in which the marked sentence has the answer."""
        return _share([result.marked for result in self.answerable if result.rank == 1])

    def false_answers(self, threshold: float) -> float:
        """Return the share of unanswerable questions whose top score reaches `threshold`."""
        return _share([result.score >= threshold for result in self.unanswerable], of_none=0.0)

    def missed_answers(self, threshold: float) -> float:
        """Return the share of answerable questions whose top score stays below `threshold`."""
        return _share([result.score < threshold for result in self.answerable], of_none=0.0)

    @property
    def steps(self) -> list[float]:
        """The thresholds worth trying, ascending."""
        count = round((_HIGHEST - _LOWEST) / _STEP) + 1
        return [round(_LOWEST + _STEP * number, 2) for number in range(count)]

    def propose(self) -> Thresholds | None:
        """Return better thresholds for these questions; None if there are too few of either kind.

        `related` is the highest that refuses at most one in twenty of the answerable questions;
        `found`, never below it, is where false and missed answers together are fewest.
        """
        if len(self.answerable) < _FEWEST or len(self.unanswerable) < _FEWEST:
            return None
        related = max(
            (step for step in self.steps if self.missed_answers(step) <= 1 - _KEPT),
            default=_LOWEST,
        )
        found = min(
            (step for step in self.steps if step >= related),
            key=lambda step: self.false_answers(step) + self.missed_answers(step),
        )
        return Thresholds(related, found)


def evaluate(asked: Asked, golden: Sequence[Golden]) -> Evaluation:
    """Ask every golden question; GoldenError if one does not fit the documents."""
    for number, question in enumerate(golden, start=1):
        if question.document is not None:
            _refuse_misfit(question, asked.document(question.document), number)
    return answers(asked, golden)


def answers(asked: Asked, golden: Sequence[Golden]) -> Evaluation:
    """Ask every golden question; one that does not fit the documents counts as not served."""
    documents: dict[str, Document | None] = {}
    results = []
    for question in golden:
        spans: list[Span] = []
        if question.document is not None:
            if question.document not in documents:
                documents[question.document] = asked.document(question.document)
            spans = _places(question, documents[question.document])
        ranked = asked.rank(question.question, _DEPTH)
        rank = next(
            (place for place, hit in enumerate(ranked.hits, 1) if _holds(hit, question, spans)),
            None,
        )
        marked = rank == 1 and any(
            _overlap(mark, span) * 2 >= min(_length(mark), _length(span))
            for mark in _marks(ranked.hits[0], question.document)
            for span in spans
        )
        results.append(Result(question, ranked.outcome, ranked.hits, rank, marked))
    return Evaluation(tuple(results), asked.thresholds())


def _refuse_misfit(golden: Golden, document: Document | None, number: int) -> None:
    if document is None:
        raise GoldenError(
            f"golden question {number} names {golden.document}, which is not indexed; correct the "
            "question or index the document",
            "golden_document",
            number=number,
            document=golden.document,
        )
    if not _places(golden, document):
        raise GoldenError(
            f"golden question {number}: {golden.document} does not hold the words "
            f"“{(golden.text or '')[:80]}”; correct the question",
            "golden_words",
            number=number,
            document=golden.document,
            words=(golden.text or "")[:80],
        )


def _places(golden: Golden, document: Document | None) -> list[Span]:
    """Return every place in the document that has the golden text."""
    found: list[Span] = []
    if document is None or not golden.text:
        return found
    start = document.text.find(golden.text)
    while start >= 0:
        found.append(Span(start, start + len(golden.text)))
        start = document.text.find(golden.text, start + 1)
    return found


def _holds(hit: Hit, golden: Golden, spans: Sequence[Span]) -> bool:
    """Return True if a passage, or a copy of it, holds at least half of the golden text."""
    return any(
        passage.source.id == golden.document
        and any(
            _overlap(Span(passage.start, passage.end), span) * 2 >= _length(span) for span in spans
        )
        for passage in (hit.passage, *hit.also)
    )


def _marks(hit: Hit, document: str | None) -> list[Span]:
    """Return the marked sentences in a document that contains the passage or a copy of it."""
    for passage in (hit.passage, *hit.also):
        if passage.source.id == document:
            shift = passage.start - hit.passage.start
            return [Span(mark.start + shift, mark.end + shift) for mark in hit.highlights]
    return []


def _overlap(one: Span, two: Span) -> int:
    return max(0, min(one.end, two.end) - max(one.start, two.start))


def _length(span: Span) -> int:
    return span.end - span.start


def _share(found: Sequence[bool], of_none: float = 1.0) -> float:
    return sum(found) / len(found) if found else of_none
