"""How long askers wait while a whole folder is indexed again: python -m benchmarks.reindexing.

Made-up documents, no two sentences alike, all of them changed between the first index and the
second. Questions come one after the other, as through the bot: by its one thread for questions,
beside its one thread for builds.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from bot.running.builds import Indexing
from bot.running.worker import Worker
from index.library import Library
from index.model.encoder import cores
from index.types import Answer, Query

_SYLLABLES = "ba de fi go hu ka le mi no pu ra se ti vo wu xa ye zi".split()
_SENTENCES = 4
_BEFORE = 200  # questions asked of an index that is left alone
_PAUSE = 0.05  # seconds between an answer and the next question


def main() -> None:
    """Print the waiting times of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=2_000)
    documents = parser.parse_args().documents
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), documents))


async def _measure(root: Path, documents: int) -> None:
    library = Library(knowledge=root / "knowledge", data=root / "data")
    write(root / "knowledge", documents, edition=1)
    began = time.perf_counter()
    library.desk.index.build()
    print(f"{documents:,} documents indexed in {time.perf_counter() - began:.0f} s", flush=True)
    worker = Worker[Query, Answer](lambda query: library.ask(query.question, query.top), cores())
    indexing = Indexing(lambda: worker.waiting > 0)
    asked = _Asked(worker)
    await asked.until(lambda: len(asked.seconds) >= _BEFORE // 10)
    asked.seconds.clear()
    await asked.until(lambda: len(asked.seconds) >= _BEFORE)
    alone = _told("alone", asked.seconds)
    asked.seconds.clear()
    write(root / "knowledge", documents, edition=2)
    began = time.perf_counter()
    building = indexing.start(partial(library.desk.index.stage, by="benchmark"))
    await asked.until(building.done)
    staged = await building
    during = _told("in a re-index", asked.seconds)
    seconds = time.perf_counter() - began
    embedded = staged.embedded if staged else 0
    print(f"{embedded:,} sentences embedded in {seconds:.0f} s; p95 is {during / alone:.2f} times")
    indexing.stop()
    worker.close()
    library.close()


class _Asked:
    """Questions asked one after the other, and how long each answer took."""

    def __init__(self, worker: Worker[Query, Answer]) -> None:
        self.seconds: list[float] = []
        self._worker = worker
        self._dice = random.Random(7)  # noqa: S311 - the same questions in each run

    async def until(self, done: Callable[[], bool]) -> None:
        """Ask until `done`."""
        while not done():
            question = f"What did the {_word(self._dice)} say of {_word(self._dice)}?"
            began = time.perf_counter()
            await self._worker.ask(Query(question, 10))
            self.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(_PAUSE)


def write(folder: Path, documents: int, *, edition: int) -> None:
    """A folder of documents, of which each edition has other words."""
    folder.mkdir(exist_ok=True)
    dice = random.Random(edition)  # noqa: S311 - the same documents in each run
    for number in range(documents):
        sentences = [
            f"The {_word(dice)} of {_word(dice)} told {dice.randint(2, 99)} stories of "
            f"{_word(dice)} and the {_word(dice)} that {_word(dice)} saw."
            for _ in range(_SENTENCES)
        ]
        title = f"Stories {number}"
        text = "\n\n".join([title, " ".join(sentences[:2]), " ".join(sentences[2:])])
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(_SYLLABLES, k=3))


def _told(when: str, seconds: list[float]) -> float:
    """Print what the waiting times were; the 95th percentile, in milliseconds."""
    middle, high = np.percentile(seconds, [50, 95]) * 1_000
    longest = max(seconds) * 1_000
    print(
        f"{when}: {len(seconds):,} questions, median {middle:.0f} ms, p95 {high:.0f} ms, "
        f"longest {longest:.0f} ms",
        flush=True,
    )
    return float(high)


if __name__ == "__main__":
    main()
