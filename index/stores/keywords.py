"""BM25 over the terms of passages: which passages have a question's words, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import bm25s
import numpy as np
from numpy.typing import NDArray

__all__ = ["K1", "LEAST", "B", "Keywords"]

# Lucene's k1 is 1.2; each term of a passage is given twice, so that a title can weigh half.
K1 = 2.4
"""How slowly the weight of a term grows with its frequency in a passage."""

B = 0.75
"""How much the length of a passage counts."""

# In a folder of eight passages every word is common, and a word that none has would outweigh all
# others; so terms weigh as they would in a collection of at least this many. Ranking does not
# change; the scores of small and large folders come to mean the same.
LEAST = 1_000
"""The smallest number of passages that terms are weighed in."""


class Keywords:
    """The words of all passages, in Lucene's form of BM25 without the (k1 + 1) factor."""

    def __init__(self, engine: bm25s.BM25) -> None:
        self._engine = engine
        self._vocabulary: dict[str, int] = engine.vocab_dict
        # the number of entries in a term's column is its document frequency
        frequencies = np.diff(np.asarray(engine.scores["indptr"], dtype=np.float64))
        self._passages = int(engine.scores["num_docs"])
        self._idf = _idf(max(self._passages, LEAST), frequencies)
        # the weight of a term that no passage has: the highest weight there is
        self._idf_unknown = float(_idf(max(self._passages, LEAST), np.zeros(1))[0])

    @classmethod
    def build(cls, passages: Sequence[Sequence[str]]) -> Self:
        """Return the index of passages given as their terms; the same terms give the same bytes."""
        vocabulary = {
            term: number
            for number, term in enumerate(["", *sorted({t for p in passages for t in p})])
        }
        engine = bm25s.BM25(method="lucene", k1=K1, b=B)
        numbered = [[vocabulary[term] for term in passage] for passage in passages]
        if not any(numbered):
            # the engine divides by the mean length
            numbered = [[vocabulary[""]] for _ in passages]
        engine.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
        if len(passages) < LEAST:
            _flatten(engine, len(passages))
        return cls(engine)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open the index written by `save`; its large arrays stay on disk until they are read."""
        return cls(bm25s.BM25.load(folder, mmap=True, load_corpus=False, load_vocab=True))

    def save(self, folder: Path) -> None:
        """Write the index as NumPy arrays and JSON; no pickle."""
        self._engine.save(folder, show_progress=False)

    def best(
        self, question: Sequence[str], count: int, shown: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """Return at most `count` passages with the highest share above zero, of equals the earlier
        one first.

        `shown` says for each passage if it may be among them. Only passages with a term are
        examined.
        """
        columns, total = self._columns(question)
        # zeros cost nothing before they are written to
        sums = np.zeros(self._passages, dtype=np.float32)
        for passages, scores in columns:
            sums[passages] += scores
        found, shares = [], []
        for passages, _ in columns:
            found.append(passages)
            shares.append(sums[passages])
            # the next term must not bring the same passage again
            sums[passages] = 0
        if not found:
            return np.empty(0, dtype=np.int64)
        numbers, values = np.concatenate(found), np.concatenate(shares) / np.float32(total)
        kept = values > 0 if shown is None else (values > 0) & shown[numbers]
        numbers, values = numbers[kept], values[kept]
        if len(values) > count:
            least = np.partition(values, -count)[-count]
            numbers, values = numbers[values >= least], values[values >= least]
        return np.asarray(numbers[np.lexsort((numbers, -values))][:count], dtype=np.int64)

    def shares(self, question: Sequence[str], passages: Sequence[int]) -> NDArray[np.float32]:
        """Return, for each passage, how much of the question it has literally, 0 to 1.

        It is BM25(question, passage) over the sum of the idf of the question's distinct terms.
        """
        columns, total = self._columns(question)
        wanted = np.asarray(passages, dtype=np.int64)
        sums = np.zeros(len(wanted), dtype=np.float32)
        for holding, scores in columns:
            at = np.minimum(np.searchsorted(holding, wanted), len(holding) - 1)
            sums += np.where(holding[at] == wanted, scores[at], np.float32(0))
        return np.asarray(sums / np.float32(total), dtype=np.float32)

    def _columns(
        self, question: Sequence[str]
    ) -> tuple[list[tuple[NDArray[np.int32], NDArray[np.float32]]], float]:
        """Return, for each known term of a question, the passages that have it, ascending, with
        its score in each; and the sum of the weights of all terms.
        """
        distinct = sorted(set(question))
        numbers = [self._vocabulary[term] for term in distinct if term in self._vocabulary]
        scores = self._engine.scores
        bounds = [(int(scores["indptr"][n]), int(scores["indptr"][n + 1])) for n in numbers]
        columns = [(scores["indices"][a:b], scores["data"][a:b]) for a, b in bounds if a < b]
        return columns, sum(self.weight(term) for term in distinct) or 1.0

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """Return the stems that some passage has, sorted, without beginnings."""
        return tuple(sorted(term for term in self._vocabulary if term and term[0] != "^"))

    def knows(self, terms: Sequence[str]) -> bool:
        """Return True if some passage holds one of the terms."""
        return any(term in self._vocabulary for term in terms)

    def weight(self, term: str) -> float:
        """Return the idf of a term; for one that no passage has, the highest."""
        number = self._vocabulary.get(term)
        return self._idf_unknown if number is None else float(self._idf[number])


def _idf(passages: int, frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Lucene's weight of terms that this many of the passages have."""
    return np.asarray(np.log1p((passages - frequencies + 0.5) / (frequencies + 0.5)))


def _flatten(engine: bm25s.BM25, passages: int) -> None:
    """Weigh the terms of a small collection as if it were part of one of LEAST passages."""
    frequencies = np.diff(np.asarray(engine.scores["indptr"], dtype=np.float64))
    factors = _idf(LEAST, frequencies) / _idf(passages, frequencies)
    repeats = frequencies.astype(np.int64)
    engine.scores["data"] = (engine.scores["data"] * np.repeat(factors, repeats)).astype(np.float32)
