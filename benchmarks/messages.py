"""What a message costs beside its search: `python -m benchmarks.messages`.

The questions to the folders in `benchmarks/people` are asked one by one. The processor time of
everything but the ranking of the question itself is counted: finding it in its message, correcting
misspelt words, identifiers, documents that differ. A second ranking, such as that with the question
before or with a corrected word, counts too. A question that others follow was asked before them.
No data is fetched; indexes stay below .benchmark/.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.systems import CACHE
from index.library import Library
from index.model.encoder import Encoder
from index.search.answering import answers
from index.search.ranking import Ranked
from index.search.searcher import Searcher
from index.search.serving import Serving
from index.stores import OpenGeneration, opening
from index.types import Query

__all__ = ["main"]

_PEOPLE = Path(__file__).with_name("people")


@dataclass(frozen=True, slots=True)
class _Watch(Searcher):
    """Ranks, and notes the processor time of the first ranking of a question, in seconds."""

    spent: list[float] = field(default_factory=list)

    def rank(self, generation: OpenGeneration, queries: Sequence[Query]) -> list[Ranked]:
        """Return the ranked passages of each query; only the first counts as the search itself."""
        began = time.thread_time()
        found = Searcher.rank(self, generation, queries[:1])
        self.spent.append(time.thread_time() - began)
        rest = queries[1:]
        return found + Searcher.rank(self, generation, rest) if rest else found


def main() -> None:
    """Print a line for questions that stand alone and one for those that follow another."""
    cases = [json.loads(line) for line in (_PEOPLE / "questions.jsonl").open(encoding="utf-8")]
    encoder = Encoder(None, CACHE / "models")
    watch = _Watch(encoder)
    alone: list[float] = []
    after: list[float] = []
    for folder in sorted({case["folder"] for case in cases}):
        data = CACHE / "people" / folder
        with_index = Library(knowledge=_PEOPLE / folder, data=data, model=encoder)
        with_index.desk.index.build()
        with_index.close()
        generation = Serving(opening.store(data), encoder).generation()
        for case in (case for case in cases if case["folder"] == folder):
            query = Query(case["question"], before=case.get("before"))
            answers([query], generation, watch)
            # as it is when people ask: only the question before is known
            watch = _Watch(encoder)
            if query.before:
                answers([Query(query.before)], generation, watch)
            watch.spent.clear()
            began = time.thread_time()
            answers([query], generation, watch)
            spent = time.thread_time() - began - (watch.spent or [0.0])[0]
            (after if query.before else alone).append(1_000 * spent)
    for name, found in (("alone", alone), ("after another", after)):
        mean, middle, most = np.mean(found), np.median(found), np.percentile(found, 95)
        print(f"{name}: {len(found)} questions, mean {mean:.2f} ms, median {middle:.2f} ms")
        print(f"{name}: 19 of 20 below {most:.2f} ms")


if __name__ == "__main__":
    main()
