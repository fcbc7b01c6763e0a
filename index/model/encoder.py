"""From texts to vectors, by a model that is found, converted once, and loaded at the first text."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from threading import Lock

from index.errors import ModelError
from index.model.convert import converted
from index.model.exported import no_pytorch
from index.model.origin import Origin, default_model, find
from index.model.profiles import Profile, profile
from index.model.runtime import Embedding, Onnx, Runtime, TokenVectors, Torch

__all__ = ["Embedding", "Encoder", "TokenVectors", "cores"]

# Texts of a batch at most, and their pieces with what is padded. ONNX Runtime keeps the memory of
# its largest batches: long texts by sixteens take twice that of such by fours, and more time.
_BATCH, _PIECES = 16, 600
# Seconds after a question in which another is likely.
_RECENTLY = 10.0

_log = logging.getLogger(__name__)


class Encoder:
    """A model by name or path (None: the default).

    The converted model is kept in `folder`; without one, for as long as the encoder lives.
    """

    def __init__(self, model: str | None = None, folder: Path | None = None) -> None:
        self.name = model or default_model()
        self._folder = folder
        self._loading = Lock()
        self._loaded: Runtime | None = None
        self._asked = -_RECENTLY

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Embedding]:
        """Return the embeddings of documents' sentences, in order.

        `progress` is called with the number of texts done since its last call.
        """
        if not texts:
            return []
        read = [_readable(text) for text in texts]
        batches = list(_batches(self._runtime.sizes("document", read)))
        found: dict[int, Embedding] = {}
        most = cores()
        with ThreadPoolExecutor(most, "embedding") as pool:
            while batches:
                # one core is left for questions while there are any
                asked = time.monotonic() - self._asked < _RECENTLY
                count = max(most - 1, 1) if asked else most
                some, batches = batches[:count], batches[count:]
                made = pool.map(lambda batch: self._embed("document", read, batch), some)
                for batch, embeddings in zip(some, made, strict=True):
                    found.update(zip(batch, embeddings, strict=True))
                    if progress:
                        progress(len(batch))
        return [found[number] for number in range(len(texts))]

    def encode_questions(self, questions: Sequence[str]) -> list[Embedding]:
        """Return the embeddings of questions, in order."""
        if not questions:
            return []
        self._asked = time.monotonic()
        read = [_readable(question) for question in questions]
        # on the thread of who asks: others are at their own questions
        batches = _batches(self._runtime.sizes("query", read)) if len(read) > 1 else [[0]]
        found: dict[int, Embedding] = {}
        for batch in batches:
            found.update(zip(batch, self._embed("query", read, batch), strict=True))
        return [found[number] for number in range(len(read))]

    def pieces(self, words: Sequence[str]) -> list[int]:
        """Return how many pieces the model reads in each word of a question; it embeds nothing."""
        return self._runtime.sizes("query", words)

    def load(self) -> None:
        """Load the model now rather than at the first text."""
        _ = self._runtime

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return self._runtime.dimension

    @property
    def fingerprint(self) -> str:
        """A digest of the model's files: the same for the same model in any place."""
        return self._origin.fingerprint

    @property
    def languages(self) -> frozenset[str]:
        """The languages that the model's card names; empty if it names none or many."""
        return self._origin.languages

    @property
    def profile(self) -> Profile:
        """The weights of a score's parts with this model."""
        return profile(self.name)

    @cached_property
    def _origin(self) -> Origin:
        return find(self.name)

    def _embed(self, kind: str, texts: Sequence[str], numbers: Sequence[int]) -> list[Embedding]:
        return self._runtime.embed(kind, [texts[number] for number in numbers])

    @property
    def _runtime(self) -> Runtime:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Runtime:
        origin = self._origin
        try:
            return self._converted(origin)
        except ImportError as error:
            raise no_pytorch(f"the model {self.name}") from error
        except ModelError as error:
            _log.warning("%s; it runs on PyTorch", error)
        try:
            return Torch(origin)
        except ImportError as error:
            raise no_pytorch(f"the model {self.name}") from error
        except Exception as error:  # the library raises whatever its parts raise
            raise ModelError(
                f"the model {self.name} cannot be loaded from {origin.path}: {error}; "
                "CITEBOT_MODEL takes a sentence-transformers name or folder",
                "model_load",
                name=self.name,
                path=origin.path,
                reason=error,
            ) from error

    def _converted(self, origin: Origin) -> Runtime:
        if self._folder:
            try:
                return self._opened(origin, self._folder)
            except OSError as error:
                _log.warning("%s cannot be written (%s)", self._folder, error.strerror)
        # a mapped file stays readable after the folder is gone
        with tempfile.TemporaryDirectory(prefix="citebot-") as folder:
            return Onnx(converted(origin, Path(folder)), origin)

    def _opened(self, origin: Origin, folder: Path) -> Runtime:
        place = converted(origin, folder)
        try:
            return Onnx(place, origin)
        except (ImportError, MemoryError):
            raise
        except Exception as error:  # the libraries raise whatever their parts raise
            # a full disk or a power cut leaves half a file
            _log.warning("%s is damaged (%s); it is made again", place, type(error).__name__)
            shutil.rmtree(place)
        return Onnx(converted(origin, folder), origin)


def cores() -> int:
    """Return the number of cores this process may use (in a container or under taskset, fewer
    than there are), or OMP_NUM_THREADS if that is less.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    told = os.environ.get("OMP_NUM_THREADS", "")
    return min(allowed or 1, int(told) if told.isdecimal() and int(told) else allowed or 1)


def _readable(text: str) -> str:
    # half a surrogate pair, which a tokenizer refuses, is as long as its replacement
    return text.encode(errors="replace").decode()


def _batches(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Cut the numbers of texts of these sizes into batches of a bounded size.

    Alike sizes share a batch, so that little is padded; the largest first, so that a model too
    large for the memory fails at once. Ties keep their order: the same texts, the same batches, the
    same bytes.
    """
    order = sorted(range(len(sizes)), key=lambda number: -sizes[number])
    first = 0
    while first < len(order):
        count = max(1, min(_BATCH, _PIECES // sizes[order[first]]))
        yield order[first : first + count]
        first += count
