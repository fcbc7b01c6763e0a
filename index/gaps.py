"""Questions that went unanswered -> groups that ask the same, most asked first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SAME", "Gap", "Group", "group"]

SAME = 0.85
"""The least cosine of two questions that ask the same."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that was not answered, or not well, and how often it was asked."""

    question: str
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """Gaps that ask the same, the one asked most first: it stands for all."""

    gaps: tuple[Gap, ...]

    @property
    def question(self) -> str:
        """The question that stands for all."""
        return self.gaps[0].question

    @property
    def count(self) -> int:
        """How often it was asked, in whatever words."""
        return sum(gap.count for gap in self.gaps)


def group(
    gaps: Sequence[Gap], vectors: NDArray[np.float32], same: float = SAME
) -> tuple[Group, ...]:
    """The gaps in groups, the most asked first; the order of the input does not matter.

    `vectors` has a normalised row for each gap. The most asked question leads; each other one joins
    the leader nearest to it if that is at least `same`, or leads a group of its own: so no chain of
    small steps can bring together what asks different things.
    """
    order = sorted(range(len(gaps)), key=lambda n: (-gaps[n].count, gaps[n].question))
    leaders: list[int] = []
    members: dict[int, list[Gap]] = {}
    for number in order:
        if leaders:
            cosines = vectors[leaders] @ vectors[number]
            nearest = int(np.argmax(cosines))
            if cosines[nearest] >= same:
                members[leaders[nearest]].append(gaps[number])
                continue
        leaders.append(number)
        members[number] = [gaps[number]]
    groups = [Group(tuple(members[leader])) for leader in leaders]
    return tuple(sorted(groups, key=lambda one: -one.count))
