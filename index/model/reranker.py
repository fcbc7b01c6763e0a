"""A cross-encoder that reads question and passage together, over the best passages only."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ModelError
from index.model.exported import no_pytorch
from index.model.origin import local

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

__all__ = ["Reranker"]


class Reranker:
    """A cross-encoder by name or folder, loaded at the first question."""

    def __init__(self, model: str) -> None:
        self.name = model
        self._loading = Lock()
        self._loaded: CrossEncoder | None = None

    def order(self, question: str, passages: Sequence[str]) -> list[int]:
        """Return the numbers of the passages, best first; of equals the earlier one first."""
        if len(passages) < 2:
            return list(range(len(passages)))
        pairs = [(question, passage) for passage in passages]
        scores = np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float64)
        if scores.ndim != 1:
            raise ModelError(
                f"the reranker {self.name} gives {scores.shape[1]} scores a passage; "
                "CITEBOT_RERANKER takes a cross-encoder with one",
                "reranker_scores",
                name=self.name,
                count=scores.shape[1],
            )
        return [int(number) for number in np.argsort(-np.round(scores, 5), kind="stable")]

    @property
    def _model(self) -> CrossEncoder:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> CrossEncoder:
        # before PyTorch is loaded, which takes seconds
        if local(self.name, "CITEBOT_RERANKER"):
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        try:
            from sentence_transformers import CrossEncoder

            # each of its tries would be a line of its own; the error below says it all
            logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
            return CrossEncoder(self.name, device="cpu")
        except ImportError as error:
            raise no_pytorch(f"the reranker {self.name}") from error
        except Exception as error:  # the library raises whatever its parts raise
            raise ModelError(
                f"the reranker {self.name} cannot be loaded ({type(error).__name__}); "
                "CITEBOT_RERANKER takes a CrossEncoder's name or folder",
                "reranker_load",
                name=self.name,
                reason=type(error).__name__,
            ) from error
