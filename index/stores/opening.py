"""The store of an index: a database if one is set, else files."""

from __future__ import annotations

from pathlib import Path

from index.errors import SettingsError
from index.stores import Notes, Store
from index.stores.files import FileStore
from index.stores.notes import FolderNotes

__all__ = ["database", "store"]


def store(data: Path, address: str | None = None) -> Store:
    """Return the store in the database with this address, or the one in the data directory. The
    database takes over the notes of the data directory that it lacks.
    """
    if address is None:
        return FileStore(data)
    return database(address, FolderNotes(data))


def database(address: str, before: Notes | None = None) -> Store:
    """Return the store in the database with this address. It takes over what it lacks of the notes
    `before`.
    """
    try:
        from index.stores.postgres import PostgresStore
    except ImportError as error:
        raise SettingsError(
            f"CITEBOT_DATABASE_URL is set, and {error.name} is not installed; run: "
            "pip install 'citebot[postgres]'",
            "postgres_missing",
            name=error.name,
        ) from None
    return PostgresStore(address, before=before)
