"""The parts of a passage's score, and the marks of its sentences."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Embedding
from index.model.profiles import Row
from index.model.tokens import unit
from index.search import expected, naming
from index.search.marks import marked
from index.search.studied import Studied, pair
from index.text import negation, words
from index.text.words import Word
from index.types import Parts, Passage, Span

__all__ = ["Examined", "Question", "Reading", "examine", "marks", "row", "understand"]

# What a sentence gains if something in it comes close to the question word itself (who, when).
_ASKED = 0.3

# What a sentence that says what is not so gains, if that is asked: decision 3 has figures.
_DENIED = np.float32(0.2)

# What a sentence gains that holds a number or a time, if that is asked.
_HOLDS = np.float32(0.1)

# How much of the weight of a word is left for the marks, if it is only in the question before.
_BEFORE = 0.1

# What a row of a table gains if its label holds everything that was asked for.
_LABEL = np.float32(0.3)


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

    `own` is the end of its text that was asked now, without the question before. `pieces` are the
    normalised vectors of the pieces of its words, shape (n, dimension), with `weights` that sum to
    1, and the `terms` of each piece's word; `asking` those of its question words. `rarity` is the
    weight of each of its terms, `pairs` that of the stems of neighbouring words. `focus` and
    `wanted` are weights and rarity for the marks: the words of a question count more than those of
    the one before it. For each of its `names` and numbers, one of these terms shows that it is
    there. `negated` if it asks for what is not so, `kind` is that of the answer, if it is known.
    """

    text: str
    own: str
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
    pairs: dict[str, float]
    names: tuple[frozenset[str], ...]
    negated: bool
    kind: expected.Kind | None

    @property
    def looked_for(self) -> NDArray[np.float32]:
        """The vectors of its pieces, then those of its question words."""
        return np.concatenate([self.pieces, self.asking])


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
    vectors = unit(embedding.tokens.vectors)
    return Question(
        text=text,
        own=own,
        language=language,
        vector=embedding.vector,
        reading=reading,
        rarity={term: rarity[term] for term in words.terms(text, language)},
        pieces=vectors[rows],
        weights=np.asarray(weights, np.float32) / max(sum(weights), 1e-12),
        focus=np.asarray(focus / max(focus.sum(), 1e-12), np.float32),
        wanted={
            term: rarity[term] if not begins or term in said else _BEFORE * rarity[term]
            for term in words.terms(text, language)
        },
        terms=tuple(terms),
        asking=vectors[asking],
        pairs={
            pair(one.stem, two.stem): rarity[one.stem] + rarity[two.stem]
            for one, two in pairwise(found)
        },
        names=tuple(_tellers(word) for word in words.names(text, language)),
        negated=negation.asks_what_is_not(text, language),
        kind=expected.kind(own, language),
    )


@dataclass(frozen=True, slots=True)
class Examined:
    """A passage as a question sees it: the parts of its score, and how near its sentences come.

    `pieces` has the best cosine of each piece of the question in each sentence, shape (pieces,
    sentences), `asked` for each sentence the best with a question word, `cosines` its own.
    """

    studied: Studied
    parts: Parts
    cosines: NDArray[np.float32]
    pieces: NDArray[np.float32]
    asked: NDArray[np.float32]


def examine(
    question: Question, studied: Studied, near: Parts, found: NDArray[np.float32]
) -> Examined:
    """Return a passage with the parts of its score.

    `near` has the parts known before: closeness, share and whole; `found` the columns of its
    sentences as index.search.nearness gives them.
    """
    best = _best(question, studied, found)
    closeness = float(best[0])
    match = sentence = about = 0.0
    if not question.reading.known:
        pass
    elif len(question.pieces):
        sentence = float(best[2])
        match = float(question.weights @ best[3:])
        about = float(best[1]) if len(question.asking) else match
    else:
        # the model gives no vectors of pieces: those of sentences replace them
        match = sentence = about = closeness
    cosines, asked, pieces = found[0], found[1], found[3:]
    stand = not question.names or all(map(studied.holds, question.names))
    if stand and question.negated:
        unfinished = Examined(studied, near, cosines, pieces, asked)
        stand = _denied(studied.passage, marks(question, unfinished))
    parts = Parts(
        closeness=closeness,
        share=near.share,
        match=match,
        sentence=sentence,
        phrase=_held(question.pairs, studied.pairs),
        title=_held(question.rarity, studied.titled),
        asked=about,
        names=float(stand),
        whole=near.whole,
    )
    return Examined(studied, parts, cosines, pieces, asked)


