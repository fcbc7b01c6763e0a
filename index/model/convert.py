"""Convert a model to what ONNX Runtime reads, once, and keep it below the data directory."""

from __future__ import annotations

import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from index.errors import ModelError
from index.model import bert, exported, network
from index.model.origin import LARGE, Origin
from index.model.samples import SAMPLES
from index.model.tokenizer import JsonTokenizer, SentencePieces, Tokenizer, write_pieces
from index.model.weights import Weights

__all__ = ["CARRIED", "About", "converted"]

CARRIED = Path(sys.prefix, "share", "citebot", "models")
"""The converted models that an installation carries, as the container does."""

# Raised whenever the same model would be converted differently.
_VERSION = 4
_ABOUT = "model.json"
_UNFINISHED = ".unfinished-"
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}

_log = logging.getLogger(__name__)


class About(TypedDict):
    """The content of `model.json`: the prompts by kind, the most pieces of a text, whether the
    network takes `rows` of words or numbers of pieces, and the length of a vector.
    """

    prompts: dict[str, str]
    limit: int
    rows: bool
    dimension: int


def converted(origin: Origin, folder: Path) -> Path:
    """Return the folder of the converted model: the one that the installation carries, or else the
    one below `folder`; convert it if it is not there.

    If another process is converting it, wait for that one; remove what a killed one left behind.
    Raises ModelError if the model cannot be converted, OSError if the folder cannot be written.
    """
    carried, ready = (place / f"{origin.fingerprint}-{_VERSION}" for place in (CARRIED, folder))
    for place in (carried, ready):
        if (place / _ABOUT).is_file():
            return place
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "convert.lock"):
        if (ready / _ABOUT).is_file():
            return ready
        for left in folder.glob(_UNFINISHED + "*"):
            shutil.rmtree(left, ignore_errors=True)
        _log.warning("Preparing the model %s for this machine, once …", origin.name)
        with _unfinished(folder) as made:
            about = _make(origin, made)
            (made / _ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
            made.rename(ready)
        # those of earlier versions are of no more use; a process that has one open keeps its file
        for old in folder.glob(f"{origin.fingerprint}-*"):
            if old != ready:
                shutil.rmtree(old, ignore_errors=True)
        _log.warning("The model is ready.")
    return ready


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
    try:
        # mkdtemp gives rights to its owner alone; others may read a model
        made.chmod(0o755)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _make(origin: Origin, made: Path) -> About:
    if origin.path.is_file():
        return _make_e5(origin.path, made)
    plain = bert.read(origin.path)
    if plain is None:
        return _make_any(origin, made)
    np.save(made / "rows.npy", plain.rows, allow_pickle=False)
    shutil.copyfile(origin.path / "tokenizer.json", made / "tokenizer.json")
    tokenizer = JsonTokenizer(made / "tokenizer.json", plain.limit)
    samples = _samples(tokenizer, lambda numbers: plain.rows[numbers])
    network.save(plain.shape, plain, made / "network.onnx", samples)
    prompts = _E5_PROMPTS if origin.name == LARGE else plain.prompts
    return About(prompts=prompts, limit=plain.limit, rows=True, dimension=plain.shape.hidden)


def _make_e5(file: Path, made: Path) -> About:
    weights = Weights(file)
    shape = network.Shape(weights.hidden, weights.layers, weights.heads, weights.epsilon)
    write_pieces(weights.vocabulary(), made / "pieces.model")
    tokenizer = SentencePieces(made / "pieces.model", weights.positions)
    samples = _samples(tokenizer, weights.rows)
    network.save(shape, weights, made / "network.onnx", samples)
    return About(prompts=_E5_PROMPTS, limit=weights.positions, rows=True, dimension=weights.hidden)


def _samples(
    tokenizer: Tokenizer, rows: Callable[[NDArray[np.int64]], NDArray[np.float32]]
) -> Iterator[NDArray[np.float32]]:
    """Yield the rows of words of each sample, shape (1, pieces, hidden)."""
    for numbers, _ in tokenizer.encode(SAMPLES):
        yield rows(np.asarray([numbers], np.int64))


def _make_any(origin: Origin, made: Path) -> About:
    try:
        prompts, limit, dimension = exported.save(origin.path, made)
    except Exception as error:  # the libraries raise whatever their parts raise
        reason = str(error).partition("\n")[0]
        raise ModelError(
            f"the model {origin.name} cannot be converted: {reason}",
            "model_convert",
            name=origin.name,
            reason=reason,
        ) from error
    return About(prompts=prompts, limit=limit, rows=False, dimension=dimension)
