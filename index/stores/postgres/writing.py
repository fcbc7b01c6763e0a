"""From a build to the rows of a generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

import numpy as np
from pgvector.psycopg import register_vector
from psycopg import errors

from index.stores import Build, Part
from index.stores.postgres import rows
from index.stores.postgres.database import Connection
from index.types import Passage

__all__ = ["NEIGHBOURS_FROM", "TABLES", "Written", "erase", "indexed", "write"]

TABLES = ("documents", "passages", "sentences", "terms", "postings")
"""The tables whose rows belong to a generation."""

NEIGHBOURS_FROM = 50_000
"""From this many vectors on an index of neighbours is made: comparing all would take 50 ms."""

# MiB to make an index of neighbours in: if it does not fit, that takes many times as long. Of each
# vector there are its components and its links.
_LINKS, _LEAST_ROOM, _MOST_ROOM = 1_200, 64, 4_096
# What takes minutes is not what an operator's limits on statements are for.
_PATIENTLY = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
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
    _take_time(connection)
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
            _index(connection, table, sequence, build.dimension, vectors)
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
    _take_time(connection)
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


def indexed(dimension: int) -> str:
    """The type of the vectors in an index of neighbours: at 16 bits a component it is half as
    large, and what it finds is compared exactly.
    """
    return f"halfvec({int(dimension)})"


def _take_time(connection: Connection) -> None:
    """Let this transaction take minutes, as long as its client lives."""
    connection.execute(_PATIENTLY)
    # else the server would finish the index of a builder that was killed, and the next one wait for
    # it; not every system can tell
    with suppress(errors.InvalidParameterValue), connection.transaction():
        connection.execute("SET LOCAL client_connection_check_interval = '2s'")


def _index(connection: Connection, table: str, sequence: int, dimension: int, rows: int) -> None:
    """Index the neighbours of one generation's vectors; the index is dropped with the
    generation.
    """
    kind = indexed(dimension)
    command = (
        f"CREATE INDEX {table}_near_{int(sequence)} ON {table} "
        f"USING hnsw ((vector::{kind}) halfvec_ip_ops) WHERE generation = {int(sequence)}"
    )
    room = min(_MOST_ROOM, rows * (2 * dimension + _LINKS) // 2**20 + _LEAST_ROOM)
    with connection.transaction():
        [[given]] = connection.execute(
            "SELECT setting::int8 / 1024 FROM pg_settings WHERE name = 'maintenance_work_mem'"
        ).fetchall()
        connection.execute(f"SET LOCAL maintenance_work_mem = '{max(given, room)}MB'")
        try:
            with connection.transaction():
                connection.execute(command)
        except (errors.DiskFull, errors.OutOfMemory):
            # workers share memory, of which a container often has 64 MB; one alone needs none
            connection.execute("SET LOCAL max_parallel_maintenance_workers = 0")
            connection.execute(command)
