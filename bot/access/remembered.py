"""Remember reserved documents by their bytes: a missing rule must not open them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import SettingsError
from index.types import folded

__all__ = ["Remembered"]


class _Folder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    digests: frozenset[str] = frozenset()
    # copies that were open before the folder had the same: the digest by id
    beside: dict[str, str] = {}


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    folders: dict[str, _Folder] = {}


class Remembered:
    """The file `reserved.json`: each reserved folder with the SHA-256 of everything that was in it.

    Folders have their folded names, see `index.types.folded`. Only `forget` removes entries. Raises
    SettingsError if the file exists and cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folders: dict[str, _Folder] = {}
        try:
            self._folders = dict(_File.model_validate_json(path.read_bytes()).folders)
        except FileNotFoundError:
            pass
        except (OSError, ValidationError):
            raise SettingsError(
                f"{path} cannot be read; it remembers which documents are reserved. Take it from a "
                "backup; or check access.toml, then delete it",
                "access_memory",
                path=path,
            ) from None

    def names(self) -> dict[str, str]:
        """Return the remembered folders: the folded name and the name as it was written."""
        return {key: folder.name for key, folder in self._folders.items()}

    def moved(self, folder: str, digests: Mapping[str, str]) -> set[str]:
        """The documents outside a folder that were in it; `digests` has all documents' by id."""
        known = self._folders.get(folded(folder))
        if known is None:
            return set()
        return {
            id
            for id, digest in digests.items()
            if digest in known.digests and known.beside.get(id) != digest
        }

    def add(self, folder: str, inside: Mapping[str, str], outside: Mapping[str, str]) -> bool:
        """Remember the documents of a folder, digests by id; return True if any of that is new.

        A copy that is outside when a document is first seen was never reserved.
        """
        key = folded(folder)
        known = self._folders.get(key)
        before = known or _Folder(name=folder)
        new = set(inside.values()) - before.digests
        if known and not new:
            return False
        copies = {id: digest for id, digest in outside.items() if digest in new}
        self._folders[key] = _Folder(
            name=before.name, digests=before.digests | new, beside=before.beside | copies
        )
        return True

    def forget(self, folders: Iterable[str]) -> bool:
        """Forget these folders; return True if one of them was remembered."""
        gone = [self._folders.pop(folded(folder), None) for folder in folders]
        return any(gone)

    def write(self) -> None:
        """Write the file, whole or not at all; OSError."""
        new = self._path.with_name(self._path.name + ".new")
        text = _File(folders=self._folders).model_dump_json(indent=1)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("w", encoding="utf-8") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(self._path)
