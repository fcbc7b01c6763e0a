"""Who changed what and when: one JSON object a line, only ever appended."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import StoreError

__all__ = ["Audit", "Entry"]


class Entry(BaseModel):
    """One action: when (UTC), by whom (as the face names them), on what, and both states."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    when: datetime.datetime
    by: str
    action: str
    what: str
    before: str | None = None
    after: str | None = None


class Audit:
    """The file; without it nothing has been done yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(
        self, by: str, action: str, what: str, before: str | None = None, after: str | None = None
    ) -> None:
        """Record an action, on the disk when this returns."""
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        entry = Entry(when=now, by=by, action=action, what=what, before=before, after=after)
        line = entry.model_dump_json() + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab+") as stream:
                if stream.tell():
                    stream.seek(-1, os.SEEK_END)
                    # the end of a line that a killed process began
                    line = line if stream.read(1) == b"\n" else "\n" + line
                stream.write(line.encode(errors="replace"))
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror}; check its rights") from None

    def last(self, limit: int) -> list[Entry]:
        """The newest entries, newest first; a line that is torn is left out."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror}; check its rights") from None
        found: list[Entry] = []
        for line in reversed(lines):
            if len(found) == limit:
                break
            try:
                found.append(Entry.model_validate_json(line))
            except ValidationError:
                continue
        return found
