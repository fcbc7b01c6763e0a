"""The journal's file: opened, migrated, written to from any thread."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, RLock
from typing import Any, TypeVar

from bot.journal.schema import MIGRATIONS
from index.errors import NewerError, StoreError

__all__ = ["Database"]

_log = logging.getLogger(__name__)

# the codes of a disk that is full, read-only, broken or missing
_DISK = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
# Seconds that the event loop waits for the file, and how many writes may be postponed.
_PATIENCE, _MOST_LATER = 0.005, 10_000

Written = TypeVar("Written")

_SILENCE = 60.0  # seconds between two complaints about the same disk


class Database:
    """A SQLite file that stores people by pseudonyms.

    A file that is not a journal is set aside as `<name>.damaged` and started again. If the disk
    takes no file, entries are in memory until the process ends, and a log says so.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._lock = RLock()
        self._later: deque[Callable[[], object]] = deque(maxlen=_MOST_LATER)
        self._complained = -_SILENCE
        self._on_disk = True
        # whether bytes of deleted entries may still be in the file
        self._unwritten = False
        try:
            self._database = self._open()
        except sqlite3.DatabaseError as error:
            if (error.sqlite_errorcode & 0xFF) not in (
                sqlite3.SQLITE_NOTADB,
                sqlite3.SQLITE_CORRUPT,
            ):
                raise StoreError(f"{path}: {error}; see that no other process uses it") from None
            _log.error("%s is damaged and set aside as %s", path, self.damaged)
            path.replace(self.damaged)
            for beside in ("-wal", "-shm"):
                path.with_name(path.name + beside).unlink(missing_ok=True)
            self._database = self._open()
        kept = dict(self._database.execute("SELECT name, value FROM kept"))
        self._reader = self._open_reader()
        self._reading = Lock()
        self.secret: bytes = kept["buttons"]
        self._key: bytes = kept["people"]

    @property
    def damaged(self) -> Path:
        """The place for a file that is not a journal."""
        return self._path.with_name(self._path.name + ".damaged")

    @property
    def size(self) -> int:
        """The bytes that the file takes on disk."""
        beside = self._path.parent.glob(f"{self._path.name}*")
        return sum(file.stat().st_size for file in beside if file != self.damaged)

    def pseudonym(self, id: int) -> str:
        """Return the name under which a person or chat is stored: 16 hexadecimal digits."""
        return hmac.digest(self._key, str(id).encode(), "sha256").hex()[:16]

    def close(self) -> None:
        """Close the file; later writes are dropped."""
        with self._lock:
            self._catch_up()
            self._database.close()
        with self._reading:
            self._reader.close()

    def _soon(self, write: Callable[[], Written]) -> Written | None:
        """Do a write that no one waits for.

        On the event loop, while another thread has the file (forgetting and the purge take
        seconds), it is postponed and None returned.
        """
        patience = -1.0 if not _in_a_loop() else 0.0 if self._later else _PATIENCE
        if not self._lock.acquire(timeout=patience):
            self._later.append(write)
            # another thread may have let go of it a moment ago, without seeing this write
            if self._lock.acquire(blocking=False):
                try:
                    self._catch_up()
                finally:
                    self._lock.release()
            return None
        try:
            self._catch_up()
            return write()
        finally:
            self._lock.release()

    def _begin_again_if_deleted(self) -> None:
        """Create the file again if someone deleted it while it was open; the lock is held.

        SQLite would keep writing to a file without a name, which is lost at the end. Buttons that
        were sent still work, and people keep their pseudonyms.
        """
        if not self._on_disk or self._path.exists():
            return
        _log.error(
            "%s was deleted while the bot ran; a new journal is begun, and what was in the old one "
            "is lost unless you restore a backup",
            self._path,
        )
        with self._reading:
            self._database.close()
            self._reader.close()
            # they belong to the deleted file, and SQLite would apply them to the new one
            for beside in ("-wal", "-shm"):
                self._path.with_name(self._path.name + beside).unlink(missing_ok=True)
            self._database = self._open()
            for name, value in (("buttons", self.secret), ("people", self._key)):
                self._database.execute("UPDATE kept SET value = ? WHERE name = ?", (value, name))
            self._reader = self._open_reader()

    def _catch_up(self) -> None:
        """Do the postponed writes; the lock is held."""
        with suppress(IndexError):
            while True:
                self._later.popleft()()

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """Hold the file for long; do the postponed writes at the end."""
        with self._lock:
            try:
                yield
            finally:
                self._catch_up()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing; StoreError if the disk refuses."""
        with self._lock:
            self._begin_again_if_deleted()
            try:
                self._database.execute("BEGIN IMMEDIATE")
                yield self._database
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                raise StoreError(f"{self._path}: {error}; see to the disk and try again") from None
            finally:
                with suppress(sqlite3.Error):
                    if self._database.in_transaction:
                        self._database.execute("ROLLBACK")

    def _rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query; StoreError if they cannot be read.

        The event loop never waits for another thread that uses the file.
        """
        looped = _in_a_loop() and self._on_disk
        try:
            with self._reading if looped else self._lock:
                database = self._reader if looped else self._database
                return database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}; see to the disk and try again") from None

    @contextmanager
    def _softly(self) -> Iterator[None]:
        """Continue without what the journal refuses: no answer waits for a disk."""
        try:
            yield
        except StoreError as error:
            now = self._at()
            if now - self._complained >= _SILENCE:
                self._complained = now
                _log.error("The journal goes on without: %s", error)

    def _at(self) -> float:
        return self._now().timestamp()

    def _when(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, UTC)

    def _rewrite(self) -> None:
        """Leave no byte of deleted entries in any file; StoreError if that fails."""
        self._unwritten = True
        # secure_delete clears what is freed, but not the copies that a page keeps of rows that
        # SQLite moved to another
        self._rows("VACUUM")
        [(busy, *_)] = self._rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise StoreError(f"{self._path}: another process reads it; end that and try again")
        if not self._on_disk:
            raise StoreError(f"{self._path}: it cannot be written; see to the disk and start again")
        self._unwritten = False

    def _open(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # the log files next to it take its rights
            self._path.touch(mode=0o600)
            return self._connect(str(self._path))
        except (OSError, sqlite3.OperationalError) as error:
            if isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF not in _DISK:
                raise
            _log.error(
                "%s: %s; until a restart the journal is kept in memory only, see to the disk",
                self._path,
                error,
            )
            self._on_disk = False
            return self._connect(":memory:")

    def _open_reader(self) -> sqlite3.Connection:
        """Open a second connection, which reads what is committed; in memory there is only one."""
        path = str(self._path) if self._on_disk else ":memory:"
        reader = sqlite3.connect(path, isolation_level=None, timeout=1, check_same_thread=False)
        reader.execute("PRAGMA query_only = ON")
        return reader

    def _connect(self, path: str) -> sqlite3.Connection:
        database = sqlite3.connect(path, isolation_level=None, timeout=1, check_same_thread=False)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            # forgotten entries must not stay readable in free pages or temporary files
            database.execute("PRAGMA secure_delete = ON")
            database.execute("PRAGMA temp_store = MEMORY")
            database.execute("PRAGMA foreign_keys = ON")
            self._migrate(database)
        except BaseException:
            database.close()
            raise
        return database

    def _migrate(self, database: sqlite3.Connection) -> None:
        [(sound,)] = database.execute("PRAGMA quick_check(1)")
        if sound != "ok":
            error = sqlite3.DatabaseError(sound)
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
        database.execute("BEGIN IMMEDIATE")
        [(version,)] = database.execute("PRAGMA user_version")
        if version > len(MIGRATIONS):
            raise NewerError(
                f"{self._path}: written by a newer citebot (version {version}, this one knows "
                f"{len(MIGRATIONS)}); update citebot, or move the file away to begin again"
            )
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        for name in ("buttons", "people"):
            database.execute(
                "INSERT OR IGNORE INTO kept VALUES (?, ?)", (name, secrets.token_bytes(32))
            )
        database.execute("COMMIT")


def _in_a_loop() -> bool:
    """Return True if this thread runs an event loop, which must not wait."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
