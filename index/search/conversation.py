"""The question before: how it is read together with the next one, and which reading counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.search.following import is_unsure, place
from index.search.ranking import Ranked
from index.search.searcher import Searcher
from index.stores import OpenGeneration
from index.text import followups
from index.types import Outcome, Query

__all__ = ["ORDER", "Reading", "in_context", "ranked"]

ORDER = [Outcome.NOTHING, Outcome.RELATED, Outcome.FOUND]
"""The outcomes, from the least to the most."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a question, alone or after the one before it, and its result."""

    asked: Query
    ranked: Ranked

    @property
    def text(self) -> str:
        return self.asked.whole

    @property
    def worth(self) -> tuple[int, float]:
        top = max((hit.score for hit in self.ranked.hits), default=0.0)
        return ORDER.index(self.ranked.outcome), top


def in_context(
    query: Query,
    question: str,
    readings: Sequence[Reading],
    generation: OpenGeneration,
    searcher: Searcher,
) -> tuple[Reading, str | None]:
    """Return the reading of a question that counts, and what it was taken for if that is more than
    its own words.

    The last reading is that after the question before, if the question leans on it. One that stands
    alone keeps its outcome; the question before has a say in what comes first.
    """
    best, last = max(readings, key=lambda reading: reading.worth), readings[-1]
    together = last.asked.before and last.ranked.outcome is not Outcome.NOTHING
    if not together or _stands_alone(best, last):
        # asked again, by a button or by hand, it follows what it followed before
        before = (last.asked.before or query.before or "").removesuffix(question).strip()
        if not before or not (is_unsure(best.ranked) or followups.is_remainder(question)):
            return best, None
        after = replace(best.asked, question=question, before=before)
        moved = searcher.after(generation, after, best.ranked)
        shown = moved.outcome is not Outcome.NOTHING
        bent = shown and place(moved.hits[0]) != place(best.ranked.hits[0])
        return replace(best, ranked=moved), after.whole if bent else None
    # ranked with the question before, decided by the better of both
    outcome = best.ranked.outcome
    if outcome is Outcome.FOUND and followups.asks_why(question):
        # passages come near to the question before, and mostly give no reason
        outcome = Outcome.RELATED
    return replace(last, ranked=replace(last.ranked, outcome=outcome)), last.text


def ranked(query: Query, generation: OpenGeneration, searcher: Searcher) -> Ranked:
    """Return the best passages for a question as it is written, whatever the outcome."""
    [alone] = searcher.rank(generation, [replace(query, before=None)])
    follows = query.before and (is_unsure(alone) or followups.leans(query.question))
    return searcher.after(generation, query, alone) if follows and alone.hits else alone


def _stands_alone(best: Reading, together: Reading) -> bool:
    """Return True if a question surely finds its answer without the one before it, and a nearer one
    than with it: “and how much is the guest room?”.
    """
    is_nearer = best.worth[1] > together.worth[1]
    return is_nearer and best.ranked.outcome is Outcome.FOUND and not is_unsure(best.ranked)
