"""Files from editors, read but not yet among the documents: stored by an id, for a day."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import StoreError

__all__ = ["Kept", "Quarantine"]

_DAY = 24 * 3600.0
_RECORD, _FILE = "record.json", "content"
# Hidden, so that it is not taken for complete.
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits: its id, its untrusted name, and its bytes."""

    id: str
    name: str
    data: bytes


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    by: int


class Quarantine:
    """A folder of files that wait for a decision, also after a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, data: bytes, by: int) -> str:
        """Store an editor's file, whole or not at all; return its id. StoreError if the disk
        refuses.
        """
        id = secrets.token_hex(8)
        try:
            self.sweep()
            self._folder.mkdir(parents=True, exist_ok=True)
            new = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
            (new / _FILE).write_bytes(data)
            (new / _RECORD).write_text(
                _Record(name=name, by=by).model_dump_json(), encoding="utf-8"
            )
            new.rename(self._folder / id)
        except OSError as error:
            raise StoreError(
                f"{self._folder}: {error.strerror}; check its rights and space",
                "rights_space",
                path=self._folder,
                reason=error.strerror,
            ) from None
        return id

    def get(self, id: str) -> Kept | None:
        """Return the file of an id; None if it no longer waits."""
        if not re.fullmatch("[0-9a-f]{16}", id):
            return None
        with suppress(OSError, ValidationError):
            record = _Record.model_validate_json((self._folder / id / _RECORD).read_bytes())
            return Kept(id, record.name, (self._folder / id / _FILE).read_bytes())
        return None

    def drop(self, id: str) -> None:
        """Delete the file."""
        if re.fullmatch("[0-9a-f]{16}", id):
            shutil.rmtree(self._folder / id, ignore_errors=True)

    def waiting(self) -> list[tuple[str, int]]:
        """Return the name of each file that waits, and the editor it waits for."""
        self.sweep()
        found = []
        for folder in sorted(self._folder.glob("[!.]*")):
            with suppress(OSError, ValidationError):
                record = _Record.model_validate_json((folder / _RECORD).read_bytes())
                found.append((record.name, record.by))
        return found

    def sweep(self) -> None:
        """Delete files that no one decided on for a day."""
        for folder in [*self._folder.glob("*")]:
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime > _DAY:
                    shutil.rmtree(folder, ignore_errors=True)
