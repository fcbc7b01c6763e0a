"""The nearest of very many vectors: cells at one byte per component, compared exactly at the
end. FAISS's other home.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

__all__ = ["FROM", "Neighbours", "write"]

FROM = 300_000
"""From this many vectors on they are searched by cells: comparing all would take 0.1 s."""

# Cells: four times the root of the number of vectors, as FAISS advises for about a million; each is
# trained on this many vectors.
_CELLS, _TRAINED_ON = 4, 64
_PROBED = 64
# How many times more than wanted are compared exactly: a byte per component blurs their order.
_MORE = 4
_SEED = 1


def write(path: Path, vectors: NDArray[np.float32]) -> None:
    """Write the cells of normalised vectors; the same vectors give the same cells."""
    cells = max(1, min(int(_CELLS * len(vectors) ** 0.5), len(vectors) // 39))
    engine: Any = faiss.index_factory(
        vectors.shape[1], f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT
    )
    count = min(len(vectors), cells * _TRAINED_ON)
    rows = np.sort(np.random.default_rng(_SEED).choice(len(vectors), count, replace=False))
    engine.train(vectors[rows])
    engine.add(vectors)
    faiss.write_index(engine, str(path))


class Neighbours:
    """The cells of a file, in memory: if a mapped file is cut, the process dies."""

    def __init__(self, path: Path, vectors: NDArray[np.float32]) -> None:
        """`vectors` are those that the file was written from."""
        self._engine: Any = faiss.read_index(str(path))
        self._vectors = vectors

    def nearest(
        self, vector: NDArray[np.float32], count: int, only: Any = None
    ) -> NDArray[np.int64]:
        """Return the `count` rows nearest to a vector, best first, of equals the earlier one.

        `only` is a selector of FAISS.
        """
        parameters = faiss.SearchParametersIVF(  # type: ignore[call-arg]
            nprobe=_PROBED, **({"sel": only} if only is not None else {})
        )
        wanted = min(_MORE * count, len(self._vectors))
        _, [rows] = self._engine.search(vector[np.newaxis], wanted, params=parameters)
        rows = np.sort(rows[rows >= 0])
        return np.asarray(
            rows[np.argsort(-(self._vectors[rows] @ vector), kind="stable")][:count], dtype=np.int64
        )
