"""Small files of an index as rows of the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from index.errors import StoreError
from index.stores import Notes
from index.stores.postgres.database import Database
from index.stores.postgres.migrating import LOCK

__all__ = ["DatabaseNotes"]

_READ = "SELECT content FROM notes WHERE name = %s"


class DatabaseNotes:
    """A row each, empty for one that was removed; see Notes.

    A note that the database never had is taken over from `before`, the folder that had it until
    the index moved to the database.
    """

    def __init__(self, database: Database, before: Notes | None = None) -> None:
        self._database = database
        self._before = before

    def where(self, name: str) -> str:
        return f"{name} in the {self._database.name}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._database.transaction("write notes") as connection:
            connection.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(current_schema() || ' notes'))", (LOCK,)
            )
            yield

    def read(self, name: str) -> bytes | None:
        found = self._database.rows(_READ, name)
        if not found and self._before and (earlier := self._before.read(name)):
            # a user who may only read goes on with the file
            with suppress(StoreError):
                self._take_over(name, earlier)
                found = self._database.rows(_READ, name)
            return bytes(found[0][0]) if found else earlier
        return bytes(found[0][0]) or None if found else None

    def write(self, notes: Mapping[str, bytes | None]) -> None:
        with self._database.transaction("write notes") as connection:
            for name, content in notes.items():
                connection.execute(
                    "INSERT INTO notes VALUES (%s, %s) "
                    "ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                    (name, content or b""),
                )

    def _take_over(self, name: str, content: bytes) -> None:
        """Note this unless another machine just noted something."""
        with self._database.transaction("write notes") as connection:
            connection.execute(
                "INSERT INTO notes VALUES (%s, %s) ON CONFLICT DO NOTHING", (name, content)
            )
