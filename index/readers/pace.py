"""How far the reading of a file is, for the person who waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Report", "at", "follow"]

Report = Callable[[int, int], None]
"""Called with how many pages or other parts of the file are read, and how many it has."""

_EVERY = 0.2  # seconds between two reports

_report: Report | None = None
_last = 0.0


def follow(report: Report | None) -> None:
    """Have the reading in this process reported from now on, a few times a second at most."""
    global _report  # noqa: PLW0603 - the process reads one file
    _report = report


def at(done: int, whole: int) -> None:
    """Say that so many parts of the file are read."""
    global _last  # noqa: PLW0603 - as above
    now = time.monotonic()
    if _report and now - _last >= _EVERY:
        _last = now
        _report(done, whole)
