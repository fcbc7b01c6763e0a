"""The store in PostgreSQL with pgvector, shared by any number of bots."""

from __future__ import annotations

from index.stores.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
