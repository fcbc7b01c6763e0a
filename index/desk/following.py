"""How far the reading of one long file is, for the person who waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.desk.build import Progress

__all__ = ["Following", "file_of", "step_of"]

_READING = "Reading "
# Seconds; nothing is shown of what is read sooner.
_LONG = 2.0


def step_of(id: str) -> str:
    """Return the name of the step that reads one file."""
    return f"{_READING}{id}"


def file_of(step: str) -> str | None:
    """Return the file that a step reads; None if it is another step."""
    return step.removeprefix(_READING) if step.startswith(_READING) else None


class Following:
    """Passes on how far a file is read, if that takes long: its pages, or the files in it.

    `otherwise` is called if it does not take long.
    """

    def __init__(self, progress: Progress, otherwise: Callable[[], None] | None = None) -> None:
        self._progress = progress
        self._otherwise = otherwise
        self.begin("")

    def begin(self, id: str) -> None:
        """Follow another file of the folder."""
        self._id = self._inner = id
        self._began = self._since = time.monotonic()
        self._read = 0, 0

    def __call__(self, id: str, done: int, whole: int) -> None:
        """Say how much of the file, or of one in it, is read."""
        now = time.monotonic()
        if id != self._inner:
            self._inner, self._since = id, now
        if id == self._id:
            self._read = done, whole
        if whole > 1 and now - self._since > _LONG:
            self._progress(step_of(id), done, whole)
        elif self._read[1] > 1 and now - self._began > _LONG:
            self._progress(step_of(self._id), *self._read)
        elif self._otherwise:
            self._otherwise()
