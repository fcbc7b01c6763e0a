"""Small files of an index as rows of the database."""

from __future__ import annotations

from collections.abc import Mapping

from index.stores.postgres.database import Database

__all__ = ["DatabaseNotes"]


class DatabaseNotes:
    """A row each; see Notes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, name: str) -> bytes | None:
        found = self._database.rows("SELECT content FROM notes WHERE name = %s", name)
        return bytes(found[0][0]) if found else None

    def write(self, notes: Mapping[str, bytes | None]) -> None:
        with self._database.transaction("write notes") as connection:
            for name, content in notes.items():
                connection.execute("DELETE FROM notes WHERE name = %s", (name,))
                if content is not None:
                    connection.execute("INSERT INTO notes VALUES (%s, %s)", (name, content))
