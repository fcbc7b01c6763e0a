"""Terms of passages -> the files of `index.stores.keywords`, never all of them in memory."""

from __future__ import annotations

import json
import math
from array import array
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from index.stores.keywords import K1, LEAST, B, Files

__all__ = ["Postings"]

# Entries held in memory, at twelve bytes each; more go to a file of their own until the end.
_HELD = 1_000_000


class Postings:
    """The words of an index while it is written: `add` passage after passage, then `close`.

    The same terms give the same bytes.
    """

    def __init__(self, folder: Path, held: int = _HELD) -> None:
        folder.mkdir()
        self._files = Files(folder)
        self._held = held
        # terms are numbered as they come, and in their order at the end
        self._numbers: dict[str, int] = {}
        self._lengths = array("i")
        self._terms, self._passages, self._times = array("i"), array("i"), array("i")
        self._blocks: list[Path] = []

    def add(self, terms: Sequence[str]) -> None:
        """Append a passage with these terms, repeated as they occur."""
        passage = len(self._lengths)
        self._lengths.append(len(terms))
        for term, times in Counter(terms).items():
            self._terms.append(self._numbers.setdefault(term, len(self._numbers)))
            self._passages.append(passage)
            self._times.append(times)
        if len(self._terms) >= self._held:
            block = self._files.folder / f"block{len(self._blocks)}.npy"
            np.save(block, self._block(), allow_pickle=False)
            self._blocks.append(block)

    def close(self) -> None:
        """Write the files."""
        known = sorted(self._numbers)
        place = np.empty(len(known), np.int64)
        place[[self._numbers[term] for term in known]] = np.arange(len(known))
        last = self._block()
        blocks = [*(np.load(block, mmap_mode="r") for block in self._blocks), last]
        frequencies = np.zeros(len(known), np.int64)
        for block in blocks:
            frequencies += np.bincount(place[block[0]], minlength=len(known))
        begin = np.concatenate([[0], np.cumsum(frequencies)])
        self._fill(blocks, place, begin, frequencies)
        del blocks
        for path in self._blocks:
            path.unlink()
        np.save(self._files.begin, begin, allow_pickle=False)
        vocabulary = {term: number for number, term in enumerate(known)}
        self._files.vocabulary.write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
        self._files.numbers.write_text(json.dumps({"num_docs": len(self._lengths)}), "utf-8")

    def _block(self) -> NDArray[np.int32]:
        """Return what is held in memory, and empty it: a row of terms, of passages, of times."""
        block = np.stack([self._terms, self._passages, self._times], dtype=np.int32)
        self._terms, self._passages, self._times = array("i"), array("i"), array("i")
        return block

    def _fill(
        self,
        blocks: Sequence[NDArray[np.int32]],
        place: NDArray[np.int64],
        begin: NDArray[np.int64],
        frequencies: NDArray[np.int64],
    ) -> None:
        """Write for each term the passages that contain it, ascending, with its score in each."""
        lengths = np.array(self._lengths, np.float64)
        mean = float(lengths.mean()) if len(lengths) else 0.0
        # a small collection weighs terms as if it were part of a larger one
        own = _idf(len(lengths), frequencies)
        factors = _idf(max(len(lengths), LEAST), frequencies) / own
        idf = own.astype(np.float32)
        size = (max(int(begin[-1]), 0),)
        passages = open_memmap(self._files.passages, mode="w+", dtype=np.int32, shape=size)
        scores = open_memmap(self._files.scores, mode="w+", dtype=np.float32, shape=size)
        free = begin[:-1].copy()
        for block in blocks:
            terms = place[block[0]]
            order = np.argsort(terms, kind="stable")
            terms = terms[order]
            holding, times = block[1][order], block[2][order].astype(np.float32)
            first = np.flatnonzero(np.diff(terms, prepend=-1))
            counts = np.diff([*first, len(terms)])
            within = np.arange(len(terms)) - np.repeat(first, counts)
            at = free[terms] + within
            often = times / (K1 * ((1 - B) + B * lengths[holding] / (mean or 1.0)) + times)
            passages[at] = holding
            scores[at] = (idf[terms] * often).astype(np.float32) * factors[terms]
            free[terms[first]] += counts
        passages.flush()
        scores.flush()


def _idf(passages: int, frequencies: NDArray[np.int64]) -> NDArray[np.float64]:
    """Lucene's weight of terms that stand in so many of the passages."""
    return np.array([math.log(1 + (passages - n + 0.5) / (n + 0.5)) for n in frequencies.tolist()])
