"""Both stores at a size: `python -m benchmarks.scale 10000 [DATABASE_URL]`.

Passages are made up, in mixtures, so that neighbours exist. A question is what ranking asks of a
store: candidates by sentences, by passages and by words, then a close look at twenty. Writes and
questions are measured, and which of the ten nearest sentences are those of an exact search.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.stores import Build, OpenGeneration, Store, opening
from index.types import EVERYTHING, Document, Passage, Source, Span, Thresholds

_DIMENSION, _SENTENCES, _PER_DOCUMENT, _QUESTIONS = 384, 2, 20, 100
_TEXT = "One sentence of a passage. Another sentence."


def main() -> None:
    """Measure the store in files, or the one in a database."""
    size = int(sys.argv[1])
    random = np.random.default_rng(11)
    made = _build(size, random)
    asked = [_near(made.vectors[row], random) for row in random.integers(0, size, _QUESTIONS)]
    with tempfile.TemporaryDirectory() as folder:
        database = sys.argv[2] if len(sys.argv) > 2 else None
        store = opening.store(Path(folder), database)
        written, first, opened = _write(store, made, asked[0])
        seconds, right = [], 0
        for vector in asked:
            began = time.perf_counter()
            _ask(opened, vector, random)
            seconds.append(time.perf_counter() - began)
            exact = np.argpartition(-(made.vectors @ vector), 10)[:10] // _SENTENCES
            right += len(set(exact.tolist()) & set(opened.nearest(vector, 10, EVERYTHING).tolist()))
            right += 10 - len(set(exact.tolist()))
        bytes = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        p50, p95 = np.quantile(seconds, [0.5, 0.95]) * 1000
        on_disk = "in the database" if database else f"{bytes / 2**20:,.0f} MiB"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {size:,} | {written:.1f} s | {on_disk} | "
            f"{peak:,.0f} MiB | "
            f"{first:.2f} s | {p50:.1f} ms | {p95:.1f} ms | {right / 10 / _QUESTIONS:.3f} |"
        )
        store.close()


def _write(
    store: Store, made: Build, vector: NDArray[np.float32]
) -> tuple[float, float, OpenGeneration]:
    """The seconds to write and publish, and from there to a first answer; the open generation."""
    began = time.perf_counter()
    with store.locked():
        store.publish(store.stage(made).generation.id)
    written = time.perf_counter()
    opened = store.open(None)
    _ask(opened, vector, np.random.default_rng(0))
    return written - began, time.perf_counter() - written, opened


def _ask(opened: OpenGeneration, vector: NDArray[np.float32], random: np.random.Generator) -> None:
    terms = _words(random, 8)
    found = np.unique(
        np.concatenate(
            [
                opened.nearest(vector, 100, EVERYTHING),
                opened.nearest_whole(vector, 50, EVERYTHING),
                opened.matching(terms, 50, EVERYTHING),
            ]
        )
    ).tolist()
    opened.share(terms, found)
    opened.closeness(vector, found)
    opened.wholes(vector, found)
    for number in found[:20]:
        opened.passage(number)
        opened.tokens(number)


def _build(size: int, random: np.random.Generator) -> Build:
    half = _TEXT.index(" Another")
    spans = (Span(0, half), Span(half + 1, len(_TEXT)))
    documents = [
        Document(
            source=Source(f"{number:07d}.txt", f"Document {number}", "en"),
            text=_TEXT,
            paragraphs=(Span(0, len(_TEXT)),),
            sentences=spans,
        )
        for number in range(-(-size // _PER_DOCUMENT))
    ]
    passages = [
        Passage(documents[n // _PER_DOCUMENT].source, _TEXT, 0, len(_TEXT), spans, 1, 1)
        for n in range(size)
    ]
    middles = random.standard_normal((max(size // 100, 10), _DIMENSION), dtype=np.float32)
    kinds = random.integers(0, len(middles), size)
    whole = _units(middles[kinds], random)
    vectors = _units(np.repeat(whole * _DIMENSION**0.5, _SENTENCES, axis=0), random)
    packed = random.integers(0, 256, (12, _DIMENSION // 8), dtype=np.uint8)
    return Build(
        model="made up",
        fingerprint="made up",
        content=f"{size:08d}",
        thresholds=Thresholds(0.25, 0.5),
        documents=documents,
        passages=passages,
        vectors=vectors,
        whole=whole,
        tokens=[packed] * len(vectors),
        terms=[_words(random, 60) for _ in passages],
    )


def _units(middles: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Vectors of length one around these, in place."""
    middles += 0.7 * random.standard_normal(middles.shape, dtype=np.float32)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    return middles


def _near(vector: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    return np.asarray(_units(vector[np.newaxis] * np.float32(_DIMENSION**0.5), random)[0])


def _words(random: np.random.Generator, count: int) -> list[str]:
    return [f"w{word}" for word in np.minimum(random.zipf(1.25, count), 200_000)]


if __name__ == "__main__":
    main()
