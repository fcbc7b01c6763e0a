"""Remember reserved documents by their bytes: a missing rule must not open them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import SettingsError
from index.stores import Notes
from index.types import folded

__all__ = ["Remembered", "Remembrance"]

_NAME = "reserved.json"


class Remembrance(BaseModel):
    """The documents of one reserved folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    digests: frozenset[str] = frozenset()
    # copies that were open before the folder had the same: the digest by id
    beside: dict[str, str] = {}


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    folders: dict[str, Remembrance] = {}


class Remembered:
    """The note `reserved.json`: each reserved folder with the SHA-256 of everything that was in it.
    All bots of a database share it.

    Folders have their folded names, see `index.types.folded`. Only `forget` removes entries. Raises
    SettingsError if the note is there and cannot be read.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._folders = self.stored()
        self._forgotten: set[str] = set()

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
        # what a rule opened can be reserved again
        self._forgotten.discard(key)
        known = self._folders.get(key)
        before = known or Remembrance(name=folder)
        new = set(inside.values()) - before.digests
        if known and not new:
            return False
        copies = {id: digest for id, digest in outside.items() if digest in new}
        self._folders[key] = Remembrance(
            name=before.name, digests=before.digests | new, beside=before.beside | copies
        )
        return True

    def forget(self, folders: Iterable[str]) -> bool:
        """Forget these folders; return True if one of them was remembered."""
        names = {folded(folder) for folder in folders}
        self._forgotten |= names
        gone = [self._folders.pop(name, None) for name in names]
        return any(gone)

    def stored(self) -> dict[str, Remembrance]:
        """Return what is noted now, by whichever bot; StoreError."""
        content = self._notes.read(_NAME)
        try:
            return dict(_File.model_validate_json(content).folders) if content is not None else {}
        except ValidationError:
            where = self._notes.where(_NAME)
            raise SettingsError(
                f"{where} cannot be read; it remembers which documents are reserved. Take it from "
                "a backup; or check access.toml, then delete it",
                "access_memory",
                path=where,
            ) from None

    def learn(self, stored: Mapping[str, Remembrance]) -> None:
        """Remember this too, except for what was forgotten here."""
        for key in stored.keys() - self._forgotten:
            self._folders[key] = _both(self._folders.get(key), stored[key])

    def write(self) -> None:
        """Note all of it, with what others noted meanwhile, whole or not at all; StoreError."""
        with self._notes.alone():
            self.learn(self.stored())
            text = _File(folders=self._folders).model_dump_json(indent=1)
            self._notes.write({_NAME: f"{text}\n".encode()})


def _both(one: Remembrance | None, other: Remembrance) -> Remembrance:
    if one is None:
        return other
    return Remembrance(
        name=one.name, digests=one.digests | other.digests, beside=other.beside | one.beside
    )
