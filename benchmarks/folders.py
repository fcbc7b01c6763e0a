"""A public set as a folder of documents, and the product's index of it."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from benchmarks.sets import PublicSet
from benchmarks.systems import CACHE, ROOT
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
    _forget(root / "data")
    (root / "files").mkdir(parents=True, exist_ok=True)
    for file, text in public.files.items():
        (root / "files" / file).write_bytes(text.encode())
    library = Library(knowledge=root / "files", data=root / "data", model=encoder)
    print(f"{name}: {len(public.files)} documents …", file=sys.stderr, flush=True)
    library.desk.index.build()
    return library


def _forget(data: Path) -> None:
    """Remove an index that other code made of the same files; the embeddings stay."""
    digest, stamp = hashlib.sha256(), data / "code"
    for folder in ("readers", "text"):
        for path in sorted((ROOT / "index" / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        shutil.rmtree(data / "generations", ignore_errors=True)
        data.mkdir(parents=True, exist_ok=True)
        stamp.write_text(digest.hexdigest())
