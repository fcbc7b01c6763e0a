"""The tables of the database, brought up to date step by step."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from typing import Any

import psycopg
from psycopg import errors

from index.errors import NewerError, StoreError

__all__ = ["INDEX", "LOCK", "Migrations", "migrate"]

LOCK = 0x63697465
"""The first half of citebot's advisory locks; the second tells them apart."""

# Earlier versions lose rows of filtered searches, or read outside their memory.
_PGVECTOR = (0, 8, 4)
# What PostgreSQL says if tables cannot be made: no right, no schema, no type of pgvector.
_NOT_MADE = (errors.InsufficientPrivilege, errors.InvalidSchemaName, errors.UndefinedObject)
_DONE = "SELECT coalesce(max(number), 0) FROM "


@dataclass(frozen=True, slots=True)
class Migrations:
    """Numbered files of SQL in the folder `migrations` of a package, and the table that says which
    of them a database has had.
    """

    package: str
    table: str


INDEX = Migrations("index.stores.postgres", "citebot_migrations")
"""The tables of the index."""


def migrate(connection: psycopg.Connection[Any], name: str, migrations: Migrations = INDEX) -> None:
    """Check pgvector and run the missing migrations, all or none.

    A user who may only read can use a database that is up to date. Raises StoreError if the
    database cannot be used, NewerError if a newer citebot has changed it.
    """
    _check_vector(connection, name)
    known = _known(migrations)
    if _done(connection, name, migrations) >= len(known):
        return
    try:
        with connection.transaction():
            # one of several bots that start together does it
            connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", (LOCK,))
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {migrations.table} ("
                "number integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
            )
            for number in range(_done(connection, name, migrations), len(known)):
                connection.execute(known[number])
                connection.execute(
                    f"INSERT INTO {migrations.table} (number) VALUES (%s)",  # noqa: S608 - our own names
                    (number + 1,),
                )
    except _NOT_MADE as error:
        raise _refused(connection, name, error) from None


def _refused(connection: psycopg.Connection[Any], name: str, error: psycopg.Error) -> StoreError:
    """Say why the tables cannot be made, and who can help."""
    [[user, schema, path]] = connection.execute(
        "SELECT quote_ident(current_user), quote_ident(current_schema()), "
        "current_setting('search_path')"
    ).fetchall()
    reason = error.diag.message_primary
    if schema is None:
        return StoreError(
            f"the {name} has none of the schemas in the search path of {user} ({path}); make one: "
            "CREATE SCHEMA",
            "database_schema",
            name=name,
            user=user,
            path=path,
        )
    if isinstance(error, errors.UndefinedObject):
        return StoreError(
            f"the {name} has pgvector in a schema that is not in the search path of {user} "
            f"({path}): {reason}; add that schema, which is often public",
            "pgvector_path",
            name=name,
            user=user,
            path=path,
            reason=reason,
        )
    return StoreError(
        f"the {name} lacks citebot's tables, and its user may not make them ({reason}); run: "
        f"GRANT CREATE ON SCHEMA {schema} TO {user}",
        "database_tables",
        name=name,
        reason=reason,
        schema=schema,
        user=user,
    )


def _done(connection: psycopg.Connection[Any], name: str, migrations: Migrations) -> int:
    """Return how many migrations the database has had."""
    [[there]] = connection.execute(
        "SELECT to_regclass(quote_ident(current_schema()) || '.' || quote_ident(%s))",
        (migrations.table,),
    ).fetchall()
    [[done]] = connection.execute(f"{_DONE}{migrations.table}").fetchall() if there else [[0]]
    if done > len(_known(migrations)):
        raise NewerError(
            f"the {name} was used by a newer citebot; install that version here too",
            "database_newer",
            name=name,
        )
    return int(done)


def _known(migrations: Migrations) -> list[str]:
    """Return the SQL of every migration, in order of their numbers."""
    folder = resources.files(migrations.package) / "migrations"
    files = [file for file in folder.iterdir() if file.name.endswith(".sql")]
    return [file.read_text("utf-8") for file in sorted(files, key=lambda file: file.name)]


def _check_vector(connection: psycopg.Connection[Any], name: str) -> None:
    """Install pgvector in the database; StoreError says who can help if that fails."""
    found = _version(connection)
    if found is None:
        try:
            # one of several bots that start together does it
            with suppress(errors.UniqueViolation):
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        except errors.FeatureNotSupported:
            raise StoreError(
                f"the {name} has no pgvector; install it on the server (the package "
                "postgresql-NN-pgvector, or the image pgvector/pgvector)",
                "pgvector_missing",
                name=name,
            ) from None
        except psycopg.Error as error:
            raise StoreError(
                f"the {name} has no pgvector switched on, and its user may not do it "
                f"({error.diag.message_primary}); run as an administrator of that database: "
                "CREATE EXTENSION vector",
                "pgvector_off",
                name=name,
                reason=error.diag.message_primary,
            ) from None
        found = _version(connection) or ""
    if tuple(int(number) for number in re.findall(r"\d+", found)[:3]) < _PGVECTOR:
        needed = ".".join(map(str, _PGVECTOR))
        raise StoreError(
            f"the {name} has pgvector {found}, and citebot needs {needed} or newer; update the "
            "package on the server and run: ALTER EXTENSION vector UPDATE",
            "pgvector_old",
            name=name,
            found=found,
            needed=needed,
        )


def _version(connection: psycopg.Connection[Any]) -> str | None:
    rows = connection.execute(
        "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    ).fetchall()
    return str(rows[0][0]) if rows else None
