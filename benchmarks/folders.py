"""A public set as a folder of documents, and the product's index of it."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.sets import PublicSet
from index.library import Library
from index.model.encoder import Encoder

__all__ = ["indexed"]


def indexed(name: str, public: PublicSet, root: Path, encoder: Encoder) -> Library:
    """The library of the set's files below `root`, its index up to date. The caller closes it."""
    (root / "files").mkdir(parents=True, exist_ok=True)
    for file, text in public.files.items():
        (root / "files" / file).write_bytes(text.encode())
    library = Library(knowledge=root / "files", data=root / "data", model=encoder)
    print(f"{name}: {len(public.files)} documents …", file=sys.stderr, flush=True)
    library.desk.index.build()
    return library
