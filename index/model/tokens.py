"""Token vectors at one bit per component: small enough to keep for every sentence."""

from __future__ import annotations

from collections.abc import Iterable
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from index.types import Span

__all__ = ["centre", "cosines", "pack", "unit", "width"]

# The signs of a vector of n evenly spread components point its way with a cosine of sqrt(2 / pi).
_SIGNS = sqrt(2 / pi)

# Vectors multiplied at a time: what they unpack to fits into a cache. OpenBLAS takes twelve after
# twelve, so that cuts at a multiple of that change no sum.
_AT_A_TIME = 384

# The eight signs in each byte: one look-up, where unpacking would take three passes.
_BYTES = np.arange(256, dtype=np.uint8)[:, np.newaxis]
_SIGNS_OF = np.unpackbits(_BYTES, axis=1).astype(np.float32) * 2 - 1

# So that a last digit that differs on another processor changes nothing.
_DIGITS = 4


def width(dimension: int) -> int:
    """Return the number of bytes of a packed vector."""
    return (dimension + 7) // 8


def pack(vectors: NDArray[np.float32], spans: tuple[Span, ...], text: str) -> NDArray[np.uint8]:
    """Pack the signs of the vectors of those pieces of `text` that belong to words.

    Shape (pieces, width(dimension)), in the order of the text.
    """
    words = [any(c.isalnum() for c in span.of(text)) for span in spans]
    return np.packbits(vectors[np.asarray(words, dtype=bool)] > 0, axis=1)


def cosines(unit: NDArray[np.float32], packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Estimate the cosines between normalised vectors, shape (n, dimension), and packed ones, shape
    (m, width); shape (n, m).

    Within one language this ranks like the exact cosines; across languages those put the right
    passage first for one question in a hundred more (docs/decisions/0007-model.md).
    """
    dimension = unit.shape[1]
    # in this order the product of few with many takes two thirds of the time, and less if the few
    # are a multiple of eight
    count = len(unit)
    scaled = np.zeros((dimension, -(-count // 8) * 8), np.float32)
    scaled[:, :count] = unit.T / np.float32(sqrt(dimension) * _SIGNS)
    found = np.empty((len(packed), scaled.shape[1]), np.float32)
    for first in range(0, len(packed), _AT_A_TIME):
        some = packed[first : first + _AT_A_TIME]
        signs = _SIGNS_OF.take(some, axis=0).reshape(len(some), -1)[:, :dimension]
        np.matmul(signs, scaled, out=found[first : first + _AT_A_TIME])
    return found[:, :count].T


def centre(samples: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the mean direction of a model's pieces, shape (dimension,), from those of samples,
    each of shape (pieces, dimension), with the model's own marks first and last.

    Pieces of many models point mostly one way: those of multilingual-e5-small have a mean of length
    .8. Less that, their directions tell more, and so do the signs of their components.
    """
    units = np.concatenate([unit(vectors[1:-1]) for vectors in samples])
    return np.asarray((units.sum(axis=0) / max(len(units), 1)).round(_DIGITS), np.float32)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors, shape (n, dimension), at the length of 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
