"""Write the journal's file again, without a byte of what was deleted, while the bot goes on.

SQLite clears the rows that are deleted, but not the copies that a page keeps of rows which it has
moved to another page. VACUUM leaves none, and stops every writer for as long as it takes: so it
writes a copy, and what is written meanwhile is repeated on that copy before it takes the name.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.journal.database import Database, Statement
from bot.journal.file import File
from index.errors import StoreError

__all__ = ["rewrite"]

# How often, and after how many seconds, the copy is brought up to date; and how often in the hope
# that nothing is written meanwhile, so that no one waits for the disk.
_TRIES, _PAUSE, _QUIET = 100, 0.02, 50


def rewrite(database: Database) -> None:
    """Replace the file by a copy of what is in it; StoreError if that fails.

    One at a time: run it under a lock. It takes seconds, in which others read and write.
    """
    file = database.file
    if not file.on_disk:
        raise StoreError(
            f"{file.path}: it cannot be written; check the disk and start again",
            "not_writable",
            path=file.path,
        )
    try:
        for _ in range(3):
            if _replaced(database):
                return
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"{file.path}: {error}; check the disk and try again",
            "disk_refuses",
            path=file.path,
            reason=error,
        ) from None
    finally:
        _drop(file.copy)
    raise StoreError(
        f"{file.path}: another process writes to it; end that and try again",
        "written_elsewhere",
        path=file.path,
    )


def _replaced(database: Database) -> bool:
    """Write a copy and give it the name; False if another process has written meanwhile."""
    file = database.file
    _drop(file.copy)
    with database.recording() as recorded:
        with database.alone() as writer:
            before = _version(writer)
        file.copy.touch(mode=0o600)
        with closing(file.open()) as source:
            source.execute("VACUUM INTO ?", (str(file.copy),))
        with closing(_opened(file.copy)) as copy:
            copy.execute("PRAGMA journal_mode = WAL")
            [(count,)] = copy.execute("SELECT value FROM kept WHERE name = 'recorded'")
        done = int(count)
        for number in range(_TRIES):
            done = _repeated(file.copy, recorded, done)
            is_empty = not file.checkpoint()
            closing_old = None
            with database.alone() as writer:
                if _version(writer) != before:
                    return False
                if is_empty and done == len(recorded):
                    closing_old = _renamed(file, writer, before)
                elif number >= _QUIET and _is_in_file(writer):
                    _repeated(file.copy, recorded, done)
                    closing_old = _renamed(file, writer, before)
            if closing_old is not None:
                for close in closing_old:
                    close()
                return bool(closing_old)
            time.sleep(_PAUSE)
    raise StoreError(
        f"{file.path}: another process reads it; end that and try again",
        "read_elsewhere",
        path=file.path,
    )


def _opened(copy: Path) -> sqlite3.Connection:
    """A connection that does not wait for the disk: the copy is synchronized once, at the end."""
    connection = sqlite3.connect(copy, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _repeated(path: Path, recorded: list[list[Statement]], done: int) -> int:
    """Repeat on the copy what was written after so many transactions; return how many it has."""
    if done < len(recorded):
        with closing(_opened(path)) as copy:
            for statements in recorded[done:]:
                copy.execute("BEGIN")
                for query, values in statements:
                    copy.execute(query, values).fetchall()
                copy.execute("COMMIT")
                done += 1
    _sync(path)
    return done


def _is_in_file(writer: sqlite3.Connection) -> bool:
    """Empty the log; False if someone still reads from it."""
    writer.execute("PRAGMA busy_timeout = 0")
    try:
        [(busy, *_)] = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        writer.execute("PRAGMA busy_timeout = 1000")
    return not busy


def _renamed(file: File, writer: sqlite3.Connection, before: int) -> list[Callable[[], object]]:
    """Give the copy the name; return what is left to do while others write: the old file is closed.
    That is nothing if another process has written to it since `before`.

    The log goes first, for good: it would be applied to the copy.
    """
    writer.execute("BEGIN IMMEDIATE")
    if _version(writer) != before:
        writer.execute("ROLLBACK")
        return []
    file.drop_sides()
    _sync(file.path.parent)
    # The last to close the old file frees its space, which takes up to 0.3 s. SQLite would do that
    # under a lock that all who open or close a file wait for; so it is not the last. If the copy
    # does not get the name, this stays open: closing it would drop SQLite's locks on the file.
    old = os.open(file.path, os.O_RDONLY)
    file.copy.replace(file.path)
    return [
        *(connection.close for connection in file.open_again()),
        lambda: _sync(file.path.parent),
        # for those who still read the old file or move its log
        lambda: time.sleep(_PAUSE),
        file.checkpoint,
        lambda: os.close(old),
    ]


def _version(writer: sqlite3.Connection) -> int:
    """A number that changes if another process writes."""
    [(version,)] = writer.execute("PRAGMA data_version")
    return int(version)


def _drop(copy: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        copy.with_name(copy.name + end).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
