"""A question and an open generation -> ranked passages. Pure: no clock, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Embedding
from index.model.reranker import Reranker
from index.search import scoring
from index.stores import OpenGeneration
from index.text import languages
from index.types import Hit, Outcome, Parts, Query, Scope, Thresholds

__all__ = ["Ranked", "rank"]

# Candidates: the passages of the nearest sentences and those that share most words; of these, by
# closeness and share, so many are looked at closely.
_NEAREST = 100
_MATCHING = 50
_CLOSELY = 20


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a question brought: best first; `outcome` follows from the highest score and the
    `thresholds`, each score from its parts and the `weights`.
    """

    outcome: Outcome
    hits: tuple[Hit, ...]
    weights: Parts
    thresholds: Thresholds


def rank(
    generation: OpenGeneration,
    query: Query,
    embedding: Embedding,
    model_languages: frozenset[str],
    reranker: Reranker | None = None,
) -> Ranked:
    """The best passages in scope for a question with this embedding, by index.scoring.

    A model that names no languages is taken to know them all. Equal scores go by document and
    place. A reranker, if given, puts the passages looked at closely in an order of its own; the
    scores stay, and the highest of them decides the outcome.
    """
    text = query.question
    language = languages.detect(text, among=generation.languages)
    known = not model_languages or language in model_languages
    question = scoring.understand(text, embedding, language, generation.weight, known=known)
    hits = []
    for each in _candidates(generation, question, max(query.top, _CLOSELY), query.scope):
        passage = generation.passage(each.number)
        parts, marked = scoring.parts(
            question, passage, each.share, each.cosines, generation.tokens(each.number)
        )
        hits.append(
            Hit(
                passage=passage,
                # Batches of other shapes move a cosine by 1e-7; what differs by less is equal.
                score=round(scoring.score(question, parts), 5),
                parts=parts,
                highlights=marked,
            )
        )
    hits.sort(key=lambda hit: (-hit.score, hit.passage.source.id, hit.passage.start))
    outcome = _outcome(hits, generation.thresholds)
    if reranker:
        hits = [hits[row] for row in reranker.order(text, [hit.passage.text for hit in hits])]
    return Ranked(
        outcome, tuple(hits[: query.top]), scoring.weights(question), generation.thresholds
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """The number of a passage, its part of the question's words, and a cosine a sentence."""

    number: int
    share: float
    cosines: NDArray[np.float32]


def _candidates(
    generation: OpenGeneration, question: scoring.Question, count: int, scope: Scope
) -> Sequence[_Candidate]:
    """The passages most worth a closer look, best first by closeness and share."""
    terms = list(question.rarity)
    found = np.union1d(
        generation.nearest(question.vector, _NEAREST, scope),
        generation.matching(terms, _MATCHING, scope),
    ).tolist()
    shares = generation.share(terms, found).tolist()
    cosines = generation.closeness(question.vector, found)

    def at_first(each: _Candidate) -> tuple[float, int]:
        parts = Parts(float(each.cosines.max()), each.share)
        return -round(scoring.score(question, parts), 5), each.number

    candidates = [_Candidate(*each) for each in zip(found, shares, cosines, strict=True)]
    return sorted(candidates, key=at_first)[:count]


def _outcome(hits: Sequence[Hit], thresholds: Thresholds) -> Outcome:
    if not hits or hits[0].score < thresholds.related:
        return Outcome.NOTHING
    return Outcome.FOUND if hits[0].score >= thresholds.found else Outcome.RELATED
