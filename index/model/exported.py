"""From any sentence-transformers model to a network for ONNX Runtime, through PyTorch."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.model.samples import SAMPLES
from index.model.tokens import centre

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["load", "no_pytorch", "save", "shared"]

_TRIAL = ["one", "two words and a few more of them", "три"]
# How close the vectors of both must be for the converted model to replace the original.
_NEAR = 0.999


def no_pytorch(what: str) -> ModelError:
    """Return the error for an installation without PyTorch, such as the container."""
    return ModelError(
        f"{what} needs PyTorch, which is not installed here: run pip install sentence-transformers "
        "torch, or build the container with --build-arg PYTORCH=1",
        "no_pytorch",
        what=what,
    )


def load(folder: Path) -> SentenceTransformer:
    """Load the model in `folder` on PyTorch."""
    # The files are here, so the library need not ask the model hub for them.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    with _without_collector():
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    return SentenceTransformer(str(folder), device="cpu")


def shared(model: SentenceTransformer) -> NDArray[np.float32]:
    """Return what the directions of all pieces of a model share, see index.model.tokens.centre;
    zeros for a model without vectors of pieces.
    """
    found = []
    for text in SAMPLES:
        [output] = model.encode_document([text], output_value=None, show_progress_bar=False)
        if (pieces := output.get("token_embeddings")) is not None:
            found.append(np.asarray(pieces.detach().numpy(), np.float32))
    return centre(found) if found else np.zeros(model.get_embedding_dimension() or 0, np.float32)


def save(folder: Path, made: Path) -> tuple[dict[str, str], int, int]:
    """Write `network.onnx` and `tokenizer.json` of the model in `folder` into `made`; return its
    prompts, the most pieces it reads, and the length of its vectors.
    """
    import onnxruntime
    import torch

    model = load(folder)
    if not getattr(model.tokenizer, "is_fast", False):
        raise ModelError("its tokenizer has no fast form", "model_tokenizer")
    model.tokenizer.backend_tokenizer.save(str(made / "tokenizer.json"))

    class Whole(torch.nn.Module):  # type: ignore[misc]  # torch carries no types here
        def __init__(self) -> None:
            super().__init__()
            self.inner = model
            self.register_buffer("centre", torch.from_numpy(shared(model)))

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            out = self.inner({"input_ids": input_ids, "attention_mask": attention_mask})
            vectors = torch.nn.functional.normalize(out["sentence_embedding"], dim=-1)
            pieces = torch.nn.functional.normalize(out["token_embeddings"], dim=-1)
            return pieces - self.centre, vectors

    trial = model.tokenizer(_TRIAL, padding=True, return_tensors="pt")
    inputs = (trial["input_ids"], trial["attention_mask"])
    whole = Whole().eval()
    axes = {0: "texts", 1: "pieces"}
    names = ["input_ids", "attention_mask"]
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            whole,
            inputs,
            str(made / "network.onnx"),
            input_names=names,
            output_names=["pieces", "vectors"],
            dynamic_axes={**dict.fromkeys([*names, "pieces"], axes), "vectors": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
        _, expected = whole(*inputs)
    session = onnxruntime.InferenceSession(str(made / "network.onnx"))
    feed = dict(zip(names, (each.numpy() for each in inputs), strict=True))
    [vectors] = session.run(["vectors"], feed)
    if float(np.min(np.sum(vectors * expected.numpy(), axis=1))) < _NEAR:
        raise ModelError("its vectors come out differently", "model_differs")
    prompts = {kind: text or "" for kind, text in (model.prompts or {}).items()}
    return prompts, model.max_seq_length or 512, vectors.shape[1]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Switch garbage collection off: it takes an eighth of the time of these imports."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
