"""The parts of a passage's score, and the marks of its sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.model import tokens
from index.model.encoder import Embedding
from index.model.profiles import Row
from index.search import naming
from index.search.marks import asks, marked
from index.text import negation, passages, words
from index.text.words import Word
from index.types import Parts, Passage, Span

__all__ = ["Question", "Reading", "parts", "row", "understand"]

# What a sentence gains if something in it comes close to the question word itself (who, when).
_ASKED = 0.3

# How much of the weight of a word is left for the marks, if it is only in the question before.
_BEFORE = 0.3

# What a row of a table gains if its label holds everything that was asked for.
_LABEL = np.float32(0.3)

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question is read: whether the model knows its language, the documents' languages
    that it may be in, the weights of the parts in passages of these and of other languages, and
    the factor for a difference between the marks of two sentences.
    """

    known: bool
    languages: frozenset[str]
    same: Row
    other: Row
    contrast: float = 1.0


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the score sees it.

    `pieces` are the normalised vectors of the pieces of its words, shape (n, dimension), with
    `weights` that sum to 1, and the `terms` of each piece's word; `asking` those of its question
    words. `rarity` is the weight of each of its terms, `pairs` that of the stems of neighbouring
    words. `focus` and `wanted` are weights and rarity for the marks: the words of a question count
    more than those of the one before it. For each of its `names` and numbers, one of these terms
    shows that it is there. `negated` if it asks for what is not so.
    """

    text: str
    language: str
    vector: NDArray[np.float32]
    reading: Reading
    rarity: dict[str, float]
    pieces: NDArray[np.float32]
    weights: NDArray[np.float32]
    focus: NDArray[np.float32]
    wanted: dict[str, float]
    terms: tuple[tuple[str, ...], ...]
    asking: NDArray[np.float32]
    pairs: dict[tuple[str, str], float]
    names: tuple[frozenset[str], ...]
    negated: bool


def understand(
    text: str,
    embedding: Embedding,
    language: str,
    rarity: Mapping[str, float],
    reading: Reading,
    own: str,
) -> Question:
    """The question `text` in a language, whose terms weigh so much each.

    `own` is the end of it that was asked now; what is in front of that was asked before.
    """
    found = list(words.words(text, language))
    begins = len(text) - len(own)
    spans = embedding.tokens.spans
    rows, weights, terms = _pieces(found, spans, rarity)
    asking = [
        row
        for asked in words.question_words(text, language)
        for row, span in enumerate(spans)
        if _within(span, asked)
    ]
    said = {term for word in found if word.span.start >= begins for term in word.terms}
    focus = np.asarray(
        [w if spans[r].start >= begins else _BEFORE * w for r, w in zip(rows, weights, strict=True)]
    )
    vectors = embedding.tokens.vectors
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return Question(
        text=text,
        language=language,
        vector=embedding.vector,
        reading=reading,
        rarity={term: rarity[term] for term in words.terms(text, language)},
        pieces=unit[rows],
        weights=np.asarray(weights, np.float32) / max(sum(weights), 1e-12),
        focus=np.asarray(focus / max(focus.sum(), 1e-12), np.float32),
        wanted={
            term: rarity[term] if not begins or term in said else _BEFORE * rarity[term]
            for term in words.terms(text, language)
        },
        terms=tuple(terms),
        asking=unit[asking],
        pairs={
            (one.stem, two.stem): rarity[one.stem] + rarity[two.stem]
            for one, two in pairwise(found)
        },
        names=tuple(_tellers(word) for word in words.names(text, language)),
        negated=negation.asks_what_is_not(text, language),
    )


def parts(
    question: Question,
    passage: Passage,
    near: Parts,
    cosines: NDArray[np.float32],
    packed: Sequence[NDArray[np.uint8]],
) -> tuple[Parts, tuple[Span, ...]]:
    """Return the parts of a passage's score, and those of its sentences that answer.

    `near` has the parts known before: closeness, share and whole. `cosines` and `packed`, the
    packed token vectors, have an entry for each sentence.
    """
    language = passage.source.language
    stems = [words.stems(passage.quote(span), language) for span in passage.sentences]
    pairs = {pair for sentence in stems for pair in pairwise(sentence)}
    title = set(passages.names(passage.source))
    pieces, asked = _nearest(question, packed)
    best = _Best(passage)
    closeness = float(best(cosines))
    near = replace(near, closeness=closeness)
    if not question.reading.known:
        marks = _coverage(question, passage)
    elif not len(question.pieces):
        # the model gives no vectors of pieces: those of sentences replace them
        near = replace(near, match=closeness, sentence=closeness, asked=closeness)
        marks = cosines
    else:
        by_sentence = question.weights @ pieces
        named = np.array([not title.isdisjoint(each) for each in question.terms], np.float32)
        near = replace(
            near,
            match=float(question.weights @ best(pieces, named)),
            sentence=float(best(by_sentence, question.weights @ named)),
            asked=float(best(asked)) if len(question.asking) else closeness,
        )
        told = question.focus @ naming.with_subjects(pieces, passage)
        marks = (told + _ASKED * asked) * np.float32(question.reading.contrast)
    marks = marks + _LABEL * naming.labelled(question.wanted, passage)
    answering = marked(marks, passage, question)
    return replace(
        near,
        phrase=_held(question.pairs, pairs),
        title=_held(question.rarity, title),
        names=float(
            (not question.names or _all_stand(question.names, passage, title))
            and (not question.negated or _denied(passage, answering))
        ),
    ), answering


def row(question: Question, passage: Passage | None = None) -> Row:
    """Return the weight of each part of a passage's score for this question."""
    reading = question.reading
    if passage is None or passage.source.language in reading.languages:
        return reading.same
    return reading.other


