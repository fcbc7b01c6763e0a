"""A question that stands alone, after another one: which of its passages comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from index.search.ranking import Ranked
from index.types import Hit, Outcome

__all__ = ["is_unsure", "place", "reordered"]

# The passages that the question before puts in order, unless the first is this likely to answer.
_FIRST, _SURE = 3, 0.85


def is_unsure(alone: Ranked) -> bool:
    """Return True if several passages come near, and none of them surely answers."""
    near = alone.outcome is not Outcome.NOTHING and len(alone.hits) > 1
    return near and alone.confidence < _SURE


def reordered(alone: Ranked, scores: Mapping[tuple[str, int], float]) -> Ranked:
    """Return the first passages of a question in the order of their scores alone, and of those
    after the question before, summed.

    They stay the first ones, and the outcome stays: what stands alone is answered by its own words.
    """
    first = sorted(alone.hits[:_FIRST], key=lambda hit: -hit.score - scores[place(hit)])
    return replace(alone, hits=(*first, *alone.hits[_FIRST:]))


def place(hit: Hit) -> tuple[str, int]:
    """Return what tells a passage from all others: its document, and where it starts there."""
    return hit.passage.source.id, hit.passage.start
