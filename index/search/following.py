"""A question that may stand alone, after another one: which of its passages comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from index.search.ranking import Mark, Ranked
from index.types import Hit, Outcome

__all__ = ["followed", "is_unsure", "place", "reordered"]

# A question whose best passage is this likely to answer is not looked at again.
_SURE = 0.97
# The weight of a passage's score after the question before, beside that of its score alone.
_AFTER = 3.0
# A passage whose score alone is this far below `related` has nothing to do with a question.
_FAR = 0.1


def followed(context: str) -> str:
    """Return the questions of a conversation that the next one is read after: the first one, which
    says what it is about, and the last one. All of them would outweigh it.
    """
    turns = context.split("\n")
    return "\n".join([turns[0], turns[-1]] if len(turns) > 1 else turns)


def is_unsure(alone: Ranked) -> bool:
    """Return True if no passage surely answers a question."""
    return bool(alone.hits) and (alone.outcome is Outcome.NOTHING or alone.confidence < _SURE)


def reordered(
    alone: Ranked, own: Mapping[int, Hit], after: Mapping[int, Hit], mark: Mark
) -> Ranked:
    """Return the passages of a question in the order of their scores alone and of those after the
    question before, summed.

    `after` are its passages and the first ones of the question before, as both questions together
    see and `mark` them; `own` are the first passage and those of the question before, as the
    question alone sees them. A question is decided by its own words: if it finds an answer, no
    passage comes first that has nothing to do with it, and one that would only be related is no
    more than that.
    """
    best = alone.numbers[0]
    # what all passages lost by doubts about the best one
    less = own[best].score - alone.hits[0].score if best in own else 0.0
    hits = dict(zip(alone.numbers, alone.hits, strict=True))
    added = own.keys() - hits.keys()
    for number in added:
        hits[number] = replace(after[number], score=round(own[number].score - less, 5))
    places = {place(hits[number]) for number in added}
    outcome, limits = alone.outcome, alone.thresholds
    found = outcome is Outcome.FOUND
    least = limits.related - _FAR
    far = {number for number, hit in hits.items() if found and hit.score < least}
    order = sorted(hits, key=lambda n: (n in far, -hits[n].score - _AFTER * after[n].score, n))
    if found and hits[order[0]].score < limits.found:
        outcome = Outcome.RELATED
    return replace(
        alone,
        outcome=outcome,
        hits=tuple(hits[n] for n in order),
        numbers=tuple(order),
        mark=lambda hit: mark(hit) if place(hit) in places else alone.mark(hit),
    )


def place(hit: Hit) -> tuple[str, int]:
    """Return what tells a passage from all others: its document, and where it starts there."""
    return hit.passage.source.id, hit.passage.start
