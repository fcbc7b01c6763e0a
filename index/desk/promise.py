"""From golden questions to the highest share of wrong `found` answers, at 95% confidence. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, inf, lgamma, log, log1p

from index.desk.evaluate import Evaluation
from index.types import Outcome

__all__ = ["CONFIDENCE", "Promise", "promise"]

CONFIDENCE = 0.95
"""The confidence of a promise."""

_STEPS = 60


@dataclass(frozen=True, slots=True)
class Promise:
    """Of `found` golden questions with that outcome, `wrong` showed something else first."""

    wrong: int
    found: int

    @property
    def most(self) -> float:
        """The largest share of wrong answers that would show so few in one of twenty samples.

        It is the exact one-sided upper bound of Clopper and Pearson, 0 to 1.
        """
        if self.wrong >= self.found:
            return 1.0
        low, high = self.wrong / self.found, 1.0
        for _ in range(_STEPS):
            middle = (low + high) / 2
            if _at_most(self.wrong, self.found, middle) > 1 - CONFIDENCE:
                low = middle
            else:
                high = middle
        return high

    @property
    def percent(self) -> int:
        """`most` in percent, rounded up, so that no more is promised than holds."""
        return ceil(round(100 * self.most, 6))

    def __str__(self) -> str:
        sure = round(100 * CONFIDENCE)
        questions = "question" if self.found == 1 else "questions"
        return (
            f"`found` is wrong in at most {self.percent}% "
            f"({sure}% confidence, {self.found} {questions})"
        )


def promise(evaluation: Evaluation | None) -> Promise | None:
    """Return the promise that golden questions allow; None if none of them was found."""
    results = evaluation.results if evaluation else ()
    found = [result.right for result in results if result.outcome is Outcome.FOUND]
    return Promise(found.count(False), len(found)) if found else None


def _at_most(wrong: int, found: int, share: float) -> float:
    """Return the probability of at most `wrong` wrong answers among `found` at this share."""
    return sum(exp(_log_chance(number, found, share)) for number in range(wrong + 1))


def _log_chance(number: int, found: int, share: float) -> float:
    if share <= 0 or share >= 1:
        return 0.0 if number == (found if share >= 1 else 0) else -inf
    ways = lgamma(found + 1) - lgamma(number + 1) - lgamma(found - number + 1)
    return ways + number * log(share) + (found - number) * log1p(-share)
