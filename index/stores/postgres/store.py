"""Generations as rows: which one serves, which one waits, who builds.

A generation is written in one transaction and published in another: whatever moment a process or
the server dies at, what served before serves on.
"""

from __future__ import annotations

import datetime
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
from psycopg.types.json import Json

from index.errors import (
    BuildLockedError,
    DamagedIndexError,
    NoIndexError,
    OtherModelError,
    StoreError,
)
from index.model import tokens
from index.stores import FORMAT, Build, Notes, Pending
from index.stores.history import earlier
from index.stores.postgres import writing
from index.stores.postgres.database import Connection, Database
from index.stores.postgres.described import COLUMNS, Described
from index.stores.postgres.generation import PostgresGeneration
from index.stores.postgres.listening import CHANNEL, Listener
from index.stores.postgres.migrating import LOCK
from index.stores.postgres.notes import DatabaseNotes
from index.stores.postgres.writing import Written
from index.stores.refusals import not_staged, overtaken
from index.types import Generation

__all__ = ["PostgresStore"]

_KEPT = 3
_BUILD_LOCK = "SELECT pg_try_advisory_xact_lock(%s, hashtext(current_schema()))"


class PostgresStore:
    """The store in one schema of a database, the first of its user's search path; see Store."""

    def __init__(
        self,
        url: str,
        neighbours_from: int = writing.NEIGHBOURS_FROM,
        before: Notes | None = None,
    ) -> None:
        """`before` has the notes from before the index was in the database."""
        self._database = Database(url)
        self._listener = Listener(self._database)
        self.notes = DatabaseNotes(self._database, before)
        self._neighbours_from = neighbours_from

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of builds in a transaction of its own, so that it ends with the process
        and works through a pooler.
        """
        with self._database.explained("take the build lock"):
            connection = self._database.connect()
        try:
            with self._database.explained("take the build lock"):
                self._lock(connection)
            yield
        finally:
            with suppress(psycopg.Error):
                connection.rollback()
            connection.close()

    def stage(self, build: Build) -> Pending:
        with self._database.transaction("write the index") as connection:
            [[sequence]] = connection.execute(
                "SELECT coalesce(max(sequence), 0) + 1 FROM generations"
            ).fetchall()
            written = writing.write(connection, sequence, build, self._neighbours_from)
            described = self._describe(connection, sequence, build, written)
            # held for a moment only: an editor may roll back while an index is written
            state = self._moving(connection)
            if (waiting := state["staged"]) and waiting != state["current"]:
                self._erase(connection, waiting)
            self._set(connection, staged=described.generation.id)
        self._tidy()
        return described.pending

    def staged(self) -> Pending | None:
        with suppress(StoreError):
            state = self._now()
            id = state["staged"]
            if id and id != state["current"]:
                return self._read(id).pending
        return None

    def publish(self, id: str) -> Generation:
        with self._database.transaction("publish the index") as connection:
            state = self._moving(connection)
            if id == state["current"]:
                return self._read(id).generation
            if id != state["staged"]:
                raise not_staged(id)
            described = self._read(id)
            if described.parent != state["current"]:
                raise overtaken(id, state["current"])
            connection.execute(
                "UPDATE generations SET served = true WHERE sequence = %s", (described.sequence,)
            )
            self._set(connection, current=id, newest=None, staged=None, discarded=None)
            connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, id))
        self._listener.note(id)
        # what is published is published: what cannot be removed now is removed with the next one
        with suppress(StoreError):
            self._prune(described)
        return described.generation

    def discard(self, id: str, *, for_good: bool) -> bool:
        with self._database.transaction("discard the index") as connection:
            state = self._moving(connection)
            if id != state["staged"] or id == state["current"]:
                return False
            if for_good:
                self._set(connection, discarded=self._read(id).content)
            self._erase(connection, id)
            self._set(connection, staged=None)
        return True

    def discarded(self) -> str | None:
        return self._now()["discarded"]

    def current(self) -> str | None:
        return self._now()["current"]

    def heard(self) -> str | None:
        return self._listener.current()

    def content(self) -> str | None:
        state = self._now()
        with suppress(StoreError):
            if id := state["newest"] or state["current"]:
                return self._read(id).content
        return None

    def open(self, fingerprint: str | None, id: str | None = None) -> PostgresGeneration:
        id = id or self.current()
        if id is None:
            raise NoIndexError(
                f"the {self._database.name} holds no index yet; run citebot index",
                "database_no_index",
                name=self._database.name,
            )
        described = self._read(id)
        if fingerprint is not None and described.fingerprint != fingerprint:
            raise OtherModelError(
                f"the index {id} was built with another model ({described.model}); run citebot "
                "index, or set CITEBOT_MODEL back",
                "other_model_kept",
                id=id,
                model=described.model,
            )
        return PostgresGeneration(self._database, described, self._neighbours_from)

    def history(self) -> Sequence[Generation]:
        return [described.generation for described in self._served()]

    def rollback(self, id: str | None = None) -> Generation:
        with self._database.transaction("roll back") as connection:
            state = self._moving(connection)
            current, left = state["current"], state["newest"]
            kept = {described.generation.id: described for described in self._served()}
            id = earlier({one: kept[one].parent for one in kept}, current, id)
            newest = left or current
            self._set(connection, current=id, newest=newest if newest != id else None)
            connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, id))
        self._listener.note(id)
        return kept[id].generation

    def close(self) -> None:
        """Close the connections; the next use opens others."""
        self._listener.close()
        self._database.close()

    def _lock(self, connection: Connection) -> None:
        """Take the lock of builds, and record who holds it for those who come later."""
        connection.autocommit = False
        [[taken]] = connection.execute(_BUILD_LOCK, (LOCK,)).fetchall()
        # this transaction does nothing while the build runs in others. A last command without
        # values leaves no snapshot open, with which VACUUM could do nothing
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        if not taken:
            builder = self._now()["builder"] or "another process"
            raise BuildLockedError(
                f"the {self._database.name}: an index is being built by {builder}; wait for it",
                "database_building",
                by=builder,
                name=self._database.name,
            )
        now = datetime.datetime.now(datetime.UTC).strftime("%H:%M:%S UTC")
        with self._database.transaction("take the build lock") as other:
            holder = f"process {os.getpid()} on {socket.gethostname()} since {now}"
            self._set(other, builder=holder)

    def _describe(
        self, connection: Connection, sequence: int, build: Build, written: Written
    ) -> Described:
        """Write the row of a new generation."""
        row = (
            sequence,
            f"{sequence:04d}-{build.content[:8]}",
            FORMAT,
            build.base,
            datetime.datetime.now(datetime.UTC).replace(microsecond=0),
            build.model,
            build.fingerprint,
            build.content,
            written.documents,
            written.passages,
            written.sentences,
            build.thresholds.related,
            build.thresholds.found,
            Json([list(each) for each in build.failed]),
            build.embedded,
            build.dimension,
            tokens.width(build.dimension),
            written.terms_per_passage,
            False,
        )
        places = ", ".join(["%s"] * len(row))
        found = connection.execute(
            f"INSERT INTO generations ({COLUMNS}) VALUES ({places}) RETURNING {COLUMNS}",  # noqa: S608 - our own names
            row,
        ).fetchall()
        return Described.read(found[0])

    def _read(self, id: str) -> Described:
        """Return the generation `id`; DamagedIndexError or OtherModelError says what is wrong."""
        found = self._database.rows(f"SELECT {COLUMNS} FROM generations WHERE id = %s", id)  # noqa: S608 - the same
        if not found:
            raise DamagedIndexError(
                f"the {self._database.name} names the index {id}, which is gone; run citebot index",
                "database_index_gone",
                name=self._database.name,
                id=id,
            )
        described = Described.read(found[0])
        if described.format != FORMAT:
            raise OtherModelError(
                f"the index {id} was written by another version of citebot; run citebot index",
                "other_version_kept",
                id=id,
            )
        return described

    def _served(self) -> list[Described]:
        """Return the generations that have served and can be read, newest first."""
        found = self._database.rows(
            f"SELECT {COLUMNS} FROM generations WHERE served AND format = %s "  # noqa: S608 - the same
            "ORDER BY sequence DESC",
            FORMAT,
        )
        return [Described.read(row) for row in found]

    def _prune(self, published: Described) -> None:
        """Remove all but the newest few, the current one and the one that served before it."""
        newest = [described.generation.id for described in self._served()][:_KEPT]
        kept = {published.generation.id, published.parent, *newest}
        with self._database.transaction("remove older indexes") as connection:
            found = connection.execute("SELECT sequence, id FROM generations").fetchall()
            writing.erase(connection, [sequence for sequence, id in found if id not in kept])

    def _erase(self, connection: Connection, id: str) -> None:
        found = connection.execute("SELECT sequence FROM generations WHERE id = %s", (id,))
        writing.erase(connection, [sequence for (sequence,) in found.fetchall()])

    def _tidy(self) -> None:
        """Update the planner's statistics; a server may do so by itself, but later."""
        with suppress(StoreError, psycopg.Error):
            connection = self._database.connect()
            try:
                for table in writing.TABLES:
                    connection.execute(f"VACUUM (ANALYZE) {table}")
            finally:
                connection.close()

    def _now(self) -> dict[str, str | None]:
        return dict(self._database.rows("SELECT name, value FROM state"))

    @staticmethod
    def _moving(connection: Connection) -> dict[str, str | None]:
        """Lock what serves and what waits against changes until the transaction ends."""
        query = "SELECT name, value FROM state ORDER BY name FOR UPDATE"
        return dict(connection.execute(query).fetchall())

    @staticmethod
    def _set(connection: Connection, **values: str | None) -> None:
        for name, value in values.items():
            connection.execute("UPDATE state SET value = %s WHERE name = %s", (value, name))
