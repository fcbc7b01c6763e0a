"""The common ground of the journal's parts: transactions, pseudonyms, the clock, and disks that
refuse.

A part reads with `rows` and writes in a `writing` transaction. It knows no connection and no lock.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any, TypeAlias, TypeVar

from bot.journal.file import File
from bot.journal.storage import Storage
from index.errors import StoreError

__all__ = ["Database", "Statement", "Transaction"]

_PATIENCE = 0.005  # seconds that the event loop waits for another thread's transaction
_EACH = 200  # transactions from one checkpoint to the next
_LONG = 16_384  # pages of a log that is emptied while others wait: 64 MB

Written = TypeVar("Written")
Statement: TypeAlias = tuple[str, tuple[object, ...]]


class Transaction:
    """One transaction: all of its statements take effect, or none."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.statements: list[Statement] = []

    def change(self, query: str, *values: object) -> int:
        """Run a statement; return how many rows it changed."""
        self.statements.append((query, values))
        return self._connection.execute(query, values).rowcount

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query, or those that a statement returns."""
        if not query.startswith("SELECT"):
            self.statements.append((query, values))
        return self._connection.execute(query, values).fetchall()


class Database(Storage):
    """The journal's database, safe to use from any thread.

    Reading waits for no one. Writing waits for the transaction before it, a few milliseconds.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.file = File(path)
        self._lock = RLock()
        self._aside = ThreadPoolExecutor(1, "journal")
        self._last: Future[object] | None = None
        self._recorded: list[list[Statement]] | None = None
        self._written = 0
        self.secret, self._key = self._keys()

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query; StoreError if they cannot be read."""
        with self._naming():
            if self.file.on_disk:
                with self.file.reading() as reader:
                    return reader.execute(query, values).fetchall()
            with self._lock:
                return self.file.writer.execute(query, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One transaction; StoreError if the disk refuses. Keep it short: others wait for it."""
        with self._lock, self._naming():
            self._begin()
            connection = self.file.writer
            transaction = Transaction(connection)
            try:
                yield transaction
                if self._recorded is not None:
                    _count(transaction, len(self._recorded) + 1)
                connection.execute("COMMIT")
                if self._recorded is not None:
                    self._recorded.append(transaction.statements)
            finally:
                with suppress(sqlite3.Error):
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
            self._written += 1
            if self._written % _EACH == 0:
                self._aside.submit(self.tidy)

    def soon(self, write: Callable[[], Written]) -> Written | None:
        """Do a write that no one waits for.

        On the event loop, while another thread writes, leave it to a thread and return None.
        """
        if not _in_a_loop():
            return write()
        waiting = self._last and not self._last.done()
        if waiting or not self._lock.acquire(timeout=_PATIENCE):
            with suppress(RuntimeError):  # closed: drop it
                self._last = self._aside.submit(write)
            return None
        try:
            return write()
        finally:
            self._lock.release()

    def catch_up(self) -> None:
        """Wait until what was left to the thread is done."""
        if last := self._last:
            last.exception()

    def tidy(self) -> None:
        """Empty the log into the file, while others write unless that lets it grow too long."""
        if self.file.on_disk and self.file.checkpoint() > _LONG:
            with self._lock:
                self.file.checkpoint()

    @contextmanager
    def recording(self) -> Iterator[list[list[Statement]]]:
        """Record each transaction from here on; `kept` counts them, so that a copy tells which of
        them it has.
        """
        with self._lock:
            with self.writing() as transaction:
                _count(transaction, 0)
            self._recorded = recorded = list[list[Statement]]()
        try:
            yield recorded
        finally:
            with self._lock:
                self._recorded = None

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """The connection that writes, outside a transaction, while no one else uses it."""
        with self._lock, self._naming():
            yield self.file.writer

    @property
    def size(self) -> int:
        """The bytes that the file takes on disk."""
        return self.file.size

    def forget_bytes(self) -> None:
        """Write the file again without a byte of what was deleted; StoreError if that fails."""
        # it works on this very database
        from bot.journal.rewriting import rewrite

        rewrite(self)

    def drop_damaged(self, older_than: float) -> None:
        """Remove a file that was set aside as damaged before this time."""
        damaged = self.file.damaged
        try:
            if damaged.stat().st_mtime <= older_than:
                damaged.unlink()
        except FileNotFoundError:
            # there is none, or another process has removed it
            return
        except OSError as error:
            raise StoreError(
                f"{damaged}: {error.strerror}; delete it yourself",
                "delete_yourself",
                path=damaged,
                reason=error.strerror,
            ) from None

    def close(self) -> None:
        """Close the file; later writes are dropped."""
        self._aside.shutdown()
        with self._lock:
            self.file.close()

    def _begin(self) -> None:
        """Begin a transaction on the file that has the journal's name."""
        while True:
            if self.file.moved():
                self._open_again()
            self.file.writer.execute("BEGIN IMMEDIATE")
            # another process may have replaced it a moment ago
            if not self.file.moved():
                return
            self.file.writer.execute("ROLLBACK")

    def _open_again(self) -> None:
        """Open the file that now has the name. A new one takes over the keys, so that buttons that
        were sent still work and people keep their pseudonyms.
        """
        is_new = not self.file.path.exists()
        for stale in self.file.open_again():
            stale.close()
        if is_new:
            for name, value in (("buttons", self.secret), ("people", self._key)):
                self.file.writer.execute("UPDATE kept SET value = ? WHERE name = ?", (value, name))
        _, self._key = self._keys()

    def _keys(self) -> tuple[bytes, bytes]:
        kept = dict(self.file.writer.execute("SELECT name, value FROM kept"))
        return kept["buttons"], kept["people"]

    @contextmanager
    def _naming(self) -> Iterator[None]:
        """Name the file, and what to do, in every error of SQLite and of the disk."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or error
            raise StoreError(
                f"{self.file.path}: {reason}; check the disk and try again",
                "disk_refuses",
                path=self.file.path,
                reason=reason,
            ) from None


def _count(transaction: Transaction, recorded: int) -> None:
    transaction.change(
        "INSERT INTO kept VALUES ('recorded', ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        str(recorded).encode(),
    )


def _in_a_loop() -> bool:
    """Return True if this thread runs an event loop, which must not wait."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
