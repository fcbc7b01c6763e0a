"""A server for the run, an empty store for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.stores import Store
from index.stores.files import FileStore
from index.stores.postgres import PostgresStore
from tests.databases import Server, serving

MakeStore = Callable[[], Store]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL with pgvector."""
    with serving() as server:
        yield server


@pytest.fixture(params=["files", "cells", "postgres", "neighbours"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Opens the same place again each time, as another process would: files and a database, each
    as small indexes are searched and as very large ones are.
    """
    opened: list[Store] = []
    few = 10 if request.param in ("cells", "neighbours") else 1_000
    if request.param in ("files", "cells"):
        make: MakeStore = lambda: FileStore(tmp_path, few)  # noqa: E731
    else:
        server: Server = request.getfixturevalue("server")
        url = server.schema()
        make = lambda: PostgresStore(url, few)  # noqa: E731

    def opening() -> Store:
        opened.append(make())
        return opened[-1]

    yield opening
    for store in opened:
        store.close()


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    return make_store()
