"""From a question and an open generation to ranked passages. Pure: no clock, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Embedding, Encoder
from index.model.reranker import Reranker
from index.search import scoring
from index.search.doubt import doubt
from index.search.expected import lacks
from index.search.nearness import nearest
from index.search.studied import study
from index.stores import OpenGeneration, Wanted
from index.text import languages, words
from index.types import Hit, Outcome, Parts, Passage, Query, Scope, Thresholds

__all__ = ["Ranked", "Spoken", "rank"]

# Candidates: the passages of the nearest sentences and those that share most words; this many of
# them, by closeness and share, are examined closely.
_NEAREST = 100
_MATCHING = 50
_CLOSELY = 20

# How far from the threshold a score is that doubts can take across it: few move it further down,
# and most of those that they would move further up do not answer.
_BELOW, _ABOVE = 0.1, 0.6
# How far below the threshold a doubted score comes to rest: above what is about something else.
_JUST = 0.1
# How far ahead of the next one a passage is that stands out: of scores just below the threshold
# those of such passages are right as often as those just above it.
_LEAD = 0.4


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language of a question, the documents' languages that it may be in, and whether the
    model knows it.
    """

    language: str = ""
    possible: frozenset[str] = frozenset()
    known: bool = True


@dataclass(frozen=True, slots=True)
class _Candidate:
    """The number of a passage, the parts known so far, and a cosine per sentence."""

    number: int
    near: Parts
    cosines: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranked:
    """The ranked passages of a question, best first.

    `outcome` follows from the highest score and the `thresholds`, the best score from its parts,
    the `weights` and the `base`. `confidence` is how likely the best is to answer, 0 to 1. `spoken`
    is the language of the question.
    """

    outcome: Outcome
    hits: tuple[Hit, ...]
    weights: Parts
    thresholds: Thresholds
    confidence: float = 0.0
    base: float = 0.0
    spoken: Spoken = Spoken()


def rank(
    generation: OpenGeneration,
    query: Query,
    embedding: Embedding,
    model: Encoder,
    reranker: Reranker | None = None,
) -> Ranked:
    """Return the best passages in scope for a question with this embedding, by
    index.search.scoring.

    A model that names no languages is taken to know them all. Equal scores go by document and
    place. A reranker, if given, reorders the passages examined closely; the scores stay, and the
    highest decides the outcome. A text that several documents contain is shown once.
    """
    text, passages = query.whole, generation.generation.passages
    question = _understand(generation, query, embedding, model)
    candidates = _candidates(generation, question, max(query.top, _CLOSELY), query.scope)
    hits, examined = _scored(generation, question, candidates)
    hits, (same, other) = _level(hits, question)
    number = examined[_place(hits[0].passage)][0] if hits else 0
    lowered = _lowered(hits, question, number, generation, model)
    if lowered:
        hits = [replace(hit, score=round(hit.score - lowered, 5)) for hit in hits]
    hits = _each_text_once(hits)
    if not reranker:
        del hits[max(query.top, 1) :]
    hits = [
        replace(hit, highlights=scoring.marks(question, examined[_place(hit.passage)][1]))
        for hit in hits
    ]
    # a model has a vector for “?!” too, close to any short text
    asks = any(map(str.isalnum, text))
    outcome = _outcome(hits, generation.thresholds) if asks else Outcome.NOTHING
    if outcome is Outcome.FOUND and (
        not question.rarity
        or _names_a_stranger(question, generation, query.scope)
        or lacks(query.question, question.language, hits[0])
    ):
        # “how much?” does not say of what; documents do not answer about a person that none of them
        # names, and no sentence without a number says what something costs
        outcome = Outcome.RELATED
    sure = model.profile.confidence(hits[0].score, passages) if hits else 0.0
    if reranker:
        hits = [hits[row] for row in reranker.order(text, [hit.passage.text for hit in hits])]
    row = scoring.row(question, hits[0].passage if hits else None)
    return Ranked(
        outcome,
        tuple(hits[: query.top]),
        row.weights,
        generation.thresholds,
        round(sure, 3) if asks else 0.0,
        row.base + (other if row is question.reading.other else same) - lowered,
        Spoken(question.language, question.reading.languages, question.reading.known),
    )


def _understand(
    generation: OpenGeneration, query: Query, embedding: Embedding, model: Encoder
) -> scoring.Question:
    """Return the question; the model knows it unless it is certainly in a language that its card
    lacks.
    """
    text = query.whole
    language, possible = languages.spoken(text, generation.languages)
    known = not model.languages or not model.languages.isdisjoint({language, *possible})
    profile = model.profile
    rows = (profile.same, profile.other) if known else (profile.words, profile.words)
    reading = scoring.Reading(known, possible, *rows, profile.contrast)
    weights = generation.weights(words.terms(text, language))
    return scoring.understand(text, embedding, language, weights, reading, query.question)


def _names_a_stranger(question: scoring.Question, generation: OpenGeneration, scope: Scope) -> bool:
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


