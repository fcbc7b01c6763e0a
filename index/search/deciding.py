"""Decide between the outcomes: is the best passage near enough, and does it answer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.model.encoder import Encoder
from index.search.doubt import doubt, only_named
from index.search.expected import lacks
from index.search.scoring import Question
from index.stores import OpenGeneration
from index.types import Hit, Outcome, Query, Scope, Thresholds

__all__ = ["decided", "lowered"]

# How far from the threshold a score is that doubts can take across it: few move it further down,
# and most of those that they would move further up do not answer.
_BELOW, _ABOVE = 0.1, 0.4
# How far below the threshold a doubted score comes to rest: above what is about something else.
_JUST = 0.1
# What the words that name the document weigh, as a share of the question, if no other word of it
# stands in the passage.
_NAMED = 1.5
# How far ahead of the next one a passage is that stands out: of scores just below the threshold
# those of such passages are right as often as those just above it.
_LEAD = 0.4


def decided(
    hits: Sequence[Hit], question: Question, query: Query, generation: OpenGeneration
) -> Outcome:
    """Return the outcome of a question from its passages, best first."""
    outcome = _outcome(hits, generation.thresholds)
    if outcome is Outcome.FOUND and (
        not question.rarity
        or _names_a_stranger(question, generation, query.scope)
        or lacks(query.question, question.language, hits[0])
    ):
        # “how much?” does not say of what; documents do not answer about a person that none of them
        # names, and no sentence without a number says what something costs
        return Outcome.RELATED
    return outcome


def lowered(
    hits: Sequence[Hit],
    question: Question,
    number: int,
    generation: OpenGeneration,
    model: Encoder,
) -> float:
    """How much less all passages are worth for words of the question that the best one may not
    answer to, or because nothing but the name of its document answers. Only a score that this could
    move across the threshold of `found` is looked at, and it comes to rest just below it; one just
    below it, of a passage that stands out, is raised to it. Across languages every word would be
    doubted.
    """
    # not those measured by people: scores would then depend on the thresholds that they lead to
    weight = model.profile.doubt
    least = model.profile.thresholds(generation.generation.passages).found
    if not hits or not weight or not question.reading.known:
        return 0.0
    best = hits[0]
    if best.passage.source.language not in question.reading.languages:
        return 0.0
    if best.score < least - _BELOW:
        return 0.0
    named = round(_NAMED * only_named(question, best.passage), 5)
    most = best.score - least + _JUST
    if not -_BELOW <= best.score - named - least <= _ABOVE:
        return min(named, most)
    more = weight * doubt(question, best.passage, number, generation, model)
    if named:
        return min(named + max(more, 0.0), most)
    less = max(-_BELOW, min(most, more))
    short = round(least - best.score + less, 5)
    return less - short if 0 < short < _JUST and _stands_out(hits) else less


def _stands_out(hits: Sequence[Hit]) -> bool:
    """Return True if no other text comes near to the best one."""
    best, *others = hits
    second = next((hit for hit in others if hit.passage.text != best.passage.text), None)
    return second is not None and best.score - second.score >= _LEAD


def _names_a_stranger(question: Question, generation: OpenGeneration, scope: Scope) -> bool:
    """Return True if a name in the question is nowhere in the documents of its language that the
    asker may see.
    """
    if question.language not in question.reading.languages:
        return False
    return any(
        not generation.knows(sorted(name), replace(scope, document=None))
        for name in question.names
        if not any(term[0].isdigit() for term in name)
    )


def _outcome(hits: Sequence[Hit], thresholds: Thresholds) -> Outcome:
    if not hits or hits[0].score < thresholds.related:
        return Outcome.NOTHING
    return Outcome.FOUND if hits[0].score >= thresholds.found else Outcome.RELATED
