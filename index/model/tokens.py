"""Token vectors at one bit per component: small enough to keep for every sentence."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from index.types import Span

__all__ = ["cosines", "pack", "width"]

# The signs of a vector of n evenly spread components point its way with a cosine of sqrt(2 / pi).
_SIGNS = sqrt(2 / pi)

# Vectors multiplied at a time: what they unpack to fits into a cache. OpenBLAS takes twelve after
# twelve, so that cuts at a multiple of that change no sum.
_AT_A_TIME = 384

# The eight signs in each byte: one look-up, where unpacking would take three passes.
_BYTES = np.arange(256, dtype=np.uint8)[:, np.newaxis]
_SIGNS_OF = np.unpackbits(_BYTES, axis=1).astype(np.float32) * 2 - 1


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

    On the public sets this ranks like the exact cosines.
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
