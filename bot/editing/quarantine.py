"""Files from editors, read but not yet among the documents: stored by an id, for a day."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.desk.origins import Origin
from index.errors import StoreError

__all__ = ["Kept", "Quarantine"]

_DAY, _AGAIN, _LONG = 24 * 3600.0, 3600.0, 30 * 24 * 3600.0
_RECORD, _FILE, _OLD = "record.json", "content", "old"
# Hidden, so that it is not taken for complete.
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits: its id, its untrusted name, its bytes, and its origin if it is from the
    web. An album has the ids of its files instead.
    """

    id: str
    name: str
    data: bytes
    origin: Origin | None = None
    files: tuple[str, ...] = ()


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    by: int
    origin: Origin | None = None
    files: tuple[str, ...] = ()


class Quarantine:
    """A folder of files that wait for a decision, also after a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, data: bytes, by: int, origin: Origin | None = None) -> str:
        """Store an editor's file, whole or not at all; return its id. StoreError if the disk
        refuses.
        """
        return self._keep(_Record(name=name, by=by, origin=origin), data)

    def keep_together(self, files: Sequence[str], by: int) -> str:
        """Return one id for files that wait already, to decide on all of them."""
        return self._keep(_Record(name="", by=by, files=tuple(files)), b"")

    def _keep(self, record: _Record, data: bytes) -> str:
        id = secrets.token_hex(8)
        try:
            self.sweep()
            self._folder.mkdir(parents=True, exist_ok=True)
            new = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
            (new / _FILE).write_bytes(data)
            (new / _RECORD).write_text(record.model_dump_json(), encoding="utf-8")
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
            data = (self._folder / id / _FILE).read_bytes()
            return Kept(id, record.name, data, record.origin, record.files)
        return None

    def drop(self, id: str) -> None:
        """Delete the file, or the files of an album."""
        kept = self.get(id)
        for one in (id, *(kept.files if kept else ())):
            if re.fullmatch("[0-9a-f]{16}", one):
                shutil.rmtree(self._folder / one, ignore_errors=True)

    def waiting(self) -> list[tuple[str, int]]:
        """Return the name of each file that waits, and the editor it waits for."""
        self.sweep()
        found = []
        for folder in sorted(self._folder.glob("[!.]*")):
            with suppress(OSError, ValidationError):
                record = _Record.model_validate_json((folder / _RECORD).read_bytes())
                if not record.files:
                    found.append((record.name, record.by))
        return found

    def sweep(self) -> None:
        """Delete files that no one decided on for a day.

        A file must have been found old twice, some time apart: a clock that jumps ahead and back
        deletes nothing.
        """
        for folder in [*self._folder.glob("*")]:
            with suppress(OSError):
                # what is written into it later changes the time of the folder itself
                content = folder / _FILE
                since = (content if content.exists() else folder).stat().st_mtime
                if time.time() - since <= _DAY:
                    (folder / _OLD).unlink(missing_ok=True)
                elif self._was_old(folder / _OLD):
                    shutil.rmtree(folder, ignore_errors=True)

    def _was_old(self, mark: Path) -> bool:
        """Return True if this was found old some time ago; else note that it is old now."""
        now = time.time()
        with suppress(OSError):
            if _AGAIN <= now - mark.stat().st_mtime <= _LONG:
                return True
        if not mark.exists() or not 0 <= now - mark.stat().st_mtime <= _LONG:
            mark.touch()
            os.utime(mark, (now, now))
        return False
