"""Questions that went unanswered -> groups that ask the same, most asked first. Pure."""

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
        """Its words."""

    @property
    def people(self) -> int:
        """How many asked it."""


_Gap = TypeVar("_Gap", bound=Gap)


@dataclass(frozen=True, slots=True)
class Group(Generic[_Gap]):
    """Gaps that ask the same, the one asked most first: it stands for all."""

    gaps: tuple[_Gap, ...]

    @property
    def question(self) -> str:
        """The question that stands for all."""
        return self.gaps[0].question

    @property
    def people(self) -> int:
        """How many asked it, in whatever words; who asked it twice counts twice."""
        return sum(gap.people for gap in self.gaps)


def group(gaps: Sequence[_Gap], vectors: NDArray[np.float32]) -> tuple[Group[_Gap], ...]:
    """The gaps in groups, the most asked first; the order of the input does not matter.

    `vectors` has a normalised row for each gap. The most asked question leads; each other one joins
    the leader nearest to it if that asks the SAME, or leads a group of its own: so no chain of
    small steps can bring together what asks different things.
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
