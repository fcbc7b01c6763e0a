"""What the cache of vectors forgets."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.model.cache import EmbeddingCache, Kept


def test_no_byte_of_what_is_forgotten_stays_in_the_file(tmp_path: Path) -> None:
    """Enough rows of every length that SQLite has moved many of them from page to page."""

    def kept(mark: bytes, number: int) -> Kept:
        pieces = np.frombuffer(mark * (1 + number % 70), np.uint8).reshape(-1, 1)
        return _unit(number), pieces

    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    for number in range(2_000):
        mark = b"secret" if number % 3 == 0 else b"common"
        cache.add("model", [f"text {number}"], [kept(mark, number)])
    assert b"secret" in _files(tmp_path)
    common = [f"text {number}" for number in range(2_000) if number % 3]
    cache.keep_only(common)
    assert b"secret" not in _files(tmp_path)
    assert cache.known("model", [f"text {number}" for number in range(2_000)], 8) == set(common)
    vector, pieces = cache.get("model", "text 71")
    assert vector.tolist() == _unit(71).tolist()
    assert pieces.tobytes() == b"common" * 2
    cache.close()


@pytest.mark.parametrize(
    "bad",
    [
        [np.nan] + [0.0] * 7,
        [1e38] + [0.0] * 7,
        [np.inf] * 8,
        [0.0] * 8,
        [0.9] + [0.0] * 7,
        [1.0] + [0.0] * 15,
        [1.0],
    ],
)
def test_a_vector_that_cannot_be_one_is_made_again(tmp_path: Path, bad: list[float]) -> None:
    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    pieces = np.zeros((3, 1), np.uint8)
    cache.add("model", ["a", "b"], [(_unit(1), pieces), (_unit(2), pieces)])
    cache.add("model", ["bad"], [(np.array(bad, np.float32), pieces)])
    assert cache.known("model", ["a", "b", "bad"], 8) == {"a", "b"}
    cache.add("model", ["bad"], [(_unit(3), pieces)])
    assert cache.known("model", ["a", "b", "bad"], 8) == {"a", "b", "bad"}
    cache.close()


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA user_version = 9",
        # before versions were written
        "PRAGMA user_version = 0",
        "ALTER TABLE vectors DROP COLUMN tokens",
        "ALTER TABLE vectors ADD COLUMN more TEXT",
        "ALTER TABLE vectors RENAME COLUMN digest TO hash",
    ],
)
def test_a_cache_of_another_version_is_begun_again(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "cache.sqlite"
    kept = (_unit(1), np.zeros((3, 1), np.uint8))
    cache = EmbeddingCache(path)
    cache.add("model", ["a"], [kept])
    cache.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
    cache = EmbeddingCache(path)
    assert cache.known("model", ["a"], 8) == set()
    cache.add("model", ["a"], [kept])
    assert cache.known("model", ["a"], 8) == {"a"}
    cache.close()
    # what was in it is not kept elsewhere
    assert [file.name for file in tmp_path.iterdir()] == ["cache.sqlite"]


def _unit(number: int) -> NDArray[np.float32]:
    vector = np.zeros(8, np.float32)
    vector[number % 8] = 1
    return vector


def _files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
