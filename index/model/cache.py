"""Vectors of sentences seen before, so that a re-index embeds only what is new."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.model.tokens import width

__all__ = ["EmbeddingCache", "Kept"]

# Raised whenever the table or the content of its columns changes; a file of another version is
# emptied.
_VERSION = 2
# How far from 1 the length of a stored vector may be, by rounding.
_TOLERANCE = 1e-3
# Digests in one question to SQLite, and rows that it gives at a time.
_ASKED, _FETCHED = 500, 10_000
_DIGEST = "S32"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    model TEXT NOT NULL,
    digest BLOB NOT NULL,
    vector BLOB NOT NULL,
    tokens BLOB NOT NULL,
    PRIMARY KEY (digest, model)
) WITHOUT ROWID
"""
_COLUMNS = ["model", "digest", "vector", "tokens"]

Kept = tuple[NDArray[np.float32], NDArray[np.uint8]]
"""The vector of a sentence, shape (dimension,), and its packed token vectors."""


class EmbeddingCache:
    """A SQLite file of (model, digest of the text) -> vectors. Deleting it costs only time.

    A damaged file is set aside as `<name>.damaged` and started again; one of another version is
    emptied. A row that cannot be the vectors of a sentence counts as missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._database = self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise StoreError(
                    f"{path}: {error}; check the data directory's rights and free space",
                    "data_rights_space",
                    path=path,
                    reason=error,
                ) from None
            self._set_aside()
            self._database = self._open()

    def _open(self) -> sqlite3.Connection:
        # autocommit: each `add` is its own transaction, so that a killed build keeps what it has
        # embedded
        database = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            # forgotten vectors must not stay readable in free pages
            database.execute("PRAGMA secure_delete = ON")
            self._check(database)
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _check(self, database: sqlite3.Connection) -> None:
        """Create the table, in place of one of another version: what its columns hold means
        something else.
        """
        if _is_current(database):
            return
        database.execute("BEGIN IMMEDIATE")
        # another process may have done it meanwhile
        if not _is_current(database):
            database.execute("DROP TABLE IF EXISTS vectors")
            database.execute(_SCHEMA)
            database.execute(f"PRAGMA user_version = {_VERSION}")
        database.execute("COMMIT")
        # without room for it the file stays as large as it was, and is filled again
        with suppress(sqlite3.OperationalError):
            database.execute("VACUUM")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def known(self, model: str, texts: Iterable[str], dimension: int) -> set[str]:
        """Return those of the texts whose vectors, of this dimension, are here and sound."""
        by_digest = {_digest(text): text for text in texts}
        digests, found = list(by_digest), set()
        for first in range(0, len(digests), _ASKED):
            some = digests[first : first + _ASKED]
            signs = ", ".join("?" * len(some))
            rows = self._read(
                "SELECT digest, vector, length(tokens) FROM vectors "  # noqa: S608 - no value
                f"WHERE model = ? AND digest IN ({signs})",
                model,
                *some,
            )
            found |= {
                by_digest[digest]
                for digest, vector, length in rows
                if _is_sound(vector, length, dimension)
            }
        return found

    def get(self, model: str, text: str) -> Kept:
        """Return the vectors of a known text; KeyError if it is not known."""
        row = self._database.execute(
            "SELECT vector, tokens FROM vectors WHERE digest = ? AND model = ?",
            (_digest(text), model),
        ).fetchone()
        if row is None:
            raise KeyError(text)
        vector = np.frombuffer(row[0], dtype="<f4")
        packed = np.frombuffer(row[1], dtype=np.uint8).reshape(-1, width(len(vector)))
        return vector, packed

    def add(self, model: str, texts: Sequence[str], kept: Sequence[Kept]) -> None:
        """Store the vectors of these texts, in one transaction."""
        rows = [
            (model, _digest(text), vector.astype("<f4").tobytes(), packed.tobytes())
            for text, (vector, packed) in zip(texts, kept, strict=True)
        ]
        self._write("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def keep_only(self, texts: Iterable[str]) -> None:
        """Delete the vectors of every other text, so that what left the documents leaves the cache
        too.

        No byte of them stays in the file. StoreError if the disk has no room for that.
        """
        # 32 bytes each; as objects of Python they would take three times that
        wanted = np.unique(np.fromiter(map(_digest, texts), _DIGEST))
        known = self._database.execute("SELECT DISTINCT digest FROM vectors")
        gone: list[tuple[bytes]] = []
        while rows := known.fetchmany(_FETCHED):
            there = np.isin(np.array([digest for (digest,) in rows], _DIGEST), wanted)
            gone += [row for row, stays in zip(rows, there, strict=True) if not stays]
        if gone:
            self._write("DELETE FROM vectors WHERE digest = ?", gone)
            self._shrink()

    def _read(self, query: str, *values: object) -> Iterator[tuple[bytes, bytes, int]]:
        """Return the rows of a query; a file found damaged is started again, and has none."""
        try:
            yield from self._database.execute(query, values)
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"{self._path}: {error}; check the data directory's rights",
                "data_rights",
                path=self._path,
                reason=error,
            ) from None
        except sqlite3.DatabaseError:
            self._database.close()
            self._set_aside()
            self._database = self._open()

    def _set_aside(self) -> None:
        self._path.replace(self._path.with_name(self._path.name + ".damaged"))
        for beside in ("-wal", "-shm"):
            self._path.with_name(self._path.name + beside).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _shrink(self) -> None:
        # if rows move from page to page, secure_delete alone leaves copies of what was deleted
        try:
            self._database.execute("VACUUM")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise StoreError(
                f"{self._path}: {error}; free some space and try again",
                "free_space",
                path=self._path,
                reason=error,
            ) from error

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        try:
            with closing(self._database.cursor()) as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                cursor.executemany(statement, rows)
                cursor.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise StoreError(
                f"{self._path}: {error}; free some space and try again",
                "free_space",
                path=self._path,
                reason=error,
            ) from error


def _is_current(database: sqlite3.Connection) -> bool:
    [(version,)] = database.execute("PRAGMA user_version")
    columns = [row[1] for row in database.execute("PRAGMA table_info(vectors)")]
    return (version, columns) == (_VERSION, _COLUMNS)


def _is_sound(vector: bytes, tokens: int, dimension: int) -> bool:
    """Return True if these can be the vectors of a sentence: finite, of length 1, and so many bytes
    of tokens that they are whole rows.
    """
    if len(vector) != 4 * dimension or tokens % width(dimension):
        return False
    length = np.linalg.norm(np.frombuffer(vector, dtype="<f4").astype(np.float64))
    # also false if it is not a number
    return bool(abs(length - 1) < _TOLERANCE)


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
