"""The store of an index: a database if one is set, else files."""

from __future__ import annotations

from pathlib import Path

from index.errors import SettingsError
from index.stores import Store
from index.stores.files import FileStore
from index.stores.notes import FolderNotes

__all__ = ["store"]


def store(data: Path, database: str | None = None) -> Store:
    """Return the store in the database with this address, or the one in the data directory. The
    database takes over the notes of the data directory that it lacks.
    """
    if database is None:
        return FileStore(data)
    try:
        from index.stores.postgres import PostgresStore
    except ImportError as error:
        raise SettingsError(
            f"CITEBOT_DATABASE_URL is set, and {error.name} is not installed; run: "
            "pip install 'citebot[postgres]'",
            "postgres_missing",
            name=error.name,
        ) from None
    return PostgresStore(database, before=FolderNotes(data))
