"""A PostgreSQL database with pgvector: its connections, and errors that say what to do."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from index.errors import SettingsError, StoreError
from index.stores.postgres import migrating

__all__ = ["Connection", "Database"]

Connection = psycopg.Connection[tuple[Any, ...]]

_CONNECTIONS = 8
# Seconds to wait for a connection: a person waits for the answer.
_PATIENCE = 5
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
}

# The pool repeats on each attempt what the error says once.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


class Database:
    """One database, connected when it is first needed. Usable from any thread."""

    def __init__(self, url: str) -> None:
        try:
            parts = conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            # the reason repeats the address, which may hold a password
            raise SettingsError(
                "CITEBOT_DATABASE_URL is no address of PostgreSQL; write it as "
                "postgresql://user:password@host:5432/database"
            ) from None
        self._url = url
        host = parts.get("host", "this machine")
        self.name = f"database {parts.get('dbname', 'of its user')} on {host}"
        self._pool: ConnectionPool[Connection] | None = None
        self._opening = Lock()

    def rows(
        self, query: str, *values: object, settings: Sequence[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a read-only query, with settings for it alone; repeat it if the
        connection was lost.
        """
        with self.explained("read the index"):
            try:
                return self._rows(query, values, settings)
            except PoolTimeout:
                raise
            except psycopg.OperationalError:
                # after a restart every connection is dead; a new one says why if the server is
                # still away
                self.close()
                return self._rows(query, values, settings)

    @contextmanager
    def transaction(self, what: str) -> Iterator[Connection]:
        """Open a connection in a transaction that ends with the block and is rolled back on an
        error.
        """
        with self.explained(what), self._connection() as connection, connection.transaction():
            yield connection

    def connect(self) -> Connection:
        """Open a connection outside the pool; the database is migrated first."""
        connection: Connection = psycopg.connect(self._url, **_OPTIONS)
        try:
            migrating.migrate(connection, self.name)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close the connections; the next use opens others."""
        with self._opening:
            if self._pool:
                self._pool.close()
            self._pool = None

    @contextmanager
    def explained(self, what: str) -> Iterator[None]:
        """Turn the database's errors into one that names the remedy."""
        try:
            yield
        except (psycopg.Error, UnicodeError) as error:
            raise StoreError(f"the {self.name}: cannot {what}: {_remedy(error)}") from error

    def _rows(
        self, query: str, values: Sequence[object], settings: Sequence[str]
    ) -> list[tuple[Any, ...]]:
        with self._connection() as connection:
            if not settings:
                return connection.execute(query, values).fetchall()
            # SET LOCAL ends with the transaction: a pooler gives the next one to another session
            with connection.pipeline(), connection.transaction():
                for setting in settings:
                    connection.execute(setting)
                return connection.execute(query, values).fetchall()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
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
            pool = self._pool
        with pool.connection() as connection:
            yield connection

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()


def _remedy(error: Exception) -> str:
    """Return the reason in a line, and the remedy."""
    reason = _first_line(error)
    remedies: Sequence[tuple[type[psycopg.Error] | tuple[type[psycopg.Error], ...], str]] = (
        (errors.InsufficientPrivilege, "give its user the right to it"),
        ((errors.DiskFull, errors.OutOfMemory), "give the server more room"),
        (errors.ReadOnlySqlTransaction, "name the primary server in CITEBOT_DATABASE_URL"),
        (PoolTimeout, "is it running, and does it take more connections?"),
        (psycopg.OperationalError, "is it running, and is CITEBOT_DATABASE_URL right?"),
    )
    for kinds, remedy in remedies:
        if isinstance(error, kinds):
            return f"{reason}; {remedy} What served before is untouched"
    return f"{reason}. What served before is untouched"


def _first_line(error: Exception) -> str:
    written = isinstance(error, psycopg.Error) and error.diag.message_primary
    written = written or str(error).strip()
    lines = written.splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
