"""The connections to the journal's file: opened, checked, brought up to date, and replaced."""

from __future__ import annotations

import contextlib
import logging
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from bot.journal.schema import MIGRATIONS
from index.errors import NewerError, StoreError

__all__ = ["File"]

_log = logging.getLogger(__name__)

# the codes of a disk that is full, read-only, broken or missing, and of a damaged file
_DISK = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
_DAMAGE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


class File:
    """A SQLite file with one connection that writes and as many as needed that read.

    A file that is not a journal is set aside as `<name>.damaged` and a new one started. If the disk
    takes no file, everything lives in memory until the end of the process, and a log line says so.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.on_disk = True
        self._lock = Lock()
        self._checkpointing = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        try:
            self.writer = self._open()
        except sqlite3.DatabaseError as error:
            if (error.sqlite_errorcode & 0xFF) not in _DAMAGE:
                raise StoreError(
                    f"{path}: {error}; make sure that no other process uses it",
                    "journal_used",
                    path=path,
                    reason=error,
                ) from None
            _log.error("%s is damaged and set aside as %s", path, self.damaged)
            path.replace(self.damaged)
            self.drop_sides()
            self.writer = self._open()
        self._identity = self._found()

    @property
    def damaged(self) -> Path:
        """The place for a file that is not a journal."""
        return self.path.with_name(self.path.name + ".damaged")

    @property
    def copy(self) -> Path:
        """The name of a copy that is to replace the file."""
        return self.path.with_name(self.path.name + ".copy")

    @property
    def size(self) -> int:
        """The bytes that the file takes on disk, with what SQLite keeps beside it."""
        size = 0
        for file in self.path.parent.glob(f"{self.path.name}*"):
            # a file beside it may go at any moment, with the process that used it
            with contextlib.suppress(FileNotFoundError):
                size += file.stat().st_size if file != self.damaged else 0
        return size

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that reads what is committed, and waits for no one."""
        with self._lock:
            reader = self._idle.pop() if self._idle else None
            identity = self._identity
        if reader is None:
            reader = self.open()
            reader.execute("PRAGMA query_only = ON")
        try:
            yield reader
        finally:
            with self._lock:
                if keep := identity == self._identity and not self._closed:
                    self._idle.append(reader)
            if not keep:
                reader.close()

    def open(self) -> sqlite3.Connection:
        """Another connection to the file as it is; one that is gone is not made."""
        if self._closed:
            raise sqlite3.ProgrammingError("the journal is closed")
        name = f"{self.path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(
            name, isolation_level=None, timeout=1, check_same_thread=False, uri=True
        )

    def moved(self) -> bool:
        """Return True if the name now belongs to another file, or to none.

        SQLite would keep writing to a file without a name, which is lost at the end.
        """
        return self.on_disk and not self._closed and self._found() != self._identity

    def checkpoint(self) -> int:
        """Move what was written from the log into the file while others read and write; return 0 if
        nothing is left to move, else how many pages the log has. It waits for the disk, and for
        another thread that does this.
        """
        with (
            self._checkpointing,
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(self.open()) as connection,
        ):
            [(is_busy, logged, moved)] = connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            return 0 if logged == moved and not is_busy else max(logged, 1)
        return 1

    def open_again(self) -> list[sqlite3.Connection]:
        """Open what now has the name, or begin a new file. Return the connections to the old one:
        to close them frees its space, which takes a while.
        """
        was_deleted = not self.path.exists()
        if was_deleted:
            _log.error(
                "%s was deleted while the bot ran; a new journal is begun, and what was in the old "
                "one is lost unless you restore a backup",
                self.path,
            )
            # they belong to the deleted file, and SQLite would apply them to the new one
            self.drop_sides()
        # closed, SQLite sees that the name has moved on, and leaves the new file's log alone
        stale = self.writer
        self.writer = self._open(check=False)
        with self._lock:
            self._identity = self._found()
            idle, self._idle = self._idle, []
        return [stale, *idle]

    def close(self) -> None:
        """Close every connection, each reader's once it has read."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.close()
        self.writer.close()

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def drop_sides(self) -> None:
        """Delete what SQLite keeps beside the file."""
        for end in ("-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    def _open(self, *, check: bool = True) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # the log files next to it take its rights
            self.path.touch(mode=0o600)
            return _connect(str(self.path), self.path, check=check)
        except (OSError, sqlite3.OperationalError) as error:
            if isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF not in _DISK:
                raise
            _log.error(
                "%s: %s; until a restart the journal is kept in memory only, check the disk",
                self.path,
                error,
            )
            self.on_disk = False
            return _connect(":memory:", self.path, check=False)


def _connect(name: str, path: Path, *, check: bool) -> sqlite3.Connection:
    database = sqlite3.connect(name, isolation_level=None, timeout=1, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        # forgotten entries must not stay readable in free pages or temporary files
        database.execute("PRAGMA secure_delete = ON")
        database.execute("PRAGMA temp_store = MEMORY")
        database.execute("PRAGMA foreign_keys = ON")
        # a checkpoint waits for the disk: see File.checkpoint
        database.execute("PRAGMA wal_autocheckpoint = 0")
        if check:
            _check(database)
        _migrate(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _check(database: sqlite3.Connection) -> None:
    [(sound,)] = database.execute("PRAGMA quick_check(1)")
    if sound != "ok":
        error = sqlite3.DatabaseError(sound)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    [(version,)] = database.execute("PRAGMA user_version")
    if version == len(MIGRATIONS):
        return
    database.execute("BEGIN IMMEDIATE")
    [(version,)] = database.execute("PRAGMA user_version")
    if version > len(MIGRATIONS):
        raise NewerError(
            f"{path}: written by a newer citebot (version {version}, this one knows "
            f"{len(MIGRATIONS)}); update citebot, or move the file away to begin again",
            "journal_newer",
            path=path,
            version=version,
            migrations=len(MIGRATIONS),
        )
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    for name in ("buttons", "people"):
        database.execute(
            "INSERT INTO kept VALUES (?, ?) ON CONFLICT DO NOTHING",
            (name, secrets.token_bytes(32)),
        )
    database.execute("COMMIT")
