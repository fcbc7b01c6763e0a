"""BM25 over the terms of passages: which passages have a question's words, and how much of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["ALL", "K1", "LEAST", "B", "Files", "Keywords"]

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

ALL = 5_000
"""So few passages, all of them, take less time than the search for those worth a look."""

# Sums in another order differ by less than this part of them.
_ROUNDING = 1e-4

# To so small a part of the passages of a term its scores are added one by one.
_FEW = 1 / 30

# Bytes of a file of NumPy without entries.
_HEAD = 128

Kind = TypeVar("Kind", bound=np.generic)
_Column = tuple[NDArray[np.int32], NDArray[np.float32], float]
_Asked = tuple[Sequence[str], tuple[list[_Column], float]]
# Equal to no question: their terms are lists.
_NOTHING: _Asked = ((), ([], 1.0))


class Files:
    """The files of an index of words; arrays of NumPy, and JSON. The names are those that
    bm25s gives them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.passages = folder / "indices.csc.index.npy"
        self.scores = folder / "data.csc.index.npy"
        self.begin = folder / "indptr.csc.index.npy"
        self.vocabulary = folder / "vocab.index.json"
        self.numbers = folder / "params.index.json"


class Keywords:
    """The words of all passages, in Lucene's form of BM25 without the (k1 + 1) factor."""

    def __init__(self, folder: Path, all_of: int = ALL) -> None:
        """Open what `index.stores.postings` wrote; its large arrays stay on disk until they are
        read. All of up to `all_of` passages are looked at for each question.
        """
        files = Files(folder)
        self._vocabulary: dict[str, int] = json.loads(files.vocabulary.read_text("utf-8"))
        self._passages = int(json.loads(files.numbers.read_text("utf-8"))["num_docs"])
        self._holding = _mapped(files.passages, np.int32)
        self._scores = _mapped(files.scores, np.float32)
        self._begin: NDArray[np.int64] = np.load(files.begin, allow_pickle=False)
        self._few = self._passages <= all_of
        self._bounds: dict[str, float] = {}
        # by the number of a term; -1 is that of all that are unknown
        self._weights: dict[int, float] = {}
        self._last: _Asked = _NOTHING

    def best(
        self, question: Sequence[str], count: int, shown: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """Return at most `count` passages with the highest share above zero, of equals the earlier
        one first.

        Passages that hold none but common terms are looked at only if the rare ones do not bring
        enough.
        """
        if count == 0:
            return np.empty(0, np.int64)
        columns, total = self._columns(question)
        if self._few:
            numbers = np.arange(self._passages) if shown is None else np.flatnonzero(shown)
        else:
            numbers = self._worth_a_look(columns, count, shown)
        values = self._sums(columns, numbers) / np.float32(total)
        numbers, values = numbers[values > 0], values[values > 0]
        if len(values) > count:
            least = np.partition(values, -count)[-count]
            numbers, values = numbers[values >= least], values[values >= least]
        return np.asarray(numbers[np.lexsort((numbers, -values))][:count], dtype=np.int64)

    def shares(self, question: Sequence[str], passages: Sequence[int]) -> NDArray[np.float32]:
        """Return, for each passage, how much of the question it has literally, 0 to 1.

        It is BM25(question, passage) over the sum of the idf of the question's distinct terms.
        """
        columns, total = self._columns(question)
        sums = self._sums(columns, np.asarray(passages, dtype=np.int64))
        return np.asarray(sums / np.float32(total), dtype=np.float32)

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """Return the stems that some passage has, sorted, without beginnings."""
        return tuple(sorted(term for term in self._vocabulary if term and term[0] != "^"))

    def knows(self, terms: Sequence[str]) -> bool:
        """Return True if some passage contains one of the terms."""
        return any(term in self._vocabulary for term in terms)

    def weights(self, terms: Iterable[str]) -> Mapping[str, float]:
        """The idf of each term; one that no passage contains has the highest there is."""
        return {term: self._weight(term) for term in terms}

    def _weight(self, term: str) -> float:
        number = self._vocabulary.get(term, -1)
        if (weight := self._weights.get(number)) is None:
            frequency = float(self._begin[number + 1] - self._begin[number]) if number >= 0 else 0.0
            share = (max(self._passages, LEAST) - frequency + 0.5) / (frequency + 0.5)
            weight = self._weights[number] = float(np.log1p(share))
        return weight

    def _columns(self, question: Sequence[str]) -> tuple[list[_Column], float]:
        """For each term of a question that is known the passages that have it, ascending, its score
        in each, and a bound on these scores; and the sum of the weights of all its terms.
        """
        # a question asks for the best passages, then for the shares of others; then its words go
        (asked, found), self._last = self._last, _NOTHING
        if asked == question:
            return found
        weights = self.weights(sorted(set(question)))
        columns = []
        for term in weights:
            if (number := self._vocabulary.get(term)) is not None:
                first, last = int(self._begin[number]), int(self._begin[number + 1])
                if first < last:
                    holding, scores = self._holding[first:last], self._scores[first:last]
                    if (bound := self._bounds.get(term)) is None:
                        bound = self._bounds[term] = float(scores.max())
                    columns.append((holding, scores, bound))
        found = columns, sum(weights.values()) or 1.0
        self._last = list(question), found
        return found

    def _worth_a_look(
        self, columns: Sequence[_Column], count: int, shown: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """The passages among which are the best `count`, ascending.

        Terms come in turn, the rarest first. When `count` passages have more by now than all terms
        to come can give, a passage that contains none but these cannot be among the best; and the
        more terms have come, the fewer of the others can.
        """
        turn = sorted(columns, key=lambda column: len(column[0]))
        # zeros cost nothing before they are written to
        sums = np.zeros(self._passages, dtype=np.float32)
        found: NDArray[np.int32] = np.empty(0, np.int32)
        left, is_open = sum(bound for _, _, bound in turn), True
        for holding, scores, bound in turn:
            if is_open:
                new = holding[sums[holding] == 0]
                found = np.concatenate([found, new if shown is None else new[shown[new]]])
            if is_open or len(found) > _FEW * len(holding):
                sums[holding] += scores
            else:
                sums[found] += _scores(holding, scores, found)
            left -= bound
            if len(found) > count:
                values = sums[found]
                least = float(np.partition(values, -count)[-count]) * (1 - _ROUNDING)
                if left < least:
                    is_open = False
                    found = np.sort(found[values + np.float32(left) >= least])
        return np.sort(found).astype(np.int64)

    def _sums(self, columns: Sequence[_Column], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """The sum of the scores of each passage."""
        if self._few:
            every = np.zeros(self._passages, dtype=np.float32)
            for holding, scores, _ in columns:
                every[holding] += scores
            return every[passages]
        sums = np.zeros(len(passages), dtype=np.float32)
        # of another type than `holding` they would have it copied, all of it, for each term
        wanted = passages.astype(np.int32)
        for holding, scores, _ in columns:
            sums += _scores(holding, scores, wanted)
        return sums


def _scores(
    holding: NDArray[np.int32], scores: NDArray[np.float32], passages: NDArray[np.int32]
) -> NDArray[np.float32]:
    """The score of a term in each passage, 0 in one without it."""
    at = np.minimum(np.searchsorted(holding, passages), len(holding) - 1)
    return np.where(holding[at] == passages, scores[at], np.float32(0))


def _mapped(path: Path, _: type[Kind]) -> NDArray[Kind]:
    """An array that stays on disk; one without entries cannot be mapped."""
    whole = np.load(path, allow_pickle=False) if path.stat().st_size <= _HEAD else None
    found = np.load(path, mmap_mode="r", allow_pickle=False) if whole is None else whole
    # as an array of no class of its own, each part of which would be made at length
    return cast("NDArray[Kind]", np.asarray(found))
