"""Which store the settings name."""

from __future__ import annotations

from index.errors import SettingsError
from index.settings import IndexSettings
from index.stores import Store
from index.stores.files import FileStore

__all__ = ["store"]


def store(settings: IndexSettings) -> Store:
    """The store in the database that is set, or the one in the data directory."""
    if settings.database_url is None:
        return FileStore(settings.data)
    try:
        from index.stores.postgres import PostgresStore
    except ImportError as error:
        raise SettingsError(
            f"CITEBOT_DATABASE_URL is set, and {error.name} is not installed; run: "
            "pip install 'citebot[postgres]'"
        ) from None
    return PostgresStore(settings.database_url.get_secret_value())
