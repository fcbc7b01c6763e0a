"""Small files of a few words, each replaced whole or not at all: what serves, what is staged."""

from __future__ import annotations

import os
from pathlib import Path

from index.errors import StoreError

__all__ = ["Pointer", "sync"]


class Pointer:
    """One such file; without the file there are no words."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[str, ...]:
        """Return the words in the file; StoreError if it exists but cannot be read."""
        try:
            return tuple(self.path.read_text(encoding="utf-8", errors="replace").split())
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StoreError.refused(self.path, error) from None

    def write(self, *words: str) -> None:
        """Replace the words with these, one per line."""
        new = self.path.with_name(self.path.name + ".new")
        with new.open("w", encoding="utf-8") as stream:
            stream.writelines(f"{word}\n" for word in words)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(self.path)
        sync(self.path.parent)

    def clear(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)
        sync(self.path.parent)


def sync(folder: Path) -> None:
    """Sync a directory to disk, so that renames in it survive a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
