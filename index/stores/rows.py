"""Rows of a NumPy file, read on demand: if a mapped file is cut, the process dies."""

from __future__ import annotations

import os
import weakref
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from index.errors import DamagedIndexError

__all__ = ["Rows"]


class Rows:
    """A file of `numpy.save`, shape (rows, width), bytes; open for reading from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as stream:
            npy.read_magic(stream)
            shape, _, kind = npy.read_array_header_1_0(stream)
            self._begin = stream.tell()
            self._file = os.dup(stream.fileno())
        # the last question on an older generation ends unnoticed; its file is closed with it
        self.close = weakref.finalize(self, os.close, self._file)
        if kind != np.uint8 or len(shape) != 2:
            raise DamagedIndexError(f"{path} is damaged; run citebot index")
        self._width = shape[1]
        self._seen = self._look()

    def read(self, start: int, end: int) -> NDArray[np.uint8]:
        """Return these rows; DamagedIndexError if the file was changed since it was opened."""
        size = (end - start) * self._width
        data = os.pread(self._file, size, self._begin + start * self._width)
        if len(data) < size or self._look() != self._seen:
            raise DamagedIndexError(f"{self._path} was changed while it served; run citebot index")
        return np.frombuffer(data, np.uint8).reshape(end - start, self._width)

    def _look(self) -> tuple[int, int]:
        found = os.fstat(self._file)
        return found.st_size, found.st_mtime_ns
