"""Small files of an index in the data directory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from index.errors import StoreError
from index.stores.pointers import sync

__all__ = ["FolderNotes"]


class FolderNotes:
    """A file each; see Notes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def where(self, name: str) -> str:
        return str(self._folder / name)

    def alone(self) -> AbstractContextManager[None]:
        # the desk's own lock holds off all others that have the folder
        return nullcontext()

    def read(self, name: str) -> bytes | None:
        path = self._folder / name
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StoreError.refused(path, error) from None

    def write(self, notes: Mapping[str, bytes | None]) -> None:
        path = self._folder
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name, content in notes.items():
                path = self._folder / name
                if content is None:
                    path.unlink(missing_ok=True)
                    continue
                new = path.with_name(f"{name}.new")
                with new.open("wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                new.replace(path)
            sync(self._folder)
        except OSError as error:
            raise StoreError(
                f"{path}: {error.strerror}; check its rights and free space",
                "write_refused",
                path=path,
                reason=error.strerror,
            ) from None
