"""A journal from one place to another, each a file or a database, whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bot.journal.schema import MIGRATIONS
from index.errors import StoreError

if TYPE_CHECKING:
    from index.stores.postgres.database import Database

__all__ = ["DatabaseJournal", "FileJournal", "Place", "check", "copy", "place"]

Row = Sequence[Any]

# A table comes after those it points to.
_TABLES = {
    "kept": "name, value",
    "answers": "id, at, person, chat, place, outcome, generation, score, seconds, language, "
    "question, keys, asked, answer, continues",
    "votes": "answer, person, up, reason, at",
    "gaps": "id, folded, closed",
    "askers": "gap, person, question, kind, told, answer, at",
    "awaiting": "gap, person, chat, language",
    "languages": "who, language",
    "inactive": "chat, at",
    "moves": "new, old",
}
_PEOPLE = "SELECT value FROM kept WHERE name = 'people'"
# The greatest id that a gap ever had: it is in a button somewhere.
_LAST_GAP = "gaps that were"


class Place(Protocol):
    """The place of a journal, which may not exist yet."""

    def people(self) -> bytes | None:
        """Return the key of its pseudonyms; None if there is no journal."""

    def tables(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """Yield the rows of each table, all as of one moment."""

    def replace(self, tables: Iterable[tuple[str, Iterable[Row]]]) -> None:
        """Have these rows and no others."""

    def close(self) -> None:
        """Release what it holds open."""


def place(folder: Path, database: str | None = None) -> Place:
    """Return the journal in a data directory, or in the database of an address."""
    if database is None:
        return FileJournal(folder / "journal.sqlite")
    from bot.journal.shared import MIGRATIONS as TABLES
    from index.stores.postgres.database import Database

    return DatabaseJournal(Database(database, TABLES))


def check(source: Place, target: Place) -> None:
    """Raise StoreError if the target has a journal of other people: it would be lost."""
    ours, theirs = source.people(), target.people()
    if ours is not None and theirs is not None and theirs != ours:
        raise StoreError(
            f"{target} has a journal of its own, which would be lost; move it away, or copy to "
            "another place",
            "copy_journal",
            target=target,
        )


def copy(source: Place, target: Place) -> bool:
    """Copy a journal; return False if there is none. Raises what `check` raises."""
    check(source, target)
    if source.people() is None:
        return False
    target.replace(source.tables())
    return True


class FileJournal:
    """A journal in a file of SQLite."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def people(self) -> bytes | None:
        if not self._path.exists():
            return None
        with self._explained(), self._opened() as database:
            [(key,)] = database.execute(_PEOPLE).fetchall()
            return bytes(key)

    def tables(self) -> Iterator[tuple[str, Iterable[Row]]]:
        with self._explained(), self._opened() as database:
            for table, columns in _TABLES.items():
                # what else is kept belongs to the file
                keys = " WHERE name IN ('buttons', 'people')" if table == "kept" else ""
                yield table, database.execute(f"SELECT {columns} FROM {table}{keys}")  # noqa: S608 - our own names
            yield _LAST_GAP, database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'gaps'")

    def replace(self, tables: Iterable[tuple[str, Iterable[Row]]]) -> None:
        new = self._path.with_name(f"{self._path.name}.new")
        with self._explained():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            new.touch(mode=0o600)
            with closing(sqlite3.connect(new, isolation_level=None)) as database:
                database.execute("BEGIN")
                for statement in (each for step in MIGRATIONS for each in step):
                    database.execute(statement)
                for table, rows in tables:
                    _insert(database, table, rows)
                database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
                database.execute("COMMIT")
            # they belong to the file before, and SQLite would apply them to the new one
            for beside in ("-wal", "-shm"):
                self._path.with_name(self._path.name + beside).unlink(missing_ok=True)
            new.replace(self._path)

    def close(self) -> None:
        pass

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
            database.execute("BEGIN")
            [(version,)] = database.execute("PRAGMA user_version").fetchall()
            if version != len(MIGRATIONS):
                raise StoreError(
                    f"{self._path} was written by another version of citebot; start that bot once "
                    "with this version",
                    "copy_version",
                    path=self._path,
                )
            yield database

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self._path}: {error}; check its rights and free space",
                "write_refused",
                path=self._path,
                reason=error,
            ) from None


class DatabaseJournal:
    """A journal in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __str__(self) -> str:
        return f"the {self._database.name}"

    def people(self) -> bytes | None:
        found = self._database.rows(_PEOPLE)
        return bytes(found[0][0]) if found else None

    def tables(self) -> Iterator[tuple[str, Iterable[Row]]]:
        with self._database.transaction("read the journal") as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for table, columns in _TABLES.items():
                with connection.cursor(name=f"copy_{table}") as cursor:
                    cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - our own names
                    yield table, cursor
            sequence = "SELECT last_value FROM gaps_id_seq WHERE is_called"
            yield _LAST_GAP, connection.execute(sequence).fetchall()

    def replace(self, tables: Iterable[tuple[str, Iterable[Row]]]) -> None:
        with self._database.transaction("write the journal") as connection:
            connection.execute(f"TRUNCATE {', '.join(_TABLES)} RESTART IDENTITY")
            for table, rows in tables:
                if table == _LAST_GAP:
                    for (last,) in rows:
                        connection.execute("SELECT setval('gaps_id_seq', %s)", (last,))
                    continue
                command = f"COPY {table} ({_TABLES[table]}) FROM STDIN"
                with connection.cursor() as cursor, cursor.copy(command) as writing:
                    for row in rows:
                        writing.write_row(row)
            connection.execute(
                "SELECT setval('answers_id_seq', max(id)) FROM answers HAVING max(id) > 0"
            )

    def close(self) -> None:
        self._database.close()


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    if table == _LAST_GAP:
        for (last,) in rows:
            database.execute("DELETE FROM sqlite_sequence WHERE name = 'gaps'")
            database.execute("INSERT INTO sqlite_sequence VALUES ('gaps', ?)", (last,))
        return
    columns = _TABLES[table]
    places = ", ".join("?" * (columns.count(",") + 1))
    database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608 - our own names
