"""The modules that a reading process loads before the walls go up: those it may need, no others."""

from __future__ import annotations

from enum import Flag, auto

__all__ = ["Kit"]


class Kit(Flag):
    """Parts of what files may need; a process with one kit serves those that need a part of it."""

    FEW = auto()
    """The readers of most folders, see index.readers.formats."""
    OTHERS = auto()
    """All other readers."""
    PAGES = auto()
    """The kit that draws pages."""
    SCANS = auto()
    """The kit that reads pictures."""
    ALL = FEW | OTHERS
