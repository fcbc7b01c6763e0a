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

__all__ = ["ORDER", "Reading", "chosen", "in_context", "ranked"]

ORDER = [Outcome.NOTHING, Outcome.RELATED, Outcome.FOUND]
"""The outcomes, from the least to the most."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a question, alone or after the one before it, and its result.

    `taken_for` is what the question was taken for, if that is not what its asker wrote. `after`
    are the questions that it continues, if any.
    """

    asked: Query
    ranked: Ranked
    taken_for: str | None = None
    after: str = ""

    @property
    def text(self) -> str:
        return self.asked.whole

    @property
    def context(self) -> str:
        """The questions that the next one may depend on, a line each."""
        if not self.after:
            return self.taken_for or self.asked.question
        # a bare “why?” says nothing that the next question could continue
        is_bare = followups.asks_why(self.asked.question)
        return self.after if is_bare else f"{self.after}\n{self.asked.question}"

    @property
    def worth(self) -> tuple[int, float]:
        top = max((hit.score for hit in self.ranked.hits), default=0.0)
        return ORDER.index(self.ranked.outcome), top


def chosen(readings: Sequence[Reading]) -> Reading:
    """Return the reading that finds most."""
    return max(readings, key=lambda reading: reading.worth)


def in_context(
    asked: Query,
    best: Reading,
    told: str | None,
    generation: OpenGeneration,
    searcher: Searcher,
) -> Reading:
    """Return the reading of a question that counts, when it follows another one.

    `best` is the best one of the question alone, unless it says nothing by itself; `told` is the
    question with what its message says after it. One that leans on the one before is ranked
    together with it, and decided by the better of both; the others keep their outcome, and the one
    before has a say in what comes first.
    """
    question, before = asked.question, asked.before
    if not before or not best.ranked.hits:
        return best
    together = best if best.asked.before else None
    if not together and followups.leans(question):
        # “Is that all? I heard of another one.” says what it is about in what it tells
        told = told if best.asked.question == told else None
        asked = replace(asked, question=told or question)
        together = Reading(asked, searcher.together(generation, asked, best.ranked))
        if text := followups.named(asked.question, before.rpartition("\n")[2]):
            [named] = searcher.rank(generation, [replace(asked, question=text, before=None)])
            together = chosen([together, Reading(asked, named, text)])
            searcher.note(generation, asked, together.ranked)
    if together and together.ranked.outcome is not Outcome.NOTHING:
        if not _stands_alone(best, together):
            outcome = chosen([best, together]).ranked.outcome
            ranked = replace(together.ranked, outcome=outcome)
            if outcome is Outcome.FOUND and (
                # passages come near to the question before, and mostly give no reason
                followups.asks_why(question) or searcher.repeats(generation, together.asked, ranked)
            ):
                ranked = replace(ranked, outcome=Outcome.RELATED)
            return Reading(
                together.asked, ranked, together.taken_for or together.text, after=before
            )
        return best
    if together:
        # “and for bicycles?” finds nothing; “and on Sunday?” may still go on with what was before
        best = replace(best, after=before)
    if best.asked.before or not is_unsure(best.ranked):
        return best
    asked = replace(asked, question=best.asked.question)
    moved = searcher.after(generation, asked, best.ranked)
    if place(moved.hits[0]) == place(best.ranked.hits[0]):
        return best
    shown = moved.outcome is not Outcome.NOTHING
    if not shown:
        return replace(best, ranked=moved)
    return replace(best, ranked=moved, taken_for=asked.whole, after=before)


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
