"""The vectors of an index in FAISS's files, and which of them are nearest to another. FAISS's home.

A few are compared all; of very many the nearest cells, a byte a component, and what these bring
exactly.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError
from index.stores.rows import Rows

__all__ = ["CELLS_FROM", "Only", "Vectors", "VectorsFile", "write_cells"]

CELLS_FROM = 200_000
"""From so many vectors on they are searched by cells: comparing with all takes 50 ms then."""

# Cells: four times the root of the number of vectors; each is trained on so many vectors, in so
# many rounds. Of 200,000 vectors in mixtures with 3.5 centres a cell, 2 % of the cells have .955 of
# the ten nearest (64 vectors, 10 rounds); with twice as many cells of half the training .997.
_CELLS, _TRAINED_ON, _ROUNDS = 4, 40, 5
# How many cells are looked into; of a part of the vectors more, as fewer in each are looked at.
_PROBED = 64
# How many times as many as are wanted are compared exactly: a byte a component blurs their order.
# Four times as many find no more of the ten nearest of two million.
_MORE = 2
# How many times as many if they hold fewer than are wanted.
_FURTHER = 4
# Of a smaller part than this all is compared: the cells nearest may hold none of it.
_SMALL = 0.02
# Vectors read from the disk at a time.
_STEP = 20_000
_SEED = 1
# What is equal may differ by this when it was multiplied in another place of a matrix.
_ROUNDING = 1e-6

# The end of an empty index: how many components there are. Before it, the number of vectors is at
# the eighth byte: https://github.com/facebookresearch/faiss/blob/main/faiss/impl/index_write.cpp
_ROWS_AT, _COUNT = 8, struct.Struct("<q")
# How the file of such an index begins; the dimension follows.
_KIND = b"IxFI"


class Only:
    """Some of the rows of an index."""

    def __init__(self, rows: NDArray[np.bool_]) -> None:
        """`rows` says of each whether it is one of them."""
        self.rows = rows
        self.share = float(rows.mean()) if len(rows) else 0.0

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers of the rows, ascending."""
        return np.flatnonzero(self.rows)

    @cached_property
    def selector(self) -> Any:
        """The rows as FAISS takes them."""
        self._bits = np.packbits(self.rows, bitorder="little")
        return faiss.IDSelectorBitmap(self._bits)  # type: ignore[call-arg, arg-type]


@dataclass(frozen=True, slots=True)
class _Found:
    rows: NDArray[np.int64]
    vectors: NDArray[np.float32]


