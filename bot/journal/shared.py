"""The journal in PostgreSQL, shared by every bot that has the same database."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from bot.journal.late import Late
from bot.journal.storage import Storage
from index.errors import StoreError
from index.stores.postgres.database import Connection, Database
from index.stores.postgres.migrating import Migrations

__all__ = ["MIGRATIONS", "SharedStorage"]

MIGRATIONS = Migrations("bot.journal", "citebot_journal")
"""The tables of the journal."""

_TABLES = ("answers", "votes", "gaps", "askers", "awaiting", "languages", "inactive", "moves")
_SHORT = ("moments", "updates", "turns")
_REST = 5.0  # seconds that a database which does not answer is left alone: nobody waits for it

Written = TypeVar("Written")


class _Transaction:
    """One transaction; see Transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def change(self, query: str, *values: object) -> int:
        return self._connection.execute(_in_postgres(query), values).rowcount

    def rows(self, query: str, *values: object) -> list[Any]:
        return self._connection.execute(_in_postgres(query), values).fetchall()


class _Strict(threading.local):
    on = False


class SharedStorage(Storage):
    """The journal's tables in a database; see Storage."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._database = Database(url, MIGRATIONS)
        self._resting = 0.0
        self._strict, self._late = _Strict(), Late(self._strictly)
        with self.writing() as transaction:
            for name in ("buttons", "people"):
                transaction.change(
                    "INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    name,
                    secrets.token_bytes(32),
                )
        keys = dict(self.rows("SELECT name, value FROM kept"))
        self.secret, self._key = bytes(keys["buttons"]), bytes(keys["people"])

    @property
    def size(self) -> int:
        [[size]] = self._database.rows(
            "SELECT sum(pg_total_relation_size(name::regclass))::bigint "
            "FROM unnest(%s::text[]) name",
            list(_TABLES),
        )
        return int(size)

    def rows(self, query: str, *values: object) -> list[Any]:
        with self._trying():
            return self._database.rows(_in_postgres(query), *values)

    @contextmanager
    def writing(self) -> Iterator[_Transaction]:
        with self._trying(), self._database.transaction("write the journal") as connection:
            yield _Transaction(connection)

    @contextmanager
    def softly(self) -> Iterator[None]:
        if self._strict.on:
            yield
            return
        with super().softly():
            yield

    def soon(self, write: Callable[[], Written]) -> Written | None:
        """Do a write at once, or when the database answers again: no vote is lost meanwhile."""
        try:
            return self._strictly(write)
        except StoreError as error:
            with self.softly():
                raise error from None
            self._late.put(write)
        return None

    def catch_up(self) -> None:
        self._late.catch_up()

    def _strictly(self, write: Callable[[], Written]) -> Written:
        """Do a write, and raise what `softly` would pass over."""
        self._strict.on = True
        try:
            return write()
        finally:
            self._strict.on = False

    def tidy(self) -> None:
        pass

    def forget_bytes(self) -> None:
        # outside a transaction
        with self._database.explained("clear the journal"):
            connection = self._database.connect()
            try:
                connection.execute(f"VACUUM {', '.join((*_TABLES, *_SHORT))}")
            finally:
                connection.close()

    def drop_damaged(self, older_than: float) -> None:
        pass

    def close(self) -> None:
        self._late.close()
        self._database.close()

    @contextmanager
    def _trying(self) -> Iterator[None]:
        """Ask a database that did not answer a moment ago no more for a while."""
        if time.monotonic() < self._resting:
            raise StoreError(
                f"the {self._database.name} does not answer; is it running?",
                "database_away",
                name=self._database.name,
            )
        began = time.monotonic()
        try:
            yield
        except StoreError:
            if time.monotonic() - began > 1:
                self._resting = time.monotonic() + _REST
            raise


def _in_postgres(query: str) -> str:
    return query.replace("%", "%%").replace("?", "%s")
