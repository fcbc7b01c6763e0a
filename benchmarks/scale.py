"""Both stores at a size: `python -m benchmarks.scale 10000 100000 [--database URL] [--plot PNG]`.

Passages are made up, in mixtures, so that neighbours exist, and go into the store as they are made.
A question is what ranking asks of a store: candidates by sentences, by passages and by words, then
a close look at twenty. Building and asking are measured, each in a process of its own; recall says
which of the passages of the ten nearest sentences are found. In a database each size has a schema
of its own. `--keep FOLDER` leaves what was built and measured there, and measures only the asking
of what it finds; `--plot` draws all that the folder has.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import numpy as np
import psycopg
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks import collection
from index.stores import Build, OpenGeneration, Store, Wanted, opening
from index.types import EVERYTHING, Thresholds

__all__ = ["main"]

_FILES, _DATABASE = "files", "PostgreSQL"
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

    @classmethod
    def all(cls, folder: Path) -> list[_Measured]:
        """All that was measured in a folder, the smallest first."""
        found = [json.loads(path.read_text("utf-8")) for path in folder.glob("*/measured.json")]
        return sorted((cls(**each) for each in found), key=lambda each: (each.store, each.passages))

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
    parser.add_argument("--keep", type=Path, help="a folder for what is built, to ask it again")
    parser.add_argument(
        "--stores", nargs="+", default=[_FILES, _DATABASE], choices=[_FILES, _DATABASE]
    )
    parser.add_argument("--plot", type=Path, help="a picture of the times and sizes")
    options = parser.parse_args(arguments)
    # as Library does
    threadpool_limits(1, user_api="blas")
    print(*_HEAD, sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        for size in options.sizes:
            for store in options.stores:
                if store == _FILES or options.database:
                    print(_measure(size, folder, store, options.database).row, flush=True)
        if options.database and not options.keep:
            _drop(options.database, options.sizes)
        if options.plot:
            _plot(_Measured.all(folder), options.plot)
    return 0


def _measure(size: int, folder: Path, store: str, database: str | None) -> _Measured:
    place = folder / f"{store}-{size}"
    place.mkdir(parents=True, exist_ok=True)
    url = _schema(database, size) if database and store == _DATABASE else None
    opened = partial(opening.store, place / "data", url)
    built, questions = place / "built.json", place / "questions.npz"
    if not built.exists():
        used = _apart(lambda: _write(opened(), size))
        taken = (_size(url) if url else _bytes(place)) / 2**20
        named = zip(
            ("build", "build_processor", "build_memory", "size"), (*used, taken), strict=True
        )
        built.write_text(json.dumps(dict(named)), "utf-8")
    if not questions.exists():
        asked = list(collection.questions(size))
        # a question may have fewer than ten: two sentences of a passage are near
        exact = [sorted(found) for found in collection.exact(size, asked)]
        np.savez(
            questions, asked=asked, exact=[found + found[:1] * (10 - len(found)) for found in exact]
        )
    with np.load(questions) as saved:
        asked, exact = saved["asked"], saved["exact"]
    answers = place / "answers.npy"
    _, _, memory = _apart(lambda: np.save(answers, _answers(opened, asked, exact)))
    recall, processor, first, *seconds = np.load(answers).tolist()
    p50, p95 = np.quantile(seconds, [0.5, 0.95]).tolist()
    measured = _Measured(
        store=store,
        passages=size,
        first=first,
        p50=p50,
        p95=p95,
        processor=processor,
        memory=memory,
        recall=recall,
        **json.loads(built.read_text("utf-8")),
    )
    (place / "measured.json").write_text(json.dumps(asdict(measured)), "utf-8")
    return measured


def _answers(
    made: Callable[[], Store], asked: NDArray[np.float32], exact: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The recall, the processor time of a question, the seconds of the first one with opening the
    store, and those of each.
    """
    began = time.perf_counter()
    with closing(made()) as store, closing(store.open(None)) as opened:
        words = collection.words(7)
        _ask(opened, asked[0], words(12))
        seconds, right, processor = [time.perf_counter() - began], 0.0, 0.0
        for vector, nearest in zip(asked, exact, strict=True):
            terms, wanted = words(12), set(nearest.tolist())
            began, used = time.perf_counter(), time.process_time()
            _ask(opened, vector, terms)
            seconds.append(time.perf_counter() - began)
            processor += time.process_time() - used
            found = opened.find(Wanted(vector, [], 10, 0, 0), EVERYTHING).numbers
            right += len(wanted.intersection(found)) / len(wanted)
        return np.array([right / len(asked), processor / len(asked), *seconds])


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
    words = collection.words(13)
    made = Build(
        model="made up",
        fingerprint="made up",
        content=f"{size:08d}",
        thresholds=Thresholds(0.25, 0.5),
        parts=collection.parts(size),
        dimension=collection.DIMENSION,
        terms=lambda _: words(40),
        base=store.current(),
    )
    with closing(store), store.locked():
        store.publish(store.stage(made).generation.id)


def _ask(opened: OpenGeneration, vector: NDArray[np.float32], terms: list[str]) -> None:
    opened.weights(terms)
    found = opened.find(Wanted(vector, terms, 100, 50, 50), EVERYTHING)
    opened.look(found.numbers[:20])


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _schema(database: str, size: int) -> str:
    """The address of the schema of a size, which is made if it is not there."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS scale_{size}")
    separator = "&" if "?" in database else "?"
    return f"{database}{separator}options={quote(f'-csearch_path=scale_{size},public')}"


def _drop(database: str, sizes: Sequence[int]) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        for size in sizes:
            connection.execute(f"DROP SCHEMA scale_{size} CASCADE")


def _size(database: str) -> int:
    with psycopg.connect(database) as connection:
        tables = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND "
        [[size]] = connection.execute(
            tables + "relnamespace = current_schema()::regnamespace"
        ).fetchall()
    return int(size)


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
