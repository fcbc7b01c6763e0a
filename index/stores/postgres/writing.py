"""From a build to the rows of a generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

import numpy as np
from pgvector.psycopg import register_vector

from index.stores import Build
from index.stores.postgres import rows
from index.stores.postgres.database import Connection

__all__ = ["NEIGHBOURS_FROM", "TABLES", "erase", "terms_per_passage", "write"]

TABLES = ("documents", "passages", "sentences", "terms", "postings")
"""The tables whose rows belong to a generation."""

NEIGHBOURS_FROM = 200_000
"""From this many vectors on an index of neighbours is made: comparing all would take 0.1 s."""


def write(
    connection: Connection, sequence: int, build: Build, neighbours_from: int = NEIGHBOURS_FROM
) -> None:
    """Write the rows of generation `sequence`, except its row in `generations`."""
    register_vector(connection)
    numbers = {document.id: number for number, document in enumerate(build.documents)}
    owners = [numbers[passage.source.id] for passage in build.passages]
    counts = Counter(owners)
    _copy(
        connection,
        "documents",
        "generation, document, passages, id, title, language, url, date, digest, text, "
        "paragraphs, sentences, headings, pages, labels, omissions, anchors",
        "int4 int4 int4 text text text text date text text json json json json json json json",
        (
            (sequence, number, counts[number], *rows.document_row(document))
            for number, document in enumerate(build.documents)
        ),
    )
    _copy(
        connection,
        "passages",
        'generation, document, passage, text, start, "end", sentences, first_paragraph, '
        "last_paragraph, heading, page, labels, anchors, vector",
        "int4 int4 int4 text int4 int4 json int4 int4 text int4 json json vector",
        (
            (sequence, owner, number, *rows.passage_row(passage), vector)
            for number, (owner, passage, vector) in enumerate(
                zip(owners, build.passages, build.whole, strict=True)
            )
        ),
    )
    _copy(
        connection,
        "sentences",
        "generation, document, passage, sentence, vector, tokens",
        "int4 int4 int4 int4 vector bytea",
        _sentences(sequence, build, owners),
    )
    _words(connection, sequence, build, owners)
    for table, vectors in (("sentences", build.vectors), ("passages", build.whole)):
        if len(vectors) >= neighbours_from:
            _index(connection, table, sequence, vectors.shape[1])


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


def terms_per_passage(build: Build) -> float:
    """Return the mean number of terms per passage; 1 if there are none, so that it can divide."""
    return sum(map(len, build.terms)) / len(build.terms) if any(build.terms) else 1.0


def _sentences(sequence: int, build: Build, owners: Sequence[int]) -> Iterator[Sequence[object]]:
    row = count()
    for number, (owner, passage) in enumerate(zip(owners, build.passages, strict=True)):
        for sentence in range(len(passage.sentences)):
            at = next(row)
            packed = np.ascontiguousarray(build.tokens[at]).tobytes()
            yield sequence, owner, number, sentence, build.vectors[at], packed


def _words(connection: Connection, sequence: int, build: Build, owners: Sequence[int]) -> None:
    """Write the terms and their passages."""
    times = [Counter(terms) for terms in build.terms]
    passages = Counter(term for counted in times for term in counted)
    numbers = {term: number for number, term in enumerate(sorted(passages))}
    _copy(
        connection,
        "terms",
        "generation, term, number, passages",
        "int4 text int4 int4",
        ((sequence, term, number, passages[term]) for term, number in numbers.items()),
    )
    _copy(
        connection,
        "postings",
        "generation, term, document, passage, times, length",
        "int4 int4 int4 int4 int4 int4",
        (
            (sequence, numbers[term], owner, number, often, counted.total())
            for number, (owner, counted) in enumerate(zip(owners, times, strict=True))
            for term, often in counted.items()
        ),
    )


def _copy(
    connection: Connection,
    table: str,
    columns: str,
    types: str,
    values: Iterable[Sequence[object]],
) -> None:
    command = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        copy.set_types(types.split())
        for row in values:
            copy.write_row(row)


def _index(connection: Connection, table: str, sequence: int, dimension: int) -> None:
    """Index the neighbours of one generation's vectors; the index is dropped with the
    generation.
    """
    connection.execute(
        f"CREATE INDEX {table}_near_{int(sequence)} ON {table} "
        f"USING hnsw ((vector::vector({int(dimension)})) vector_ip_ops) "
        f"WHERE generation = {int(sequence)}"
    )
