"""From a question and an open generation to ranked passages. Pure: no clock, no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Embedding, Encoder
from index.model.reranker import Reranker
from index.search import scoring
from index.search.deciding import decided, lowered
from index.search.nearness import compared
from index.search.studied import study
from index.stores import Found, OpenGeneration, Wanted
from index.text import languages, words
from index.types import Hit, Outcome, Parts, Passage, Query, Scope, Thresholds

__all__ = ["Mark", "Ranked", "Spoken", "rank", "seen"]

Mark = Callable[[Hit], Hit]
"""Returns a hit with its marks."""

# Candidates: the passages of the nearest sentences and those that share most words; this many of
# them, by closeness and share, are examined closely.
_NEAREST = 100
_MATCHING = 50
_CLOSELY = 20

# By the place of a passage, its number in the generation and what was found out about it.
_Examined = dict[tuple[str, int], tuple[int, scoring.Examined]]


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

    Most of them are never shown, so only the first of the `hits` has marks; `mark` gives them to
    the others. `outcome` follows from the highest score and the `thresholds`, the best score from
    its parts, the `weights` and the `base`. `confidence` is how likely the best is to answer, 0 to
    1. `spoken` is the language of the question. `numbers` are those of the passages in the
    generation.
    """

    outcome: Outcome
    hits: tuple[Hit, ...]
    weights: Parts
    thresholds: Thresholds
    confidence: float = 0.0
    base: float = 0.0
    spoken: Spoken = Spoken()
    numbers: tuple[int, ...] = ()
    mark: Mark = field(default=lambda hit: hit, compare=False)

    def marked(self) -> Ranked:
        """The same with marks in all hits."""
        return replace(self, hits=tuple(map(self.mark, self.hits)))


def rank(
    generation: OpenGeneration,
    query: Query,
    embedding: Embedding,
    model: Encoder,
    reranker: Reranker | None = None,
    among: Sequence[int] | None = None,
) -> Ranked:
    """Return the best passages in scope for a question with this embedding, by
    index.search.scoring; if given, only those of the numbers in `among`.

    A model that names no languages is taken to know them all. Equal scores go by document and
    place. A reranker, if given, reorders the passages examined closely; the scores stay, and the
    highest decides the outcome. A text that several documents contain is shown once.
    """
    text, passages = query.whole, generation.generation.passages
    question = _understand(generation, query, embedding, model)
    if among is None:
        candidates = _candidates(generation, question, max(query.top, _CLOSELY), query.scope)
    else:
        candidates = _measured(generation, question, among)
    hits, examined = _scored(generation, question, candidates)
    hits, (same, other) = _level(hits, question)
    number = examined[_place(hits[0].passage)][0] if hits else 0
    less = lowered(hits, question, number, generation, model)
    if less:
        hits = [replace(hit, score=round(hit.score - less, 5)) for hit in hits]
    hits = _each_text_once(hits)
    if not reranker:
        del hits[max(query.top, 1) :]
    mark = partial(_marked, question, examined)
    # what it decides may depend on them
    hits[:1] = map(mark, hits[:1])
    # a model has a vector for “?!” too, close to any short text
    asks = any(map(str.isalnum, text))
    outcome = decided(hits, question, query, generation) if asks else Outcome.NOTHING
    sure = model.profile.confidence(hits[0].score, passages) if hits else 0.0
    if reranker:
        hits = [hits[row] for row in reranker.order(text, [hit.passage.text for hit in hits])]
    row = scoring.row(question, hits[0].passage if hits else None)
    hits = hits[: query.top]
    return Ranked(
        outcome,
        tuple(hits),
        row.weights,
        generation.thresholds,
        round(sure, 3) if asks else 0.0,
        row.base + (other if row is question.reading.other else same) - less,
        Spoken(question.language, question.reading.languages, question.reading.known),
        tuple(examined[_place(hit.passage)][0] for hit in hits),
        mark,
    )


def seen(
    generation: OpenGeneration,
    query: Query,
    embedding: Embedding,
    model: Encoder,
    numbers: Sequence[int],
) -> tuple[dict[int, Hit], Mark]:
    """Return the passages of these numbers as a question sees them, by their numbers, and what
    marks them; no other passage is looked at.
    """
    question = _understand(generation, query, embedding, model)
    hits, examined = _scored(generation, question, _measured(generation, question, numbers))
    found = {examined[_place(hit.passage)][0]: hit for hit in hits}
    return found, partial(_marked, question, examined)


def _marked(question: scoring.Question, examined: _Examined, hit: Hit) -> Hit:
    if hit.highlights:
        return hit
    _, passage = examined[_place(hit.passage)]
    return replace(hit, highlights=scoring.marks(question, passage))


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


def _candidates(
    generation: OpenGeneration, question: scoring.Question, count: int, scope: Scope
) -> Sequence[_Candidate]:
    """The passages most worth a closer look, best first by closeness and share."""
    found = generation.find(_wanted(question), scope)
    row, weight = scoring.row(question), scoring.row(question).weights
    # the order of Row.score, for the parts that are known; of equals the earlier passage
    scores = [
        round(
            row.base
            + (
                weight.closeness * max(cosines.tolist())
                + weight.share * share
                + weight.whole * whole
            ),
            5,
        )
        for cosines, share, whole in zip(
            found.cosines, found.shares.tolist(), found.wholes.tolist(), strict=True
        )
    ]
    order = sorted(range(len(scores)), key=lambda number: -scores[number])
    return [_candidate(found, number) for number in order[:count]]


def _wanted(question: scoring.Question) -> Wanted:
    return Wanted(question.vector, list(question.rarity), _NEAREST, _MATCHING, _MATCHING)


def _measured(
    generation: OpenGeneration, question: scoring.Question, numbers: Sequence[int]
) -> Sequence[_Candidate]:
    """The passages of these numbers, without a search."""
    found = generation.measure(_wanted(question), sorted(numbers))
    return [_candidate(found, row) for row in range(len(numbers))]


def _candidate(found: Found, row: int) -> _Candidate:
    """One of the passages that were found, with the parts that are known of them all."""
    cosines = found.cosines[row]
    share, whole = float(found.shares[row]), float(found.wholes[row])
    near = Parts(max(cosines.tolist()), share, whole=whole)
    return _Candidate(found.numbers[row], near, cosines)


def _scored(
    generation: OpenGeneration, question: scoring.Question, candidates: Sequence[_Candidate]
) -> tuple[list[Hit], _Examined]:
    """The candidates as hits without marks, best first; and by the place of each its number in the
    generation, and what was found out about it.
    """
    looked = generation.look([each.number for each in candidates])
    packed = [one for _, of_passage in looked for one in of_passage]
    every = compared(question, [each.cosines for each in candidates], packed)
    hits, examined, first = [], {}, 0
    for each, (passage, _) in zip(candidates, looked, strict=True):
        last = first + len(passage.sentences)
        found = scoring.examine(question, study(passage), each.near, every[:, first:last])
        first = last
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
        found.setdefault(study(hit.passage).plain, []).append(hit)
    return [
        replace(best, also=_others(best, copies)) if copies else best
        for best, *copies in found.values()
    ]


def _others(hit: Hit, copies: Sequence[Hit]) -> tuple[Passage, ...]:
    own = hit.passage.source.id
    others = {copy.passage.source.id: copy.passage for copy in reversed(copies)}
    return tuple(others[id] for id in sorted(others) if id != own)
