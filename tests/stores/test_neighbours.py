"""Very many vectors are searched by cells, and hardly any of the nearest is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.stores.neighbours import Neighbours, write


def test_the_nearest_are_found_and_ordered_exactly(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    middles = random.standard_normal((200, 32))
    mixed = middles[random.integers(0, 200, 20_000)] + 0.5 * random.standard_normal((20_000, 32))
    vectors = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
    for name in ("one", "other"):
        write(tmp_path / name, vectors)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    near = Neighbours(tmp_path / "one", vectors)
    found = firsts = 0
    for row in range(0, 20_000, 200):
        asked = vectors[row] + np.float32(0.1) * random.standard_normal(32, dtype=np.float32)
        exact = np.argsort(-(vectors @ asked), kind="stable")[:10].tolist()
        rows = near.nearest(asked, 10).tolist()
        assert rows == sorted(rows, key=lambda each: -float(vectors[each] @ asked))
        found += len(set(exact) & set(rows))
        firsts += rows[0] == exact[0]
    assert found >= 970
    assert firsts >= 99
