"""Compare the golden questions before and after: what a new index would lose, gain and change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.desk import evaluate
from index.desk.evaluate import Asked, Evaluation, Golden, Result
from index.errors import StoreError
from index.types import Outcome

__all__ = ["Comparison", "Pair", "RegressionError", "compare"]

_REMEDY = "Correct the documents or the questions; citebot index --force publishes it anyway"


@dataclass(frozen=True, slots=True)
class Pair:
    """The results of one golden question from the index that serves and from the new one."""

    before: Result
    after: Result

    @property
    def lost(self) -> bool:
        """True if the asker was served and would not be."""
        return self.before.right and not self.after.right

    @property
    def gained(self) -> bool:
        """True if the asker was not served and would be."""
        return self.after.right and not self.before.right

    @property
    def changed(self) -> bool:
        """True if the outcome or the words of the top passage differ."""
        return _shown(self.before) != _shown(self.after)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All golden questions, in order; `before` is None if no index serves yet."""

    before: Evaluation | None
    after: Evaluation

    @property
    def pairs(self) -> list[Pair]:
        """Each question with both results; empty if no index served before."""
        before = self.before.results if self.before else ()
        return [Pair(*both) for both in zip(before, self.after.results, strict=False)]

    @property
    def lost(self) -> list[Pair]:
        """The questions that the new index would lose."""
        return [pair for pair in self.pairs if pair.lost]

    @property
    def gained(self) -> list[Pair]:
        """The questions that the new index would win."""
        return [pair for pair in self.pairs if pair.gained]

    @property
    def changed(self) -> list[Pair]:
        """The questions whose outcome or top passage would differ, lost and gained ones too."""
        return [pair for pair in self.pairs if pair.changed]


class RegressionError(StoreError):
    """A new index is held back because it would lose golden questions; the index that served
    goes on serving.
    """

    def __init__(self, id: str, comparison: Comparison, remedy: str = _REMEDY) -> None:
        self.id = id
        self.comparison = comparison
        # without the questions: people asked them, and this text may be logged
        super().__init__(
            f"the new index {id} is held back: it would lose {len(comparison.lost):,} of "
            f"{len(comparison.after.results):,} golden questions. {remedy}",
            "regression",
            id=id,
            lost=len(comparison.lost),
            questions=len(comparison.after.results),
        )


def compare(before: Asked | None, after: Asked, golden: Sequence[Golden]) -> Comparison:
    """Ask both indexes every golden question; one that names something an index does not hold
    counts as not served.
    """
    return Comparison(
        evaluate.answers(before, golden) if before else None, evaluate.answers(after, golden)
    )


def _shown(result: Result) -> tuple[str, ...]:
    # without an answer, no one sees the nearest passage
    if result.outcome is Outcome.NOTHING:
        return (result.outcome,)
    top = result.hits[0].passage
    return result.outcome, top.source.id, top.text
