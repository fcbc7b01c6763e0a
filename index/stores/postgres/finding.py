"""Passages near to what is wanted, found by PostgreSQL in two ways there and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.stores import Found, Wanted
from index.stores.postgres import writing
from index.stores.postgres.database import Database, Question, Row
from index.stores.postgres.described import Described
from index.stores.postgres.words import Words

__all__ = ["Finder", "View"]

# Each row of postings and each vector is looked up by its key; the planner does not know how few
# they are.
_EXACT = (
    "SET LOCAL jit = off",
    "SET LOCAL enable_hashjoin = off",
    "SET LOCAL enable_mergejoin = off",
)
# A filter leaves rows out after they were found: the scan goes on until enough are left. Of
# 200,000 vectors these settings find more than 99 of 100 of the nearest, of two million 91.
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
    values: Mapping[str, object]
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
        near = (("sentences", wanted.sentences), ("passages", wanted.passages))
        sentences, passages, *found = self._database.ask(
            [*(self._nearest(*each, wanted.vector, view) for each in near), *words[:1]],
            _BY_NEIGHBOURS,
        )
        matching = self._enough(wanted.words, found, words[1:])
        nearest = [
            self._filled(rows, *each, wanted.vector, view)
            for rows, each in zip((sentences, passages), near, strict=True)
        ]
        return self.measure(
            wanted, sorted({row[0] for rows in (*nearest, matching) for row in rows})
        )

    def measure(self, wanted: Wanted, numbers: list[int]) -> Found:
        """How near these passages are to what is wanted."""
        asked = _written(wanted.vector), self._number, numbers
        words = self._words.share(wanted.terms, numbers)
        near, whole, *share = self._database.ask(
            [(_CLOSENESS, asked), (_WHOLES, asked), *words], _EXACT
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
        return np.array([row[0] for row in self._enough(count, [], words)], dtype=np.int64)

    def _enough(
        self, count: int, found: Sequence[Sequence[Row]], words: Sequence[Question]
    ) -> Sequence[Row]:
        """The passages that contain words: those found if there are `count`, or else those of the
        first of these questions that finds as many, or of the last.
        """
        rows = found[0] if found else []
        for question in words:
            if len(rows) >= count:
                break
            [rows] = self._database.ask([question], _EXACT)
        return rows

    def _filled(
        self, rows: list[Row], table: str, count: int, vector: NDArray[np.float32], view: View
    ) -> list[Row]:
        """The nearest that were found, or all compared if they are too few: the scan of an index
        ends at its limits, and what it met until then may be out of view.
        """
        if len(rows) < count and self._is_indexed(table, view):
            query = self._nearest(table, count, vector, view, exactly=True)
            [rows] = self._database.ask([query], _EXACT)
        return rows

    def _is_indexed(self, table: str, view: View) -> bool:
        """Return True if an index finds the nearest vectors of a view; few are compared all."""
        return self._counts[table] * view.share >= self._neighbours_from

    def _nearest(
        self,
        table: str,
        count: int,
        vector: NDArray[np.float32],
        view: View,
        *,
        exactly: bool = False,
    ) -> Question:
        """Ask for the passages of the vectors nearest to one."""
        number = "sentence" if table == "sentences" else "passage"
        values = {**view.values, "vector": _written(vector), "count": count}
        if self._is_indexed(table, view) and not exactly:
            # written as the index has it, or it is not used
            kind = writing.indexed(len(vector))
            near = f"(vector::{kind}) <#> %(vector)s::{kind}"
        else:
            # of equals the earlier one comes first
            near = f"vector <#> %(vector)s::vector, passage, {number}"
        query = (
            f"SELECT passage FROM {table} p WHERE generation = {self._number} "  # noqa: S608 - our own names
            f"AND {view.condition} ORDER BY {near} LIMIT %(count)s"
        )
        return query, values


def _written(vector: NDArray[np.float32]) -> str:
    """A vector as PostgreSQL reads it, to the last bit."""
    return "[" + ",".join(map(str, vector.tolist())) + "]"
