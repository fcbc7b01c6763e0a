"""A public set as a folder of documents, and the product's index of it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.sets import PublicSet
from benchmarks.systems import CACHE
from index.library import Library
from index.model.encoder import Encoder
from index.model.origin import default_model

__all__ = ["home", "indexed"]

_EMBEDDINGS = "embeddings.sqlite"


def home(encoder: Encoder) -> Path:
    """Return the folder below which the indexes made with a model are."""
    name = Path(encoder.name).name
    return CACHE / ("floors" if encoder.name == default_model() else f"floors-{name}")


def indexed(
    name: str, public: PublicSet, root: Path, encoder: Encoder, like: Path | None = None
) -> Library:
    """The library of the set's files below `root`, its index up to date. The caller closes it.

    `like` is the folder of another index of the same sentences, whose embeddings a new one takes.
    """
    own = root / "data" / _EMBEDDINGS
    if like and not own.exists() and (like / "data" / _EMBEDDINGS).exists():
        own.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(like / "data" / _EMBEDDINGS, own)
    (root / "files").mkdir(parents=True, exist_ok=True)
    for file, text in public.files.items():
        (root / "files" / file).write_bytes(text.encode())
    library = Library(knowledge=root / "files", data=root / "data", model=encoder)
    print(f"{name}: {len(public.files)} documents …", file=sys.stderr, flush=True)
    library.desk.index.build()
    return library
