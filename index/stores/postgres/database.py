"""A PostgreSQL database with pgvector: its connections, and errors that say what to do."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from index.errors import SettingsError, StoreError
from index.stores.postgres import migrating
from index.stores.postgres.migrating import Migrations

__all__ = ["Connection", "Database", "Question", "Row"]

Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]
Question = tuple[str, Sequence[object] | Mapping[str, object]]
"""A query in SQL with its values."""

_CONNECTIONS = 8
# Seconds to wait for a connection: a person waits for the answer.
_PATIENCE = 5
_READ = "read the index"
_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    # a pooler in between may hand each transaction to another server process
    "prepare_threshold": None,
    "connect_timeout": _PATIENCE,
    "application_name": "citebot",
    # a cut network is noticed within a minute, even while a build is idle
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    # and one that swallows what is sent, sooner: in milliseconds (Linux)
    "tcp_user_timeout": 10_000,
}

# The pool repeats on each attempt what the error says once.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


class Database:
    """One database, connected when it is first needed. Usable from any thread."""

    def __init__(self, url: str, migrations: Migrations = migrating.INDEX) -> None:
        """`migrations` make the tables that it is used for."""
        try:
            parts = conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            # the reason repeats the address, which may hold a password
            raise SettingsError(
                "CITEBOT_DATABASE_URL is not a PostgreSQL address; write it as "
                "postgresql://user:password@host:5432/database",
                "postgres_address",
            ) from None
        self._url, self._migrations = url, migrations
        host = parts.get("host", "this machine")
        self.name = f"database {parts.get('dbname', 'of its user')} on {host}"
        self._pool: ConnectionPool[Connection] | None = None
        self._opening = Lock()

    def rows(self, query: str, *values: object) -> list[Row]:
        """The rows of a query that changes nothing; asked again if the connection was lost."""
        [found] = self.ask([(query, values)])
        return found

    def ask(self, questions: Sequence[Question], settings: Sequence[str] = ()) -> list[list[Row]]:
        """The rows of several queries that change nothing, in one way to the server and back, with
        settings for them alone; asked again if the connection was lost.
        """
        with self.explained(_READ):
            pool = self._opened()
            try:
                return _ask(pool, questions, settings)
            except PoolTimeout:
                raise
            except psycopg.OperationalError:
                # after a restart every connection is dead; a new one says why if the server is
                # still away
                self._drop(pool)
                return _ask(self._opened(), questions, settings)

    @contextmanager
    def transaction(self, what: str) -> Iterator[Connection]:
        """A connection in a transaction that ends with the block, undone at an error."""
        with (
            self.explained(what),
            self._opened().connection() as connection,
            connection.transaction(),
        ):
            yield connection

    def notify(self, channel: str, message: str) -> None:
        """Notify those who listen on a channel."""
        self.rows("SELECT pg_notify(%s, %s)", channel, message)

    def connect(self) -> Connection:
        """Open a connection outside the pool; the database is migrated first."""
        connection: Connection = psycopg.connect(self._url, **_OPTIONS)
        try:
            migrating.migrate(connection, self.name, self._migrations)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close the connections; the next use opens others."""
        with self._opening:
            pool, self._pool = self._pool, None
        if pool:
            pool.close()

    @contextmanager
    def explained(self, what: str) -> Iterator[None]:
        """Turn the database's errors into one that names the remedy."""
        try:
            yield
        except (psycopg.Error, UnicodeError) as error:
            reason, remedy = _first_line(error), _remedy(error)
            if what == _READ:
                raise StoreError(
                    f"the {self.name}: cannot {what}: {reason}; {remedy}",
                    "database_read",
                    name=self.name,
                    what=what,
                    reason=reason,
                    remedy=remedy,
                ) from error
            raise StoreError(
                f"the {self.name}: cannot {what}: {reason}; {remedy} The index from before "
                "still answers",
                "database",
                name=self.name,
                what=what,
                reason=reason,
                remedy=remedy,
            ) from error

    def _drop(self, pool: ConnectionPool[Connection]) -> None:
        """Close these connections, unless another thread has done so."""
        with self._opening:
            if self._pool is not pool:
                return
            self._pool = None
        pool.close()

    def _opened(self) -> ConnectionPool[Connection]:
        with self._opening:
            if self._pool is None:
                # says why a database cannot be used, while a pool would only try again
                self.connect().close()
                self._pool = ConnectionPool(
                    self._url,
                    kwargs=_OPTIONS,
                    min_size=1,
                    max_size=_CONNECTIONS,
                    timeout=_PATIENCE,
                    open=True,
                    name=self.name,
                )
            return self._pool

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()


def _ask(
    pool: ConnectionPool[Connection], questions: Sequence[Question], settings: Sequence[str]
) -> list[list[Row]]:
    with pool.connection() as connection:
        if len(questions) == 1 and not settings:
            [(query, values)] = questions
            return [connection.execute(query, values, binary=True).fetchall()]
        # SET LOCAL ends with the transaction: behind a pooler the next one is another's
        with connection.pipeline(), connection.transaction():
            for setting in settings:
                connection.execute(setting)
            asked = [connection.execute(*each, binary=True) for each in questions]
        return [cursor.fetchall() for cursor in asked]


def _remedy(error: Exception) -> str:
    """Return what the operator can do."""
    remedies: Sequence[tuple[type[psycopg.Error] | tuple[type[psycopg.Error], ...], str]] = (
        (errors.InsufficientPrivilege, "give its user the right to it."),
        ((errors.DiskFull, errors.OutOfMemory), "give the server more room."),
        (errors.ReadOnlySqlTransaction, "name the primary server in CITEBOT_DATABASE_URL."),
        (errors.QueryCanceled, "give its user more time (statement_timeout)."),
        (PoolTimeout, "is it running, and does it take more connections?"),
        (
            psycopg.OperationalError,
            "is it running, and is CITEBOT_DATABASE_URL right?",
        ),
    )
    for kinds, remedy in remedies:
        if isinstance(error, kinds):
            return remedy
    return "look into the server's log."


def _first_line(error: Exception) -> str:
    written = isinstance(error, psycopg.Error) and error.diag.message_primary
    written = written or str(error).strip()
    lines = written.splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
