"""A generation in the database, open for questions that PostgreSQL answers row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError
from index.stores.postgres import rows
from index.stores.postgres.database import Database
from index.stores.postgres.described import Described
from index.stores.postgres.words import Words
from index.stores.views import Views
from index.types import (
    EVERYTHING,
    Document,
    Generation,
    Passage,
    Scope,
    Source,
    Span,
    Thresholds,
)

__all__ = ["PostgresGeneration"]

# Chats that may see the same folders share a scope; a follow-up on one document makes its own.
_EXACT = ("SET LOCAL jit = off",)
# A filter drops rows after they were found, so the scan continues until enough are left. Of a
# million vectors these settings find more than 99 of 100 of the nearest.
_BY_NEIGHBOURS = (
    *_EXACT,
    "SET LOCAL hnsw.iterative_scan = 'relaxed_order'",
    "SET LOCAL hnsw.ef_search = 400",
    "SET LOCAL hnsw.max_scan_tuples = 200000",
)


@dataclass(frozen=True, slots=True)
class _View:
    """The contents of a scope: a condition on passages in SQL with its values, how many
    documents, and which share of the passages.
    """

    condition: str
    values: tuple[object, ...]
    documents: int
    share: float


class PostgresGeneration:
    """One generation; see OpenGeneration. It keeps nothing of the database but the list of
    documents.
    """

    def __init__(self, database: Database, described: Described, neighbours_from: int) -> None:
        self._database = database
        self._described = described
        self._number = described.sequence
        self._neighbours_from = neighbours_from
        self._words = Words(
            database, self._number, described.generation.passages, described.terms_per_passage
        )
        found = database.rows(
            "SELECT id, title, language, url, date, passages FROM documents "
            "WHERE generation = %s ORDER BY document",
            self._number,
        )
        if len(found) != described.generation.documents:
            raise DamagedIndexError(
                f"the {database.name}: documents of the index {described.generation.id} are "
                "gone; run citebot index"
            )
        self._sources = tuple((rows.source(row), int(row[5])) for row in found)
        # where the passages of each document begin; the last entry is where the last one ends
        self._begin = list(accumulate((count for _, count in self._sources), initial=0))
        self.languages = frozenset(source.language for source, _ in self._sources)
        self._views = Views(self._look)

    @property
    def generation(self) -> Generation:
        return self._described.generation

    @property
    def thresholds(self) -> Thresholds:
        return self._described.thresholds

    def nearest(self, vector: NDArray[np.float32], count: int, scope: Scope) -> NDArray[np.int64]:
        found = self._nearest("sentences", self.generation.sentences, vector, count, scope)
        return np.array(list(dict.fromkeys(found)), dtype=np.int64)

    def nearest_whole(
        self, vector: NDArray[np.float32], count: int, scope: Scope
    ) -> NDArray[np.int64]:
        found = self._nearest("passages", self.generation.passages, vector, count, scope)
        return np.array(found, dtype=np.int64)

    def matching(self, terms: Sequence[str], count: int, scope: Scope) -> NDArray[np.int64]:
        view = self._views[scope]
        found = self._words.matching(terms, count, view.condition, view.values)
        return np.array(found, dtype=np.int64)

    def documents(self, scope: Scope) -> int:
        return self._views[scope].documents

    def closeness(
        self, vector: NDArray[np.float32], passages: Sequence[int]
    ) -> list[NDArray[np.float32]]:
        found = self._database.rows(
            "SELECT passage, -(vector <#> %s::vector) FROM sentences "
            "WHERE generation = %s AND passage = ANY(%s) ORDER BY passage, sentence",
            _written(vector),
            self._number,
            list(passages),
        )
        cosines: dict[int, list[float]] = {number: [] for number in passages}
        for number, cosine in found:
            cosines[number].append(cosine)
        return [np.array(cosines[number], dtype=np.float32) for number in passages]

    def wholes(self, vector: NDArray[np.float32], passages: Sequence[int]) -> NDArray[np.float32]:
        found = self._database.rows(
            "SELECT passage, -(vector <#> %s::vector) FROM passages "
            "WHERE generation = %s AND passage = ANY(%s)",
            _written(vector),
            self._number,
            list(passages),
        )
        cosines = dict(found)
        return np.array([cosines[number] for number in passages], dtype=np.float32)

    def share(self, terms: Sequence[str], passages: Sequence[int]) -> NDArray[np.float32]:
        return self._words.share(terms, passages)

    def tokens(self, passage: int) -> Sequence[NDArray[np.uint8]]:
        found = self._database.rows(
            "SELECT tokens FROM sentences WHERE generation = %s AND passage = %s ORDER BY sentence",
            self._number,
            passage,
        )
        width = self._described.token_bytes
        return [np.frombuffer(packed, np.uint8).reshape(-1, width) for (packed,) in found]

    def vocabulary(self) -> Sequence[str]:
        return self._words.vocabulary

    def knows(self, terms: Sequence[str], scope: Scope) -> bool:
        if scope == EVERYTHING:
            return self._words.knows(terms)
        return len(self.matching(terms, 1, scope)) > 0

    def weight(self, term: str) -> float:
        return self._words.weight(term)

    def passage(self, number: int) -> Passage:
        found = self._rows(f"{rows.PASSAGE} WHERE p.generation = %s AND p.passage = %s", number)
        if not found:
            raise DamagedIndexError(
                f"the {self._database.name}: the index {self.generation.id} was removed; ask again"
            )
        return rows.passage(found[0])

    def passages_of(self, document: str) -> Sequence[Passage]:
        found = self._rows(
            f"{rows.PASSAGE} WHERE p.generation = %s AND d.id = %s ORDER BY p.passage", document
        )
        return [rows.passage(row) for row in found]

    def passages_at(self, document: str, span: Span) -> Sequence[Passage]:
        found = self._rows(
            f"{rows.PASSAGE} WHERE p.generation = %s AND d.id = %s AND p.start < %s "
            'AND p."end" > %s ORDER BY p.passage',
            document,
            span.end,
            span.start,
        )
        return [rows.passage(row) for row in found]

    def document(self, id: str) -> Document | None:
        found = self._rows(f"{rows.DOCUMENT} WHERE d.generation = %s AND d.id = %s", id)
        return rows.document(found[0]) if found else None

    def text(self, id: str) -> str:
        found = self.document(id)
        return found.text if found else ""

    def holding(self, words: Sequence[str], scope: Scope) -> Iterator[tuple[str, str]]:
        allowed = [
            number for number, (source, _) in enumerate(self._sources) if scope.allows(source.id)
        ]
        found = self._rows(
            "SELECT id FROM documents d WHERE generation = %s AND document = ANY(%s) AND NOT "
            "EXISTS (SELECT FROM unnest(%s::text[]) word WHERE strpos(d.text, word) = 0) "
            "ORDER BY document",
            allowed,
            [rows.written(word) for word in words],
        )
        for (id,) in found:
            yield id, self.text(id)

    def sources(self) -> Sequence[tuple[Source, int]]:
        return self._sources

    def omissions(self) -> dict[str, int]:
        return dict(
            self._rows(
                "SELECT id, json_array_length(omissions) FROM documents WHERE generation = %s "
                "AND json_array_length(omissions) > 0 ORDER BY document"
            )
        )

    def failed(self) -> Sequence[tuple[str, str]]:
        return self._described.failed

    def digests(self) -> dict[str, str]:
        return dict(self._rows("SELECT id, digest FROM documents WHERE generation = %s"))

    def close(self) -> None:
        """Do nothing: the connections are the store's."""

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._database.rows(query, self._number, *values)

    def _nearest(
        self, table: str, vectors: int, vector: NDArray[np.float32], count: int, scope: Scope
    ) -> list[int]:
        """Return the passages of the vectors nearest to one, best first."""
        view = self._views[scope]
        number = "sentence" if table == "sentences" else "passage"
        asked = _written(vector)
        if vectors < self._neighbours_from or vectors * view.share < self._neighbours_from:
            # of equals the earlier one comes first
            query = (
                f"SELECT passage FROM {table} p WHERE generation = %s AND {view.condition} "  # noqa: S608 - our own names
                f"ORDER BY vector <#> %s::vector, passage, {number} LIMIT %s"
            )
            found = self._database.rows(
                query, self._number, *view.values, asked, count, settings=_EXACT
            )
        else:
            # written as in the index, or the index is not used
            near = f"(vector::vector({len(vector)})) <#> %s::vector({len(vector)})"
            query = (
                f"SELECT passage FROM (SELECT passage, {near} AS far FROM {table} p "  # noqa: S608 - the same
                f"WHERE generation = {self._number} AND {view.condition} ORDER BY {near} LIMIT %s) "
                "ORDER BY far, passage"
            )
            found = self._database.rows(
                query, asked, *view.values, asked, count, settings=_BY_NEIGHBOURS
            )
        return [passage for (passage,) in found]

    def _look(self, scope: Scope) -> _View:
        if scope == EVERYTHING:
            return _View("true", (), len(self._sources), 1.0)
        allowed = [scope.allows(source.id) for source, _ in self._sources]
        shown = [number for number, is_allowed in enumerate(allowed) if is_allowed]
        if not shown:
            return _View("false", (), 0, 0.0)
        passages = sum(self._sources[number][1] for number in shown)
        share = passages / max(self.generation.passages, 1)
        # passages are numbered document by document: the key finds those between
        first, last = self._begin[shown[0]], self._begin[shown[-1] + 1] - 1
        hidden = [n for n in range(shown[0], shown[-1]) if not allowed[n]]
        return _View(
            "p.passage BETWEEN %s AND %s AND p.document <> ALL(%s)",
            (first, last, hidden),
            len(shown),
            share,
        )


def _written(vector: NDArray[np.float32]) -> str:
    """Return a vector as PostgreSQL reads it, exact to the last bit."""
    return "[" + ",".join(map(str, vector.tolist())) + "]"
