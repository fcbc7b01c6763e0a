"""Group unanswered questions that ask the same, the most asked first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["SAME", "Gap", "Group", "group"]

SAME = 0.9
"""The least cosine of two questions that ask the same.

Of the pairs of questions on one paragraph that have the same answer in squad2 and XQuAD (108, many
of them on another side of it) 0.9 joins 28 %, 0.85 joins 32 %; of those with another answer (8,317,
the hardest to tell apart there are) 1.3 % and 2.6 %. In Russian: 26 % and 33 %, 1.0 % and 3.5 %. A
question joined wrongly is overlooked, one left alone only makes the list longer.
"""


class Gap(Protocol):
    """A question that was not answered, or not well, and how many people asked it."""

    @property
    def question(self) -> str:
        """The words of the question."""

    @property
    def people(self) -> int:
        """How many people asked it."""


_Gap = TypeVar("_Gap", bound=Gap)


@dataclass(frozen=True, slots=True)
class Group(Generic[_Gap]):
    """Gaps that ask the same; the most asked one comes first and represents them all."""

    gaps: tuple[_Gap, ...]

    @property
    def question(self) -> str:
        """The question that represents them all."""
        return self.gaps[0].question

    @property
    def people(self) -> int:
        """How many people asked it, in any words; a person who asked it twice counts twice."""
        return sum(gap.people for gap in self.gaps)


def group(gaps: Sequence[_Gap], vectors: NDArray[np.float32]) -> tuple[Group[_Gap], ...]:
    """Group the gaps, the most asked first; the order of the input does not matter.

    `vectors` has a normalised row for each gap. The most asked question leads a group. Each other
    question joins the nearest leader if that asks the SAME, or else leads a group of its own; so no
    chain of small steps can join questions that ask different things.
    """
    order = sorted(range(len(gaps)), key=lambda n: (-gaps[n].people, gaps[n].question))
    leaders: list[int] = []
    members: dict[int, list[_Gap]] = {}
    for number in order:
        cosines = vectors[leaders] @ vectors[number]
        nearest = leaders[int(np.argmax(cosines))] if leaders else None
        if nearest is not None and cosines.max() >= SAME:
            members[nearest].append(gaps[number])
        else:
            leaders.append(number)
            members[number] = [gaps[number]]
    groups = [Group(tuple(members[leader])) for leader in leaders]
    return tuple(sorted(groups, key=lambda one: -one.people))