def marks(question: Question, examined: Examined) -> tuple[Span, ...]:
    """Return the sentences of a passage that answer."""
    studied = examined.studied
    if not question.reading.known:
        worth = _coverage(question, studied.passage)
    elif not len(question.pieces):
        worth = examined.cosines
    else:
        near = naming.with_headings(examined.pieces, studied.headings)
        told = question.focus @ naming.with_subjects(near, studied.subjects)
        worth = (told + _ASKED * examined.asked) * np.float32(question.reading.contrast)
    if question.negated:
        worth = worth + _DENIED * _denying(studied.passage)
    if question.kind:
        worth = worth + _HOLDS * _holding(question.kind, question.own, studied.passage)
    labelled = naming.labelled(question.wanted, studied.labels, len(studied.passage.sentences))
    return marked(worth + _LABEL * labelled, studied, question)


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


def _best(question: Question, studied: Studied, found: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the best of each row of what index.search.nearness found in a passage.

    What the title of the document adds to pieces counts by half, wherever it stands: it fits a
    question whether the text below answers it or not.
    """
    best = np.asarray(found.max(axis=1), np.float32)
    if studied.title is not None:
        rest = np.asarray(np.delete(found, studied.title, axis=1).max(axis=1), np.float32)
        return (best + rest) / np.float32(2)
    if not studied.begins:
        held = best[2:]
        named = np.zeros_like(held)
        # hardly any title has a word of a question
        if not studied.titled.isdisjoint(question.rarity):
            named[1:] = [not studied.titled.isdisjoint(each) for each in question.terms]
            named[0] = question.weights @ named[1:]
        best[2:] = (held + np.maximum(held, named)) / 2
    return best


def _coverage(question: Question, passage: Passage) -> NDArray[np.float32]:
    """Return how much of the question's terms stands in each sentence."""
    language, said = passage.source.language, map(passage.quote, passage.sentences)
    held = [_held(question.rarity, set(words.terms(text, language))) for text in said]
    return np.array(held, dtype=np.float32)


def _holding(kind: expected.Kind, asked: str, passage: Passage) -> NDArray[np.float32]:
    """Return 1 for each sentence that holds what is asked for, else 0."""
    language, said = passage.source.language, map(passage.quote, passage.sentences)
    return np.array([expected.holds(text, kind, asked, language) for text in said], np.float32)


def _denying(passage: Passage) -> NDArray[np.float32]:
    """Return 1 for each sentence that says that something is not so, else 0."""
    language, said = passage.source.language, map(passage.quote, passage.sentences)
    return np.array([negation.negates(text, language) for text in said], dtype=np.float32)


def _denied(passage: Passage, marked: Sequence[Span]) -> bool:
    """Return True if the answer, or what is above it, says that something is not so."""
    said = [passage.source.title, passage.heading or "", *map(passage.quote, marked)]
    return any(negation.negates(text, passage.source.language) for text in said)


def _tellers(name: Word) -> frozenset[str]:
    """Return the terms one of which shows that a name is there; numbers that begin alike differ."""
    return frozenset((name.stem,) if name.stem[0].isdigit() else name.terms)


def _held(wanted: dict[str, float], there: Container[str]) -> float:
    total = sum(wanted.values())
    return sum([weight for key, weight in wanted.items() if key in there]) / (total or 1.0)


def _within(span: Span, word: Span) -> bool:
    return word.start <= span.start < word.end
