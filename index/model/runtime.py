"""Compute the vectors: ONNX Runtime with a converted model, or PyTorch."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.model import exported
from index.model.convert import About
from index.model.origin import Origin
from index.model.tokenizer import JsonTokenizer, SentencePieces, Tokenizer
from index.model.tokens import unit
from index.model.weights import Weights
from index.types import Span

__all__ = ["Embedding", "Onnx", "Runtime", "TokenVectors", "Torch"]

# Letters of a piece, more or less.
_LETTERS = 4


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The model's view of each piece of a text in its context; empty if a model gives none.

    `vectors` has shape (pieces, dimension), of any length: their directions less what all pieces of
    the model share, see index.model.tokens.centre. `spans` are the places of the pieces.
    """

    vectors: NDArray[np.float32]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Embedding:
    """A text's own vector, normalised, shape (dimension,), and those of its pieces."""

    vector: NDArray[np.float32]
    tokens: TokenVectors


class Runtime(Protocol):
    """A loaded model. `dimension` is the length of a vector."""

    dimension: int

    def sizes(self, kind: str, texts: Sequence[str]) -> list[int]:
        """Return about how many pieces texts of a kind have: those of a batch should be alike."""

    def embed(self, kind: str, texts: list[str]) -> list[Embedding]:
        """Return the embeddings of texts of a kind, `query` or `document`, in one batch.

        Any thread may call it; it computes on that thread alone.
        """


class Onnx:
    """A converted model on ONNX Runtime."""

    def __init__(self, folder: Path, origin: Origin) -> None:
        import onnxruntime

        about: About = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self.dimension = about["dimension"]
        self._prompts = about["prompts"]
        self._tokenizer = _tokenizer(folder, about["limit"])
        self._rows = _rows(folder, origin) if about["rows"] else None
        options = onnxruntime.SessionOptions()
        # Short texts are no faster on two threads; several batches at once are.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # nor does it keep a plan of its buffers for each length
        options.enable_mem_pattern = False
        if _may_overflow():
            # the weights are read as numbers without a sign, which takes twice the time
            options.add_session_config_entry("session.x64quantprecision", "1")
        self._session = onnxruntime.InferenceSession(
            str(folder / "network.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def sizes(self, kind: str, texts: Sequence[str]) -> list[int]:
        prompt = self._prompts.get(kind, "")
        return [len(self._tokenizer.encode([prompt + text])[0][0]) for text in texts]

    def embed(self, kind: str, texts: list[str]) -> list[Embedding]:
        prompt = self._prompts.get(kind, "")
        cut = self._tokenizer.encode([prompt + text for text in texts])
        # each piece takes the same time, also one of padding
        longest = max(len(numbers) for numbers, _ in cut)
        numbers = np.zeros((len(cut), longest), np.int64)
        mask = np.zeros(numbers.shape, np.float32 if self._rows else np.int64)
        for row, (found, _) in enumerate(cut):
            numbers[row, : len(found)] = found
            mask[row, : len(found)] = 1
        feed: dict[str, Any] = (
            {"rows": self._rows(numbers), "mask": mask}
            if self._rows
            else {"input_ids": numbers, "attention_mask": mask}
        )
        pieces, vectors = self._session.run(["pieces", "vectors"], feed)
        return [
            _embedding(vectors[row], pieces[row], _moved(spans, len(prompt)))
            for row, (_, spans) in enumerate(cut)
        ]


class Torch:
    """A model that cannot be converted, on PyTorch."""

    def __init__(self, origin: Origin) -> None:
        import torch

        torch.set_num_threads(1)
        self._model = exported.load(origin.path)
        self.dimension = self._model.get_embedding_dimension() or 0
        self._shared = exported.shared(self._model)

    def sizes(self, kind: str, texts: Sequence[str]) -> list[int]:
        spans = self._spans(list(texts))
        return [
            len(pieces) or len(text) // _LETTERS + 1
            for text, pieces in zip(texts, spans, strict=True)
        ]

    def embed(self, kind: str, texts: list[str]) -> list[Embedding]:
        model = self._model
        encode = model.encode_document if kind == "document" else model.encode_query
        prompt = (model.prompts or {}).get(kind) or ""
        outputs: list[dict[str, Any]] = encode(
            texts, batch_size=len(texts), output_value=None, show_progress_bar=False
        )
        spans = self._spans([prompt + text for text in texts])
        found = []
        for output, places in zip(outputs, spans, strict=True):
            vector = np.asarray(output["sentence_embedding"].detach().numpy(), np.float32)
            # static models give no token vectors
            pieces = output.get("token_embeddings")
            vectors = (
                np.empty((0, len(vector)), np.float32)
                if pieces is None
                else unit(np.asarray(pieces.detach().numpy(), np.float32)) - self._shared
            )
            places = _moved(places if pieces is not None else [], len(prompt))
            found.append(_embedding(unit(vector[np.newaxis])[0], vectors, places))
        return found

    def _spans(self, texts: list[str]) -> list[list[Span]]:
        tokenizer = self._model.tokenizer
        if not getattr(tokenizer, "is_fast", False):
            return [[] for _ in texts]
        encoded = tokenizer(
            texts,
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
        )
        return [[Span(*pair) for pair in pieces] for pieces in encoded["offset_mapping"]]


def _may_overflow() -> bool:
    """Return True if sums of 8-bit products may overflow: on any x86 processor that has no
    instructions for them (VNNI).
    """
    try:
        return "vnni" not in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return True


def _tokenizer(folder: Path, limit: int) -> Tokenizer:
    pieces = folder / "pieces.model"
    if pieces.is_file():
        return SentencePieces(pieces, limit)
    return JsonTokenizer(folder / "tokenizer.json", limit)


def _rows(folder: Path, origin: Origin) -> Callable[[NDArray[np.int64]], NDArray[np.float32]]:
    """Return the rows of words by their numbers; they stay on disk until they are read."""
    if origin.path.is_file():
        return Weights(origin.path).rows
    rows: NDArray[np.float32] = np.load(folder / "rows.npy", mmap_mode="r", allow_pickle=False)
    return lambda numbers: rows[numbers]


def _moved(spans: Sequence[Span], offset: int) -> list[Span]:
    """Return the places in the text without its prompt; those of the prompt at (0, 0)."""
    return [Span(max(0, span.start - offset), max(0, span.end - offset)) for span in spans]


def _embedding(
    vector: NDArray[np.float32], pieces: NDArray[np.float32], spans: Sequence[Span]
) -> Embedding:
    """Return a text's vector with its pieces that have a place in the text, so without the model's
    own marks; without pieces if theirs are vectors of another length, as before a dense layer.
    """
    alike = pieces.shape[1] == len(vector)
    kept = [number for number, span in enumerate(spans) if alike and span.start < span.end]
    vectors = pieces[kept] if kept else np.empty((0, len(vector)), np.float32)
    return Embedding(vector, TokenVectors(vectors, tuple(spans[number] for number in kept)))
