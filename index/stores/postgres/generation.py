"""A generation in the database, open for questions that PostgreSQL answers row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError
from index.stores import Build, Found, Part, Wanted
from index.stores.postgres import rows
from index.stores.postgres.database import Database, Row
from index.stores.postgres.described import Described
from index.stores.postgres.finding import Finder, View
from index.stores.postgres.words import Words
from index.stores.views import Views
from index.text import passages
from index.types import (
    EVERYTHING,
    Document,
    Generation,
    Omitted,
    Passage,
    Scope,
    Source,
    Span,
    Thresholds,
)

__all__ = ["PostgresGeneration"]

_PASSAGES = f"{rows.PASSAGE} WHERE p.generation = %s AND p.passage = ANY(%s)"
_TOKENS = (
    "SELECT passage, tokens FROM sentences WHERE generation = %s AND passage = ANY(%s) "
    "ORDER BY passage, sentence"
)
# As bytes, so that no bit of a vector changes on its way.
_VECTORS = (
    "SELECT vector_send(vector), tokens FROM sentences WHERE generation = %s AND document = %s "
    "ORDER BY passage, sentence"
)
_WHOLE = (
    "SELECT vector_send(vector) FROM passages WHERE generation = %s AND document = %s "
    "ORDER BY passage"
)


class PostgresGeneration:
    """One generation; see OpenGeneration. It keeps nothing of the database but the list of
    documents.
    """

    def __init__(self, database: Database, described: Described, neighbours_from: int) -> None:
        self._database = database
        self._described = described
        self._number = described.sequence
        self._words = Words(
            database, self._number, described.generation.passages, described.terms_per_passage
        )
        self._finder = Finder(database, described, self._words, neighbours_from)
        found = database.rows(
            "SELECT id, title, language, url, date, passages FROM documents "
            "WHERE generation = %s ORDER BY document",
            self._number,
        )
        if len(found) != described.generation.documents:
            raise DamagedIndexError(
                f"the {database.name}: documents of the index {described.generation.id} are "
                "gone; run citebot index",
                "database_documents",
                name=database.name,
                id=described.generation.id,
            )
        self._sources = tuple((rows.source(row), int(row[5])) for row in found)
        # where the passages of each document begin; the last entry is where the last one ends
        self._begin = list(accumulate((count for _, count in self._sources), initial=0))
        self.languages = frozenset(source.language for source, _ in self._sources)
        self._views = Views[View]()

    @property
    def generation(self) -> Generation:
        return self._described.generation

    @property
    def thresholds(self) -> Thresholds:
        return self._described.thresholds

    def find(self, wanted: Wanted, scope: Scope) -> Found:
        return self._finder.find(wanted, self._views.of(scope, self._look))

    def measure(self, wanted: Wanted, numbers: Sequence[int]) -> Found:
        return self._finder.measure(wanted, list(numbers))

    def matching(self, terms: Sequence[str], count: int, scope: Scope) -> NDArray[np.int64]:
        return self._finder.matching(terms, count, self._views.of(scope, self._look))

    def documents(self, scope: Scope) -> int:
        return self._views.of(scope, self._look).documents

    def look(self, numbers: Sequence[int]) -> list[tuple[Passage, Sequence[NDArray[np.uint8]]]]:
        asked = self._number, list(numbers)
        found, tokens = self._database.ask([(_PASSAGES, asked), (_TOKENS, asked)])
        width = self._described.token_bytes
        packed: dict[int, list[NDArray[np.uint8]]] = {number: [] for number in numbers}
        for number, sentence in tokens:
            packed[number].append(np.frombuffer(sentence, np.uint8).reshape(-1, width))
        return list(
            zip(
                self._in_order(numbers, found),
                [packed[number] for number in numbers],
                strict=True,
            )
        )

    def vocabulary(self) -> Sequence[str]:
        return self._words.vocabulary

    def knows(self, terms: Sequence[str], scope: Scope) -> bool:
        if scope == EVERYTHING:
            return self._words.knows(terms)
        return len(self.matching(terms, 1, scope)) > 0

    def weights(self, terms: Iterable[str]) -> Mapping[str, float]:
        return self._words.weights(terms)

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        return self._in_order(numbers, self._rows_of(_PASSAGES, list(numbers)))

    def passages_of(self, document: str) -> Sequence[Passage]:
        found = self._rows_of(
            f"{rows.PASSAGE} WHERE p.generation = %s AND d.id = %s ORDER BY p.passage", document
        )
        return [rows.passage(row) for row in found]

    def passages_at(self, document: str, span: Span) -> Sequence[Passage]:
        found = self._rows_of(
            f"{rows.PASSAGE} WHERE p.generation = %s AND d.id = %s AND p.start < %s "
            'AND p."end" > %s ORDER BY p.passage',
            document,
            span.end,
            span.start,
        )
        return [rows.passage(row) for row in found]

    def document(self, id: str) -> Document | None:
        found = self._rows_of(f"{rows.DOCUMENT} WHERE d.generation = %s AND d.id = %s", id)
        return rows.document(found[0]) if found else None

    def text(self, id: str) -> str:
        found = self.document(id)
        return found.text if found else ""

    def holding(self, words: Sequence[str], scope: Scope) -> Iterator[tuple[str, str]]:
        allowed = [
            number for number, (source, _) in enumerate(self._sources) if scope.allows(source.id)
        ]
        found = self._rows_of(
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

    def omissions(self) -> dict[str, Omitted]:
        return Omitted.by_document(
            self._rows_of(
                "SELECT id, kind, count(*) FROM (SELECT document, id, "
                "json_array_elements(omissions) ->> 0 AS kind FROM documents "
                "WHERE generation = %s) each GROUP BY document, id, kind ORDER BY document"
            )
        )

    def failed(self) -> Sequence[tuple[str, str]]:
        return self._described.failed

    def digests(self) -> dict[str, str]:
        return dict(self._rows_of("SELECT id, digest FROM documents WHERE generation = %s"))

    def build(self, base: str | None) -> Build:
        described = self._described
        return Build(
            model=described.model,
            fingerprint=described.fingerprint,
            content=described.content,
            thresholds=described.thresholds,
            parts=self._parts(),
            dimension=described.dimension,
            terms=passages.terms,
            failed=described.failed,
            base=base,
            embedded=described.embedded,
        )

    def _parts(self) -> Iterator[Part]:
        for number, (source, _) in enumerate(self._sources):
            asked = self._number, number
            vectors, whole = self._database.ask([(_VECTORS, asked), (_WHOLE, asked)])
            document = self.document(source.id)
            if document is None:
                raise DamagedIndexError(
                    f"the {self._database.name}: the index {self.generation.id} was removed; try "
                    "again",
                    "database_index_try",
                    name=self._database.name,
                    id=self.generation.id,
                )
            width = self._described.token_bytes
            yield Part(
                document,
                self.passages_of(source.id),
                self._matrix(vectors),
                self._matrix(whole),
                [np.frombuffer(row[1], np.uint8).reshape(-1, width) for row in vectors],
            )

    def _matrix(self, found: Sequence[Row]) -> NDArray[np.float32]:
        """Vectors as PostgreSQL sends them, which says their length before each."""
        sent = [np.frombuffer(row[0], ">f4", offset=4) for row in found]
        made = np.array(sent, np.float32)
        return made.reshape(len(sent), self._described.dimension)

    def close(self) -> None:
        """Do nothing: the connections are the store's."""

    def _rows_of(self, query: str, *values: object) -> list[Row]:
        return self._database.rows(query, self._number, *values)

    def _in_order(self, numbers: Sequence[int], found: Sequence[Row]) -> list[Passage]:
        """The passages of these rows, in the order of their numbers."""
        by_number = {row[5]: rows.passage(row) for row in found}
        if by_number.keys() != set(numbers):
            raise DamagedIndexError(
                f"the {self._database.name}: the index {self.generation.id} was removed; ask again",
                "database_index_ask",
                name=self._database.name,
                id=self.generation.id,
            )
        return [by_number[number] for number in numbers]

    def _look(self, scope: Scope) -> View:
        if scope == EVERYTHING:
            return View("true", {}, len(self._sources), 1.0)
        allowed = [scope.allows(source.id) for source, _ in self._sources]
        shown = [number for number, is_allowed in enumerate(allowed) if is_allowed]
        if not shown:
            return View("false", {}, 0, 0.0)
        count = sum(self._sources[number][1] for number in shown)
        share = count / max(self.generation.passages, 1)
        # passages are numbered document by document: the key finds those between
        first, last = self._begin[shown[0]], self._begin[shown[-1] + 1] - 1
        hidden = [n for n in range(shown[0], shown[-1]) if not allowed[n]]
        return View(
            "p.passage BETWEEN %(first)s AND %(last)s AND p.document <> ALL(%(hidden)s)",
            {"first": first, "last": last, "hidden": hidden},
            len(shown),
            share,
        )
