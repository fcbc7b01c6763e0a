"""Passages near to what is wanted, found by PostgreSQL in two ways there and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.stores import Found, Wanted
from index.stores.postgres.database import Database, Question
from index.stores.postgres.described import Described
from index.stores.postgres.words import Words

__all__ = ["Finder", "View"]

_EXACT = ("SET LOCAL jit = off",)
# A filter leaves rows out after they were found: the scan goes on until enough are left. Of a
# million vectors these settings find more than 99 of 100 of the nearest.
_BY_NEIGHBOURS = (
    *_EXACT,
    "SET LOCAL hnsw.iterative_scan = 'relaxed_order'",
    "SET LOCAL hnsw.ef_search = 400",
    "SET LOCAL hnsw.max_scan_tuples = 200000",
)
_CLOSENESS = (
    "SELECT passage, -(vector <#> %s::vector) FROM sentences "
    "WHERE generation = %s AND passage = ANY(%s) ORDER BY passage, sentence"
)
_WHOLES = (
    "SELECT passage, -(vector <#> %s::vector) FROM passages "
    "WHERE generation = %s AND passage = ANY(%s)"
)


@dataclass(frozen=True, slots=True)
class View:
    """The contents of a scope: a condition on passages in SQL with its values, how many
    documents, and which share of the passages.
    """

    condition: str
    values: tuple[object, ...]
    documents: int
    share: float


class Finder:
    """Finds passages of one generation."""

    def __init__(
        self, database: Database, described: Described, words: Words, neighbours_from: int
    ) -> None:
        self._database = database
        self._number = described.sequence
        self._words = words
        self._neighbours_from = neighbours_from
        self._counts = {
            "sentences": described.generation.sentences,
            "passages": described.generation.passages,
        }

    def find(self, wanted: Wanted, view: View) -> Found:
        """The passages of a view that are wanted."""
        words = self._words.matching(wanted.terms, wanted.words, view.condition, view.values)
        found = self._database.ask(
            [
                self._nearest("sentences", wanted.vector, wanted.sentences, view),
                self._nearest("passages", wanted.vector, wanted.passages, view),
                *([words] if words else []),
            ],
            _BY_NEIGHBOURS,
        )
        return self.measure(wanted, sorted({row[0] for rows in found for row in rows}))

    def measure(self, wanted: Wanted, numbers: list[int]) -> Found:
        """How near these passages are to what is wanted."""
        asked = _written(wanted.vector), self._number, numbers
        words = self._words.share(wanted.terms, numbers)
        near, whole, *share = self._database.ask(
            [(_CLOSENESS, asked), (_WHOLES, asked), *([words] if words else [])], _EXACT
        )
        cosines: dict[int, list[float]] = {number: [] for number in numbers}
        for number, cosine in near:
            cosines[number].append(cosine)
        wholes: dict[int, float] = dict(whole)
        shares: dict[int, float] = dict(*share)
        total = self._words.total(wanted.terms)
        return Found(
            numbers,
            np.array([shares.get(number, 0.0) / total for number in numbers], np.float32),
            [np.array(cosines[number], np.float32) for number in numbers],
            np.array([wholes[number] for number in numbers], np.float32),
        )

    def matching(self, terms: Sequence[str], count: int, view: View) -> NDArray[np.int64]:
        """At most `count` passages of a view with the highest share of these terms, best first."""
        words = self._words.matching(terms, count, view.condition, view.values)
        [found] = self._database.ask([words], _EXACT) if words else [[]]
        return np.array([passage for passage, _ in found], dtype=np.int64)

    def _nearest(self, table: str, vector: NDArray[np.float32], count: int, view: View) -> Question:
        """Ask for the passages of the vectors nearest to one."""
        number = "sentence" if table == "sentences" else "passage"
        asked = _written(vector)
        if self._counts[table] * view.share < self._neighbours_from:
            # of equals the earlier one comes first
            query = (
                f"SELECT passage FROM {table} p WHERE generation = %s AND {view.condition} "  # noqa: S608 - our own names
                f"ORDER BY vector <#> %s::vector, passage, {number} LIMIT %s"
            )
            return query, (self._number, *view.values, asked, count)
        # written as the index has it, or it is not used
        near = f"(vector::vector({len(vector)})) <#> %s::vector({len(vector)})"
        query = (
            f"SELECT passage FROM {table} p WHERE generation = {self._number} "  # noqa: S608 - the same
            f"AND {view.condition} ORDER BY {near} LIMIT %s"
        )
        return query, (*view.values, asked, count)


def _written(vector: NDArray[np.float32]) -> str:
    """A vector as PostgreSQL reads it, to the last bit."""
    return "[" + ",".join(map(str, vector.tolist())) + "]"
