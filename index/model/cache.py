"""Vectors of sentences seen before, so that a re-index embeds only what is new."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.model.tokens import width

__all__ = ["EmbeddingCache", "Kept"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    model TEXT NOT NULL,
    digest BLOB NOT NULL,
    vector BLOB NOT NULL,
    tokens BLOB NOT NULL,
    PRIMARY KEY (digest, model)
) WITHOUT ROWID
"""

Kept = tuple[NDArray[np.float32], NDArray[np.uint8]]
"""The vector of a sentence, shape (dimension,), and its packed token vectors."""


class EmbeddingCache:
    """A SQLite file of (model, digest of the text) -> vectors. Deleting it costs time only.

    A file that is no cache is set aside as `<name>.damaged` and begun anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._database = self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise StoreError(
                    f"{path}: {error}; check the data directory's rights and free space"
                ) from None
            path.replace(path.with_name(path.name + ".damaged"))
            self._database = self._open()

    def _open(self) -> sqlite3.Connection:
        # autocommit: each `add` is its own transaction, so that a build that is killed has kept
        # what it had embedded
        database = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            # what is forgotten must not stay readable in free pages
            database.execute("PRAGMA secure_delete = ON")
            database.execute(_SCHEMA)
        except sqlite3.Error:
            database.close()
            raise
        return database

    def known(self, model: str, texts: Iterable[str]) -> set[str]:
        """Those of the texts whose vectors are here."""
        by_digest = {_digest(text): text for text in texts}
        rows = self._database.execute("SELECT digest FROM vectors WHERE model = ?", (model,))
        return {by_digest[digest] for (digest,) in rows if digest in by_digest}

    def get(self, model: str, text: str) -> Kept:
        """The vectors of a text that is known; KeyError if it is not."""
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
        """Keep the vectors of these texts, in one transaction."""
        rows = [
            (model, _digest(text), vector.astype("<f4").tobytes(), packed.tobytes())
            for text, (vector, packed) in zip(texts, kept, strict=True)
        ]
        self._write("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def keep_only(self, texts: Iterable[str]) -> None:
        """Forget the vectors of every text but these: what left the documents leaves here too.

        No byte of them stays in the file. StoreError where the disk has no room for that.
        """
        wanted = {_digest(text) for text in texts}
        known = self._database.execute("SELECT DISTINCT digest FROM vectors").fetchall()
        gone = [row for row in known if row[0] not in wanted]
        if gone:
            self._write("DELETE FROM vectors WHERE digest = ?", gone)
            self._shrink()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _shrink(self) -> None:
        # where rows move from page to page, secure_delete alone leaves copies of what was deleted
        try:
            self._database.execute("VACUUM")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}; free some space and try again") from error

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        try:
            with closing(self._database.cursor()) as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                cursor.executemany(statement, rows)
                cursor.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise StoreError(f"{self._path}: {error}; free some space and try again") from error


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
