"""Both stores at a size: `python -m benchmarks.scale 10000 100000 [--database URL] [--plot PNG]`.

Passages are made up, in mixtures, so that neighbours exist, and go into the store as they are made.
A question is what ranking asks of a store: candidates by sentences, by passages and by words, then
a close look at twenty. Building and asking are measured, each in a process of its own; recall says
which of the passages of the ten nearest sentences are found.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from index.stores import Build, OpenGeneration, Part, Store, Wanted, opening
from index.types import EVERYTHING, Document, Passage, Source, Span, Thresholds

__all__ = ["main"]

_DIMENSION, _SENTENCES, _PER_DOCUMENT, _QUESTIONS = 384, 2, 20, 100
_TEXT = "One sentence of a passage. Another sentence."
_HEAD = (
    "| store | passages | build | its processor time | its memory | size | first answer | p50 | "
    "p95 | processor time | memory | recall |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What came of one store at one size; seconds and MiB."""

    store: str
    passages: int
    build: float
    build_processor: float
    build_memory: float
    size: float
    first: float
    p50: float
    p95: float
    processor: float
    memory: float
    recall: float

    @property
    def row(self) -> str:
        return (
            f"| {self.store} | {self.passages:,} | {self.build:,.1f} s | "
            f"{self.build_processor:,.1f} s | {self.build_memory:,.0f} MiB | "
            f"{self.size:,.0f} MiB | {self.first:.2f} s | "
            f"{1_000 * self.p50:.1f} ms | {1_000 * self.p95:.1f} ms | "
            f"{1_000 * self.processor:.1f} ms | {self.memory:,.0f} MiB | "
            f"{self.recall:.3f} |"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each size, in files and, if one is named, in a database; print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", help="passages")
    parser.add_argument("--database", help="the address of an empty PostgreSQL database")
    parser.add_argument("--folder", type=Path, help="where the files go, for a time")
    parser.add_argument("--plot", type=Path, help="a picture of the times and sizes")
    options = parser.parse_args(arguments)
    # as Library does
    threadpool_limits(1, user_api="blas")
    print(*_HEAD, sep="\n", flush=True)
    found = []
    for size in options.sizes:
        questions = list(_questions(size))
        exact = _exact(size, questions)
        for database in (None, options.database) if options.database else (None,):
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                measured = _measure(size, Path(folder), database, questions, exact)
            print(measured.row, flush=True)
            found.append(measured)
    if options.plot:
        _plot(found, options.plot)
    return 0


def _measure(
    size: int,
    folder: Path,
    database: str | None,
    questions: Sequence[NDArray[np.float32]],
    exact: Sequence[set[int]],
) -> _Measured:
    build, build_processor, build_memory = _apart(
        lambda: _write(opening.store(folder, database), size)
    )
    files = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    answers = folder / "answers.npy"

    def ask() -> None:
        began = time.perf_counter()
        store = opening.store(folder, database)
        with closing(store), closing(store.open(None)) as opened:
            words = _words(7)
            _ask(opened, questions[0], words)
            seconds, right, processor = [time.perf_counter() - began], 0.0, 0.0
            for vector, wanted in zip(questions, exact, strict=True):
                began, used = time.perf_counter(), time.process_time()
                _ask(opened, vector, words)
                seconds.append(time.perf_counter() - began)
                processor += time.process_time() - used
                nearest = opened.find(Wanted(vector, [], 10, 0, 0), EVERYTHING).numbers
                right += len(wanted.intersection(nearest)) / len(wanted)
            np.save(
                answers, np.array([right / len(questions), processor / len(questions), *seconds])
            )

    _, _, memory = _apart(ask)
    recall, processor, first, *seconds = np.load(answers).tolist()
    p50, p95 = np.quantile(seconds, [0.5, 0.95]).tolist()
    name, bytes = ("PostgreSQL", _size(database)) if database else ("files", files)
    return _Measured(
        name,
        size,
        build,
        build_processor,
        build_memory,
        bytes / 2**20,
        first,
        p50,
        p95,
        processor,
        memory,
        recall,
    )


def _apart(do: Callable[[], None]) -> tuple[float, float, float]:
    """Do something in a process of its own; the seconds it took by the clock and of a processor,
    and the MiB it had at most.
    """
    began = time.perf_counter()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            do()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError("measuring failed")
    memory = used.ru_maxrss * resource.getpagesize() / 4096 / 1024
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, memory


def _write(store: Store, size: int) -> None:
    words = _words(13)
    made = Build(
        model="made up",
        fingerprint="made up",
        content=f"{size:08d}",
        thresholds=Thresholds(0.25, 0.5),
        parts=_parts(size),
        dimension=_DIMENSION,
        terms=lambda _: words(60),
        base=store.current(),
    )
    with closing(store), store.locked():
        store.publish(store.stage(made).generation.id)


def _ask(
    opened: OpenGeneration, vector: NDArray[np.float32], words: Callable[[int], list[str]]
) -> None:
    terms = words(8)
    opened.weights(terms)
    found = opened.find(Wanted(vector, terms, 100, 50, 50), EVERYTHING)
    opened.look(found.numbers[:20])


def _size(database: str) -> int:
    import psycopg

    with psycopg.connect(database) as connection:
        tables = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND "
        [[size]] = connection.execute(
            tables + "relnamespace = current_schema()::regnamespace"
        ).fetchall()
    return int(size)


def _parts(size: int) -> Iterator[Part]:
    """Documents of twenty passages, the same for the same size."""
    random = np.random.default_rng(11)
    middles = random.standard_normal((max(size // 100, 10), _DIMENSION), dtype=np.float32)
    half = _TEXT.index(" Another")
    spans = (Span(0, half), Span(half + 1, len(_TEXT)))
    for number, first in enumerate(range(0, size, _PER_DOCUMENT)):
        count = min(_PER_DOCUMENT, size - first)
        source = Source(f"{number:07d}.txt", f"Document {number}", "en")
        whole = _units(middles[random.integers(0, len(middles), count)], random)
        vectors = _units(np.repeat(whole * _DIMENSION**0.5, _SENTENCES, axis=0), random)
        packed = random.integers(0, 256, (12, _DIMENSION // 8), dtype=np.uint8)
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


def _questions(size: int) -> Iterator[NDArray[np.float32]]:
    """Vectors near to those of some sentences."""
    random = np.random.default_rng(17)
    rows = sorted(random.choice(size // _PER_DOCUMENT, _QUESTIONS).tolist())
    for number, part in enumerate(_parts(size)):
        for _ in range(rows.count(number)):
            row = part.vectors[int(random.integers(0, len(part.vectors)))]
            yield _units(row[np.newaxis] * np.float32(_DIMENSION**0.5), random)[0]


def _exact(size: int, questions: Sequence[NDArray[np.float32]]) -> list[set[int]]:
    """For each question the passages of the ten nearest sentences of all."""
    asked = np.stack(questions)
    nearest = np.full((len(asked), 10), -2, np.float32)
    rows = np.zeros((len(asked), 10), np.int64)
    first = 0
    for part in _parts(size):
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


def _words(seed: int) -> Callable[[int], list[str]]:
    """Draws so many words, some of them much more often than others: from a pool, which is ten
    times as fast.
    """
    random = np.random.default_rng(seed)
    pool = [f"w{word}" for word in np.minimum(random.zipf(1.25, 1_000_000), 200_000).tolist()]

    def drawn(count: int) -> list[str]:
        first = int(random.integers(0, len(pool) - count))
        return pool[first : first + count]

    return drawn


def _plot(found: Sequence[_Measured], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    times, sizes = figure.subplots(1, 2)
    for name in dict.fromkeys(each.store for each in found):
        of = [each for each in found if each.store == name]
        passages = [each.passages for each in of]
        times.plot(passages, [1_000 * each.p50 for each in of], "o-", label=f"{name}, p50")
        times.plot(passages, [1_000 * each.p95 for each in of], "s--", label=f"{name}, p95")
        sizes.plot(passages, [each.size for each in of], "o-", label=f"{name}, on disk")
        sizes.plot(passages, [each.memory for each in of], "s--", label=f"{name}, memory to ask")
        sizes.plot(passages, [each.build_memory for each in of], "^:", label=f"{name}, to build")
    for axes, title in ((times, "a question, ms"), (sizes, "MiB")):
        axes.set(xscale="log", yscale="log", xlabel="passages", title=title)
        axes.grid(which="both", alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    raise SystemExit(main())
