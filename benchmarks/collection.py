"""A collection made up for `benchmarks.scale`: passages in mixtures, so that neighbours exist, and
questions near to some of them. The same size gives the same collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.stores import Part
from index.types import Document, Passage, Source, Span

__all__ = ["DIMENSION", "exact", "parts", "questions", "words"]

DIMENSION = 384
_SENTENCES, _PER_DOCUMENT, _QUESTIONS = 2, 20, 100
_WORDS = 200_000
_TEXT = "One sentence of a passage. Another sentence."


def parts(size: int) -> Iterator[Part]:
    """Documents of twenty passages, the same for the same size."""
    random = np.random.default_rng(11)
    middles = random.standard_normal((max(size // 100, 10), DIMENSION), dtype=np.float32)
    half = _TEXT.index(" Another")
    spans = (Span(0, half), Span(half + 1, len(_TEXT)))
    for number, first in enumerate(range(0, size, _PER_DOCUMENT)):
        count = min(_PER_DOCUMENT, size - first)
        source = Source(f"{number:07d}.txt", f"Document {number}", "en")
        whole = _units(middles[random.integers(0, len(middles), count)], random)
        vectors = _units(np.repeat(whole * DIMENSION**0.5, _SENTENCES, axis=0), random)
        packed = random.integers(0, 256, (12, DIMENSION // 8), dtype=np.uint8)
        yield Part(
            Document(
                source=source,
                text=_TEXT,
                paragraphs=(Span(0, len(_TEXT)),),
                sentences=spans,
            ),
            [Passage(source, _TEXT, 0, len(_TEXT), spans, 1, 1)] * count,
            vectors,
            whole,
            [packed] * len(vectors),
        )


@cache
def _noise() -> NDArray[np.float32]:
    random = np.random.default_rng(5)
    return np.float32(0.7) * random.standard_normal(4_000_000, dtype=np.float32)


def questions(size: int) -> Iterator[NDArray[np.float32]]:
    """Vectors near to those of some sentences."""
    random = np.random.default_rng(17)
    rows = sorted(random.choice(size // _PER_DOCUMENT, _QUESTIONS).tolist())
    for number, part in enumerate(parts(size)):
        for _ in range(rows.count(number)):
            row = part.vectors[int(random.integers(0, len(part.vectors)))]
            yield _units(row[np.newaxis] * np.float32(DIMENSION**0.5), random)[0]


def exact(size: int, questions: Sequence[NDArray[np.float32]]) -> list[set[int]]:
    """For each question the passages of the ten nearest sentences of all."""
    asked = np.stack(questions)
    nearest = np.full((len(asked), 10), -2, np.float32)
    rows = np.zeros((len(asked), 10), np.int64)
    first = 0
    for part in parts(size):
        near = np.concatenate([nearest, asked @ part.vectors.T], axis=1)
        of = np.arange(first, first + len(part.vectors))
        numbers = np.concatenate([rows, np.broadcast_to(of, (len(asked), len(of)))], axis=1)
        best = np.argpartition(-near, 10, axis=1)[:, :10]
        nearest = np.take_along_axis(near, best, axis=1)
        rows = np.take_along_axis(numbers, best, axis=1)
        first += len(part.vectors)
    return [set((found // _SENTENCES).tolist()) for found in rows]


def _units(middles: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Vectors of length one around these; the noise is a part of a pool, which is five times as
    fast as drawing it.
    """
    noise = _noise()
    first = int(random.integers(0, noise.size - middles.size))
    near = middles + noise[first : first + middles.size].reshape(middles.shape)
    return np.asarray(near / np.linalg.norm(near, axis=1, keepdims=True), np.float32)


def words(seed: int) -> Callable[[int], list[str]]:
    """Draws so many words, from a pool, which is ten times as fast.

    A word is as frequent as `1 / (rank + 10)`. Of forty to a passage and twelve to a question, the
    most frequent stands in three of ten passages, as in squad2 and CLAPNQ without their stop words,
    and the words of a question have about as many passages in all as there.
    """
    random = np.random.default_rng(seed)
    often = 1 / (np.arange(_WORDS) + 11)
    drawn_of = random.choice(_WORDS, 1_000_000, p=often / often.sum())
    pool = [f"w{word}" for word in drawn_of.tolist()]

    def drawn(count: int) -> list[str]:
        first = int(random.integers(0, len(pool) - count))
        return pool[first : first + count]

    return drawn