def _candidates(
    generation: OpenGeneration, question: scoring.Question, count: int, scope: Scope
) -> Sequence[_Candidate]:
    """The passages most worth a closer look, best first by closeness and share."""
    wanted = Wanted(question.vector, list(question.rarity), _NEAREST, _MATCHING, _MATCHING)
    found = generation.find(wanted, scope)
    row, weight = scoring.row(question), scoring.row(question).weights
    known = zip(found.cosines, found.shares.tolist(), found.wholes.tolist(), strict=True)
    near = [(max(cosines.tolist()), share, whole) for cosines, share, whole in known]
    # the order of Row.score, for the parts that are known
    scores = [
        row.base + weight.closeness * close + weight.share * share + weight.whole * whole
        for close, share, whole in near
    ]
    order = sorted((-round(score, 5), found.numbers[at], at) for at, score in enumerate(scores))
    return [
        _Candidate(number, Parts(near[at][0], near[at][1], whole=near[at][2]), found.cosines[at])
        for _, number, at in order[:count]
    ]


def _scored(
    generation: OpenGeneration, question: scoring.Question, candidates: Sequence[_Candidate]
) -> tuple[list[Hit], dict[tuple[str, int], tuple[int, scoring.Examined]]]:
    """The candidates as hits without marks, best first; and by the place of each its number in the
    generation, and what was found out about it.
    """
    looked = generation.look([each.number for each in candidates])
    every = nearest(question.looked_for, [one for _, packed in looked for one in packed])
    ends = np.cumsum([len(packed) for _, packed in looked])
    hits, examined = [], {}
    for each, (passage, packed), end in zip(candidates, looked, ends.tolist(), strict=True):
        near = every[:, end - len(packed) : end]
        found = scoring.examine(question, study(passage), each.near, each.cosines, near)
        # Batches of other shapes move a cosine by 1e-7; smaller differences count as equal.
        score = round(scoring.row(question, passage).score(found.parts), 5)
        hits.append(Hit(passage, score, found.parts))
        examined[_place(passage)] = each.number, found
    return sorted(hits, key=_order), examined


def _level(
    hits: Sequence[Hit], question: scoring.Question
) -> tuple[list[Hit], tuple[float, float]]:
    """Make the scores of passages in the question's languages and in others comparable; return the
    hits in their new order, and how much was added to those of either kind.

    The highest score stays: it is the order that changes, not the outcome.
    """
    other = question.reading.other
    across = [scoring.row(question, hit.passage) is other for hit in hits]
    crowd = other.level([hit.score for hit, is_so in zip(hits, across, strict=True) if is_so])
    if not crowd and not (other.behind and any(across)):
        return list(hits), (0.0, 0.0)
    scores = [hit.score + crowd * is_so for hit, is_so in zip(hits, across, strict=True)]
    behind = [score - other.behind * is_so for score, is_so in zip(scores, across, strict=True)]
    lift = max(scores) - max(behind)
    levelled = [
        replace(hit, score=round(score + lift, 5)) for hit, score in zip(hits, behind, strict=True)
    ]
    return sorted(levelled, key=_order), (lift, crowd - other.behind + lift)


def _lowered(
    hits: Sequence[Hit],
    question: scoring.Question,
    number: int,
    generation: OpenGeneration,
    model: Encoder,
) -> float:
    """How much less all passages are worth for words of the question that the best one may not
    answer to. Only a score that this could move across the threshold of `found` is looked at, and
    it comes to rest just below it; one just below it, of a passage that stands out, is raised to
    it. Across languages every word would be doubted.
    """
    # not those measured by people: scores would then depend on the thresholds that they lead to
    weight = model.profile.doubt
    least = model.profile.thresholds(generation.generation.passages)
    if not hits or not weight or not question.reading.known:
        return 0.0
    best = hits[0]
    if best.passage.source.language not in question.reading.languages:
        return 0.0
    if not least.found - _BELOW <= best.score <= least.found + _ABOVE:
        return 0.0
    more = weight * doubt(question, best.passage, number, generation, model)
    lowered = max(-_BELOW, min(best.score - least.found + _JUST, more))
    short = round(least.found - best.score + lowered, 5)
    return lowered - short if 0 < short < _JUST and _stands_out(hits) else lowered


def _stands_out(hits: Sequence[Hit]) -> bool:
    """Return True if no other text comes near to the best one."""
    best, *others = hits
    second = next((hit for hit in others if hit.passage.text != best.passage.text), None)
    return second is not None and best.score - second.score >= _LEAD


def _place(passage: Passage) -> tuple[str, int]:
    return passage.source.id, passage.start


def _order(hit: Hit) -> tuple[float, int, str, int]:
    # the name of a copy is mostly the longer one
    id = hit.passage.source.id
    return -hit.score, len(id), id, hit.passage.start


def _each_text_once(hits: Sequence[Hit]) -> list[Hit]:
    """Return the best hit of each text, with the others as its copies: a text is one answer."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(" ".join(hit.passage.text.split()), []).append(hit)
    return [
        replace(best, also=_others(best, copies)) if copies else best
        for best, *copies in found.values()
    ]


def _others(hit: Hit, copies: Sequence[Hit]) -> tuple[Passage, ...]:
    own = hit.passage.source.id
    others = {copy.passage.source.id: copy.passage for copy in reversed(copies)}
    return tuple(others[id] for id in sorted(others) if id != own)


def _outcome(hits: Sequence[Hit], thresholds: Thresholds) -> Outcome:
    if not hits or hits[0].score < thresholds.related:
        return Outcome.NOTHING
    return Outcome.FOUND if hits[0].score >= thresholds.found else Outcome.RELATED
