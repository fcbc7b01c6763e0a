"""What the cache of vectors forgets."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.model.cache import EmbeddingCache, Kept


def test_no_byte_of_what_is_forgotten_stays_in_the_file(tmp_path: Path) -> None:
    """Enough rows of every length that SQLite has moved many of them from page to page."""

    def kept(mark: bytes, number: int) -> Kept:
        pieces = np.frombuffer(mark * (1 + number % 70), np.uint8).reshape(-1, 1)
        return np.full(8, number, np.float32), pieces

    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    for number in range(2_000):
        mark = b"secret" if number % 3 == 0 else b"common"
        cache.add("model", [f"text {number}"], [kept(mark, number)])
    assert b"secret" in _files(tmp_path)
    common = [f"text {number}" for number in range(2_000) if number % 3]
    cache.keep_only(common)
    assert b"secret" not in _files(tmp_path)
    assert cache.known("model", [f"text {number}" for number in range(2_000)]) == set(common)
    vector, pieces = cache.get("model", "text 71")
    assert vector.tolist() == [71.0] * 8
    assert pieces.tobytes() == b"common" * 2
    cache.close()


def _files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
