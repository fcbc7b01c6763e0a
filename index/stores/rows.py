"""Rows of a file that is written once, row after row, and read as they are wanted: a map of a file
that is cut kills the process.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from index.errors import DamagedIndexError

__all__ = ["Rows", "RowsFile"]

Kind = TypeVar("Kind", bound=np.generic)


class Rows(Generic[Kind]):
    """Rows of one width at the end of a file; open for reading from any thread."""

    def __init__(self, path: Path, kind: type[Kind], begin: int, shape: tuple[int, int]) -> None:
        """`begin` is where in the file the first row stands, in bytes."""
        self._path = path
        self._kind, self.shape, self._begin = np.dtype(kind), shape, begin
        with path.open("rb") as stream:
            self._file = os.dup(stream.fileno())
        # the last question on an older generation ends unnoticed; its file is closed with it
        self.close = weakref.finalize(self, os.close, self._file)
        self._width = shape[1] * self._kind.itemsize
        self._seen = self._look()
        if self._seen[0] < begin + shape[0] * self._width:
            raise DamagedIndexError(
                f"{path} is damaged; run citebot index", "index_damaged", path=path
            )

    @classmethod
    def saved(cls, path: Path, kind: type[Kind]) -> Rows[Kind]:
        """The rows of a file of `numpy.save`."""
        with path.open("rb") as stream:
            npy.read_magic(stream)
            shape, _, found = npy.read_array_header_1_0(stream)
            begin = stream.tell()
        if found != np.dtype(kind) or len(shape) != 2:
            raise DamagedIndexError(
                f"{path} is damaged; run citebot index", "index_damaged", path=path
            )
        return cls(path, kind, begin, (shape[0], shape[1]))

    def read(self, start: int, end: int) -> NDArray[Kind]:
        """These rows; DamagedIndexError if the file was changed since it was opened."""
        return self._filled(np.empty((end - start, self.shape[1]), self._kind), [(start, 0)])

    def at(self, numbers: Sequence[int] | NDArray[np.int64]) -> NDArray[Kind]:
        """The rows of these numbers, ascending; neighbours are read together."""
        wanted = np.asarray(numbers, dtype=np.int64)
        first = np.flatnonzero(np.diff(wanted, prepend=-2) != 1)
        runs = zip(wanted[first].tolist(), first.tolist(), strict=True)
        return self._filled(np.empty((len(wanted), self.shape[1]), self._kind), list(runs))

    def runs(self, runs: Sequence[tuple[int, int]]) -> NDArray[Kind]:
        """The rows from the first number up to the second of each run, one run after the other."""
        places = list(accumulate((end - start for start, end in runs), initial=0))
        begin = [(start, place) for (start, _), place in zip(runs, places, strict=False)]
        return self._filled(np.empty((places[-1], self.shape[1]), self._kind), begin)

    def _filled(self, rows: NDArray[Kind], runs: Sequence[tuple[int, int]]) -> NDArray[Kind]:
        """Fill an array: the rows from the first number on go to the place of the second, up to
        the next.
        """
        room = memoryview(rows.reshape(-1).view(np.uint8).data)
        ends = [place for _, place in runs[1:]] + [len(rows)]
        read = 0
        for (row, place), end in zip(runs, ends, strict=False):
            some = room[place * self._width : end * self._width]
            read += os.preadv(self._file, [some], self._begin + row * self._width)
        if read < len(room) or self._look() != self._seen:
            raise DamagedIndexError(
                f"{self._path} was changed while it served; run citebot index",
                "index_changed",
                path=self._path,
            )
        return rows

    def _look(self) -> tuple[int, int]:
        found = os.fstat(self._file)
        return found.st_size, found.st_mtime_ns


class RowsFile:
    """A file of `numpy.save` that grows by rows; `close` makes it whole."""

    def __init__(self, path: Path, kind: Any, width: int) -> None:
        self._stream: IO[bytes] = path.open("w+b")
        self._kind, self._width, self.rows = np.dtype(kind), width, 0
        self._head()

    def add(self, rows: NDArray[Any]) -> None:
        """Append rows."""
        self._stream.write(np.ascontiguousarray(rows, self._kind).data)
        self.rows += len(rows)

    def close(self) -> None:
        """Note how many rows there are."""
        # NumPy leaves room for the number of rows to grow, so that the head keeps its length
        self._stream.seek(0)
        self._head()
        self._stream.close()

    def _head(self) -> None:
        head = {
            "descr": npy.dtype_to_descr(self._kind),
            "fortran_order": False,
            "shape": (self.rows, self._width),
        }
        npy.write_array_header_1_0(self._stream, head)