class Vectors:
    """Normalised vectors, a row each, open for questions from any thread."""

    def __init__(self, path: Path) -> None:
        near = _near(path)
        # what several processes open is in memory once
        self._cells: Any = (
            faiss.read_index(str(near), faiss.IO_FLAG_MMAP) if near.exists() else None
        )
        begin, shape = _head(path)
        self._rows = Rows(path, np.float32, begin, shape)
        self._count, self.dimension = shape
        self._loading = Lock()
        self._loaded: NDArray[np.float32] | None = None

    def nearest(
        self, vector: NDArray[np.float32], count: int, only: Only | None = None
    ) -> NDArray[np.int64]:
        """The `count` rows nearest to a vector, best first, of equals the earlier; of some rows, if
        given.
        """
        if count == 0:
            return np.empty(0, np.int64)
        if self._cells is None:
            found = self._among_all(vector, count, only)
        elif only is not None and only.share < _SMALL:
            found = self._among_few(vector, count, only)
        else:
            found = self._by_cells(vector, count, only)
        # row by row, so that equal vectors are equally near wherever they stand
        scores = (found.vectors * vector).sum(axis=1)
        order = np.argsort(-scores, kind="stable")[:count]
        return np.asarray(found.rows[order], dtype=np.int64)

    def at(self, numbers: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of these rows, ascending."""
        if self._cells is None:
            return self._whole[np.asarray(numbers, dtype=np.int64)]
        return self._rows.at(numbers)

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    @property
    def _whole(self) -> NDArray[np.float32]:
        """All of them, read when they are first wanted: not every open index is asked."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._rows.read(0, self._count)
            return self._loaded

    def _among_all(self, vector: NDArray[np.float32], count: int, only: Only | None) -> _Found:
        if only is None:
            rows = _best(self._whole @ vector, count)
        elif only.share < 1 / 2:
            rows = only.numbers[_best(self._whole[only.numbers] @ vector, count)]
        else:
            products = self._whole @ vector
            products[~only.rows] = -np.inf
            best = _best(products, count)
            rows = best[only.rows[best]]
        return _Found(rows, self._whole[rows])

    def _among_few(self, vector: NDArray[np.float32], count: int, only: Only) -> _Found:
        best: list[NDArray[np.int64]] = []
        products: list[NDArray[np.float32]] = []
        for first in range(0, len(only.numbers), _STEP):
            some = only.numbers[first : first + _STEP]
            near = self._rows.at(some) @ vector
            kept = _best(near, count)
            best.append(some[kept])
            products.append(near[kept])
        rows = np.concatenate(best) if best else np.empty(0, np.int64)
        if len(rows):
            rows = rows[_best(np.concatenate(products), count)]
        return _Found(rows, self._rows.at(rows))

    def _by_cells(self, vector: NDArray[np.float32], count: int, only: Only | None) -> _Found:
        selected = {"sel": only.selector} if only else {}
        probed = int(_PROBED / only.share) if only else _PROBED
        wanted = min(_MORE * count, self._count)
        while True:
            probed = min(probed, self._cells.nlist)
            parameters = faiss.SearchParametersIVF(nprobe=probed, **selected)  # type: ignore[call-arg]
            _, [rows] = self._cells.search(vector[np.newaxis], wanted, params=parameters)
            # if fewer are in scope the rest is -1
            rows = np.sort(rows[rows >= 0])
            if len(rows) >= count or probed == self._cells.nlist:
                return _Found(rows, self._rows.at(rows))
            # all that is in these cells may be out of scope
            probed *= _FURTHER


class VectorsFile:
    """A file of vectors that grows by rows; `close` makes it whole."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._dimension, self.rows = dimension, 0
        self._stream = path.open("wb")
        self._stream.write(_empty(dimension))

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append normalised vectors."""
        self._stream.write(np.ascontiguousarray(vectors, np.float32).data)
        self.rows += len(vectors)

    def close(self) -> None:
        """Note how many there are."""
        for place, number in (
            (_ROWS_AT, self.rows),
            (len(_empty(self._dimension)) - _COUNT.size, self.rows * self._dimension),
        ):
            self._stream.seek(place)
            self._stream.write(_COUNT.pack(number))
        self._stream.close()


def write_cells(path: Path) -> None:
    """Put the vectors of a file into cells beside it; the same vectors give the same cells."""
    begin, (rows, dimension) = _head(path)
    vectors = Rows(path, np.float32, begin, (rows, dimension))
    cells = max(1, min(int(_CELLS * rows**0.5), rows // 39))
    engine: Any = faiss.index_factory(dimension, f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT)
    engine.cp.niter = _ROUNDS
    count = min(rows, cells * _TRAINED_ON)
    chosen = np.random.default_rng(_SEED).choice(rows, count, replace=False)
    engine.train(vectors.at(np.sort(chosen)))
    for first in range(0, rows, _STEP):
        engine.add(vectors.read(first, min(first + _STEP, rows)))
    vectors.close()
    faiss.write_index(engine, str(_near(path)))


def _best(products: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The rows of the `count` greatest, ascending, and those that may be as great."""
    if len(products) <= count:
        return np.arange(len(products))
    least = np.partition(products, -count)[-count]
    return np.flatnonzero(products >= least - _ROUNDING)


def _near(path: Path) -> Path:
    return path.with_name(path.name + ".near")


def _empty(dimension: int) -> bytes:
    """Return what a file of FAISS has before its vectors."""
    head: bytes = faiss.serialize_index(faiss.IndexFlatIP(dimension)).tobytes()
    return head


def _head(path: Path) -> tuple[int, tuple[int, int]]:
    """Return where the vectors begin, and how many of which length there are."""
    begin = len(_empty(1))
    with path.open("rb") as stream:
        head = stream.read(begin)
    if len(head) == begin and head.startswith(_KIND):
        dimension = struct.unpack_from("<i", head, len(_KIND))[0]
        rows = _COUNT.unpack_from(head, _ROWS_AT)[0]
        if _COUNT.unpack_from(head, begin - _COUNT.size)[0] == rows * dimension >= 0:
            return begin, (rows, dimension)
    raise DamagedIndexError(f"{path} is damaged; run citebot index", "index_damaged", path=path)
