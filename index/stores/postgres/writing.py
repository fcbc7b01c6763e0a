"""From a build to the rows of a generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from pgvector.psycopg import register_vector

from index.stores import Build, Part
from index.stores.postgres import rows
from index.stores.postgres.database import Connection
from index.types import Passage

__all__ = ["NEIGHBOURS_FROM", "TABLES", "Written", "erase", "write"]

TABLES = ("documents", "passages", "sentences", "terms", "postings")
"""The tables whose rows belong to a generation."""

NEIGHBOURS_FROM = 200_000
"""From this many vectors on an index of neighbours is made: comparing all would take 0.1 s."""


# Sentences whose rows are sent at a time.
_STEP = 5_000


@dataclass(frozen=True, slots=True)
class Written:
    """How much of a generation was written; `terms_per_passage` is 1 if there are none, so that it
    can divide.
    """

    documents: int
    passages: int
    sentences: int
    terms_per_passage: float


def write(
    connection: Connection, sequence: int, build: Build, neighbours_from: int = NEIGHBOURS_FROM
) -> Written:
    """Write the rows of generation `sequence`, its row in `generations` apart."""
    register_vector(connection)
    writer = _Writer(connection, sequence, build.terms)
    waiting: list[Part] = []
    for part in build.parts:
        waiting.append(part)
        if sum(len(each.vectors) for each in waiting) >= _STEP:
            writer.add(waiting)
            waiting = []
    writer.add(waiting)
    written = writer.finish()
    for table, vectors in (("sentences", written.sentences), ("passages", written.passages)):
        if vectors >= neighbours_from:
            _index(connection, table, sequence, build.dimension)
    return written


class _Writer:
    """Sends the rows of a generation, some documents at a time."""

    def __init__(
        self, connection: Connection, sequence: int, terms: Callable[[Passage], Sequence[str]]
    ) -> None:
        self._connection, self._sequence, self._terms_of = connection, sequence, terms
        self._documents = self._passages = self._sentences = self._terms = 0
        self._numbers: dict[str, int] = {}
        self._holding: Counter[str] = Counter()

    def add(self, parts: Sequence[Part]) -> None:
        """Send the rows of these documents, which follow those sent before."""
        self._copy(
            "documents",
            "document, passages, id, title, language, url, date, digest, text, paragraphs, "
            "sentences, headings, pages, labels, omissions, anchors",
            "int4 int4 text text text text date text text json json json json json json json",
            (
                (number, len(part.passages), *rows.document_row(part.document))
                for number, part in enumerate(parts, self._documents)
            ),
        )
        self._copy(
            "passages",
            'document, passage, text, start, "end", sentences, first_paragraph, last_paragraph, '
            "heading, page, labels, anchors, vector",
            "int4 int4 text int4 int4 json int4 int4 text int4 json json vector",
            (
                (document, number, *rows.passage_row(passage), part.whole[at])
                for document, number, at, passage, part in self._numbered(parts)
            ),
        )
        self._copy(
            "sentences",
            "document, passage, sentence, vector, tokens",
            "int4 int4 int4 vector bytea",
            self._sentence_rows(parts),
        )
        self._copy(
            "postings",
            "term, document, passage, times, length",
            "int4 int4 int4 int4 int4",
            self._posting_rows(parts),
        )
        self._documents += len(parts)
        self._passages += sum(len(part.passages) for part in parts)
        self._sentences += sum(len(part.vectors) for part in parts)

    def finish(self) -> Written:
        """Send the rows of the terms."""
        self._copy(
            "terms",
            "term, number, passages",
            "text int4 int4",
            ((term, number, self._holding[term]) for term, number in self._numbers.items()),
        )
        mean = self._terms / self._passages if self._terms else 1.0
        return Written(self._documents, self._passages, self._sentences, mean)

    def _numbered(self, parts: Sequence[Part]) -> Iterator[tuple[int, int, int, Passage, Part]]:
        """Each passage with the numbers of its document, of itself, and its place in its part."""
        number = count(self._passages)
        for document, part in enumerate(parts, self._documents):
            for at, passage in enumerate(part.passages):
                yield document, next(number), at, passage, part

    def _sentence_rows(self, parts: Sequence[Part]) -> Iterator[Sequence[object]]:
        row = 0
        for document, number, at, passage, part in self._numbered(parts):
            row = row if at else 0
            for sentence in range(len(passage.sentences)):
                packed = np.ascontiguousarray(part.tokens[row]).tobytes()
                yield document, number, sentence, part.vectors[row], packed
                row += 1

    def _posting_rows(self, parts: Sequence[Part]) -> Iterator[Sequence[object]]:
        for document, number, _, passage, _ in self._numbered(parts):
            times = Counter(self._terms_of(passage))
            self._terms += times.total()
            self._holding.update(times.keys())
            for term, often in times.items():
                known = self._numbers.setdefault(term, len(self._numbers))
                yield known, document, number, often, times.total()

    def _copy(
        self, table: str, columns: str, types: str, values: Iterable[Sequence[object]]
    ) -> None:
        command = f"COPY {table} (generation, {columns}) FROM STDIN (FORMAT BINARY)"
        with self._connection.cursor() as cursor, cursor.copy(command) as copy:
            copy.set_types(["int4", *types.split()])
            for row in values:
                copy.write_row((self._sequence, *row))


def erase(connection: Connection, sequences: Sequence[int]) -> None:
    """Remove the rows of these generations, if any are left."""
    for table in (*TABLES, "generations"):
        connection.execute(
            f"DELETE FROM {table} WHERE generation = ANY(%s)"  # noqa: S608 - our own names
            if table != "generations"
            else "DELETE FROM generations WHERE sequence = ANY(%s)",
            (list(sequences),),
        )
    for sequence in sequences:
        for table in ("sentences", "passages"):
            connection.execute(f"DROP INDEX IF EXISTS {table}_near_{int(sequence)}")


def _index(connection: Connection, table: str, sequence: int, dimension: int) -> None:
    """Index the neighbours of one generation's vectors; the index is dropped with the
    generation.
    """
    connection.execute(
        f"CREATE INDEX {table}_near_{int(sequence)} ON {table} "
        f"USING hnsw ((vector::vector({int(dimension)})) vector_ip_ops) "
        f"WHERE generation = {int(sequence)}"
    )
