"""A folder of sentence-transformers with a plain BERT: its size, weights and prompts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.model.network import Shape

__all__ = ["PARTS", "TENSORS", "Bert", "read"]

# The modules that a sentence-transformers model may have here, in order; the last is optional.
_MODULES = ("Transformer", "Pooling", "Normalize")
TENSORS = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The names of tensors in the product's network, and in a BERT of the library transformers; those
of a layer come without its number.
"""
PARTS = {"w": "weight", "b": "bias"}
"""The endings of the names of a matrix and of its bias."""


@dataclass(frozen=True, slots=True)
class Bert:
    """A plain BERT; `tensors` have the names in its file, `limit` is the most pieces it reads."""

    shape: Shape
    tensors: dict[str, NDArray[np.float32]]
    prompts: dict[str, str]
    limit: int

    @property
    def rows(self) -> NDArray[np.float32]:
        """The matrix of word vectors."""
        return self.tensors["embeddings.word_embeddings.weight"]

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return the numbers of a tensor, see index.model.network.Source."""
        if name in TENSORS:
            return self.tensors[TENSORS[name]].ravel()
        whole, _, part = name.rpartition(".")
        layer, _, inner = whole.partition(".")
        known = TENSORS.get(whole) or f"encoder.layer.{layer[1:]}.{TENSORS[inner]}"
        return self.tensors[f"{known}.{PARTS[part]}"].ravel()


def read(folder: Path) -> Bert | None:
    """Read the model in `folder`; None if it is anything but a plain BERT with one file of
    weights.
    """
    try:
        modules = [entry["type"].rpartition(".")[2] for entry in _json(folder, "modules.json")]
        config = _json(folder, "config.json")
        pooling = _json(folder, "1_Pooling/config.json")
        limit = _limit(folder, config["max_position_embeddings"])
        about = _json(folder, "config_sentence_transformers.json")
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if tuple(modules) not in (_MODULES, _MODULES[:2]) or not _plain(config):
        return None
    modes = {key for key, value in pooling.items() if key.startswith("pooling_mode") and value}
    mode = pooling.get("pooling_mode") or "".join(modes).removeprefix("pooling_mode_")
    weights = folder / "model.safetensors"
    if mode not in ("mean_tokens", "mean", "cls_token", "cls") or not weights.is_file():
        return None
    if not (folder / "tokenizer.json").is_file():
        return None
    shape = Shape(
        config["hidden_size"],
        config["num_hidden_layers"],
        config["num_attention_heads"],
        config["layer_norm_eps"],
        first=mode.startswith("cls"),
    )
    prompts = {kind: text or "" for kind, text in (about.get("prompts") or {}).items()}
    return Bert(shape, _tensors(weights), prompts, limit)


def _limit(folder: Path, most: int) -> int:
    """Return the most pieces the model reads; versions of sentence-transformers store it in two
    places.
    """
    told = _json(folder, "sentence_bert_config.json").get("max_seq_length")
    told = told or _json(folder, "tokenizer_config.json").get("model_max_length")
    return min(int(told or most), most)


def _plain(config: dict[str, Any]) -> bool:
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
    )


def _tensors(file: Path) -> dict[str, NDArray[np.float32]]:
    from safetensors.numpy import load_file

    return {
        name.removeprefix("bert."): np.asarray(tensor, np.float32)
        for name, tensor in load_file(file).items()
    }


def _json(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))
