"""One editor at a time, and a record of who changed what and when.

The record is append-only, with one JSON object per line.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel

from index.errors import BuildLockedError, StoreError

__all__ = ["Audit"]

# Seconds to wait for another editor's action to end; actions take milliseconds.
_PATIENCE = 30


class _Entry(BaseModel):
    """One action: when (UTC), by whom (as the face names them), on what, and the state before
    and after.
    """

    when: datetime.datetime
    by: str
    action: str
    what: str
    before: str | None = None
    after: str | None = None


class Audit:
    """The file `audit.jsonl` in a data directory, and the lock for writing to it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.path = data / "audit.jsonl"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other editors from acting meanwhile; BuildLockedError if one takes too long."""
        lock = FileLock(self._data / "desk.lock", timeout=_PATIENCE)
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise BuildLockedError(
                f"{self._data}: another editor is at work; try again", "editing", path=self._data
            ) from None
        except OSError as error:
            raise StoreError.refused(self._data, error) from None
        try:
            yield
        finally:
            lock.release()

    def write(
        self, by: str, action: str, what: str, before: str | None = None, after: str | None = None
    ) -> None:
        """Record an action; it is on disk when this returns."""
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        entry = _Entry(when=now, by=by, action=action, what=what, before=before, after=after)
        line = entry.model_dump_json() + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as stream:
                if stream.tell():
                    stream.seek(-1, os.SEEK_END)
                    # the rest of a line that a killed process began
                    line = line if stream.read(1) == b"\n" else "\n" + line
                stream.write(line.encode(errors="replace"))
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise StoreError.refused(self.path, error) from None
