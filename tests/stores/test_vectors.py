"""Few vectors are compared all; of very many hardly any of the nearest is lost."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import DamagedIndexError
from index.stores.vectors import Only, Vectors, VectorsFile, write_cells

_ROWS, _DIMENSION = 20_000, 32


@pytest.fixture(scope="module")
def mixed() -> NDArray[np.float32]:
    random = np.random.default_rng(3)
    middles = random.standard_normal((200, _DIMENSION))
    near = middles[random.integers(0, 200, _ROWS)] + 0.5 * random.standard_normal(
        (_ROWS, _DIMENSION)
    )
    return np.asarray(near / np.linalg.norm(near, axis=1, keepdims=True), np.float32)


def _written(path: Path, vectors: NDArray[np.float32]) -> Path:
    file = VectorsFile(path, vectors.shape[1])
    for first in range(0, len(vectors), 777):
        file.add(vectors[first : first + 777])
    file.close()
    return path


def _asked(vectors: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    random = np.random.default_rng(4)
    noise = random.standard_normal((100, vectors.shape[1]), dtype=np.float32)
    return list(vectors[:: len(vectors) // 100] + np.float32(0.1) * noise)


def test_a_file_written_in_pieces_is_one_of_faiss(
    tmp_path: Path, mixed: NDArray[np.float32]
) -> None:
    engine = faiss.IndexFlatIP(_DIMENSION)
    engine.add(mixed)
    faiss.write_index(engine, str(tmp_path / "whole"))
    written = _written(tmp_path / "pieces", mixed)
    assert written.read_bytes() == (tmp_path / "whole").read_bytes()


def test_the_nearest_are_found_and_ordered_exactly(
    tmp_path: Path, mixed: NDArray[np.float32]
) -> None:
    for name in ("one", "other"):
        write_cells(_written(tmp_path / name, mixed))
    assert (tmp_path / "one.near").read_bytes() == (tmp_path / "other.near").read_bytes()
    near = Vectors(tmp_path / "one")
    found = firsts = 0
    for asked in _asked(mixed):
        exact = np.argsort(-(mixed @ asked), kind="stable")[:10].tolist()
        rows = near.nearest(asked, 10).tolist()
        assert rows == sorted(rows, key=lambda each: -float(mixed[each] @ asked))
        found += len(set(exact) & set(rows))
        firsts += rows[0] == exact[0]
    near.close()
    assert found >= 970
    assert firsts >= 99


@pytest.mark.parametrize("by_cells", [False, True])
@pytest.mark.parametrize("share", [0.001, 0.1, 0.8])
def test_of_some_rows_only_these_are_found(
    tmp_path: Path, mixed: NDArray[np.float32], share: float, by_cells: bool
) -> None:
    path = _written(tmp_path / "vectors", mixed)
    if by_cells:
        write_cells(path)
    vectors = Vectors(path)
    only = Only(np.random.default_rng(5).random(_ROWS) < share)
    right = 0
    for asked in _asked(mixed):
        products = np.where(only.rows, mixed @ asked, -2)
        rows = vectors.nearest(asked, 10, only)
        assert only.rows[rows].all()
        right += len(set(rows.tolist()) & set(np.argsort(-products)[:10].tolist()))
    nothing = vectors.nearest(mixed[0], 10, Only(np.zeros(_ROWS, np.bool_)))
    vectors.close()
    assert right >= (970 if by_cells else 1_000)
    assert nothing.tolist() == []


@pytest.mark.parametrize("by_cells", [False, True])
def test_of_equal_vectors_the_earlier_comes_first(
    tmp_path: Path, mixed: NDArray[np.float32], by_cells: bool
) -> None:
    twice = mixed.copy()
    twice[[12_345, 19_999]] = twice[7]
    path = _written(tmp_path / "vectors", twice)
    if by_cells:
        write_cells(path)
    vectors = Vectors(path)
    assert vectors.nearest(twice[7], 3).tolist() == [7, 12_345, 19_999]
    assert vectors.nearest(twice[7], 1).tolist() == [7]
    np.testing.assert_array_equal(vectors.at([3, 7, 8, 12_345]), twice[[3, 7, 8, 12_345]])
    vectors.close()


def test_a_file_that_is_cut_while_it_serves_is_an_error(
    tmp_path: Path, mixed: NDArray[np.float32]
) -> None:
    path = _written(tmp_path / "vectors", mixed)
    write_cells(path)
    vectors = Vectors(path)
    with path.open("r+b") as stream:
        stream.truncate(1_000)
    with pytest.raises(DamagedIndexError, match="changed while it served"):
        vectors.nearest(mixed[0], 10)
    vectors.close()
    with pytest.raises(DamagedIndexError, match="citebot index"):
        Vectors(path)