def _pieces(
    found: Sequence[Word], spans: Sequence[Span], rarity: Mapping[str, float]
) -> tuple[list[int], list[float], list[tuple[str, ...]]]:
    """Return the rows of the pieces of words, with the weight and the terms of each."""
    rows: list[int] = []
    weights: list[float] = []
    terms: list[tuple[str, ...]] = []
    for word in found:
        # none if the question is longer than the model reads, or the word is not in its script
        inside = [row for row, span in enumerate(spans) if _within(span, word.span)]
        rows += inside
        weights += [rarity[word.stem] / max(len(inside), 1)] * len(inside)
        terms += [word.terms] * len(inside)
    if not rows:
        # nothing but stop words: then they all count
        return list(range(len(spans))), [1.0] * len(spans), [()] * len(spans)
    return rows, weights, terms


def _nearest(
    question: Question, packed: Sequence[NDArray[np.uint8]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return, for each piece of the question, the best cosine in each sentence, shape (pieces,
    sentences), and for each sentence the best cosine with a question word, shape (sentences,).
    """
    near = np.zeros((len(question.pieces) + len(question.asking), len(packed)), np.float32)
    filled = [row for row, sentence in enumerate(packed) if len(sentence)]
    if filled and len(near):
        asked = np.concatenate([question.pieces, question.asking])
        together = tokens.cosines(asked, np.concatenate([packed[row] for row in filled]))
        starts = np.cumsum([0, *(len(packed[row]) for row in filled[:-1])])
        near[:, filled] = np.maximum.reduceat(together, starts, axis=1)
    pieces, asking = near[: len(question.pieces)], near[len(question.pieces) :]
    return pieces, asking.max(axis=0, initial=0.0)


class _Best:
    """The best of what the sentences of a passage have, along the last axis.

    What the title of its document adds counts by half, wherever it stands: it fits a question
    whether the text below answers it or not.
    """

    def __init__(self, passage: Passage) -> None:
        title = passage.title
        self._begins = title is not None and len(passage.sentences) > 1
        self._title = None
        if title is not None and self._begins and not asks(passage.quote(title)):
            self._title = passage.sentences.index(title)

    def __call__(
        self, found: NDArray[np.float32], named: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the best; `named` is the value of a title that does not begin the passage."""
        best = np.asarray(found.max(axis=-1))
        if self._title is not None:
            rest = np.delete(found, self._title, axis=-1).max(axis=-1)
            return np.asarray((best + rest) / 2, np.float32)
        if named is None or self._begins:
            return best
        return np.asarray((best + np.maximum(best, named)) / 2, np.float32)


def _coverage(question: Question, passage: Passage) -> NDArray[np.float32]:
    """Return how much of the question's terms stands in each sentence."""
    said = [words.terms(passage.quote(span), passage.source.language) for span in passage.sentences]
    return np.array([_held(question.rarity, set(terms)) for terms in said], dtype=np.float32)


def _all_stand(names: Sequence[frozenset[str]], passage: Passage, title: set[str]) -> bool:
    """Return True if every name is in the passage or in what is above it."""
    language = passage.source.language
    there = title.union(words.terms(passage.heading or "", language))
    there.update(words.terms(passage.text, language))
    return not any(name.isdisjoint(there) for name in names)


def _denied(passage: Passage, marked: Sequence[Span]) -> bool:
    """Return True if the answer, or what is above it, says that something is not so."""
    said = [passage.source.title, passage.heading or "", *map(passage.quote, marked)]
    return any(negation.negates(text, passage.source.language) for text in said)


def _tellers(name: Word) -> frozenset[str]:
    """Return the terms one of which shows that a name is there; numbers that begin alike differ."""
    return frozenset((name.stem,) if name.stem[0].isdigit() else name.terms)


def _held(wanted: dict[_Key, float], there: set[_Key]) -> float:
    total = sum(wanted.values())
    return sum(weight for key, weight in wanted.items() if key in there) / total if total else 0.0


def _within(span: Span, word: Span) -> bool:
    return word.start <= span.start < word.end
