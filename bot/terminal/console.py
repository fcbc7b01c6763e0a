"""The terminal that a command runs at: its two streams, who sits there, and numbers in words."""

from __future__ import annotations

import getpass
from contextlib import suppress

from rich.console import Console

__all__ = ["console", "count", "editor", "notices"]


def console() -> Console:
    """Standard output."""
    return Console(highlight=False, emoji=False, markup=False)


def notices() -> Console:
    """Standard error."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False)


def editor() -> str:
    """Who acts at this terminal, for the audit."""
    # a container may know its user by number only
    with suppress(KeyError, OSError):
        return f"terminal: {getpass.getuser()}"
    return "terminal"


def count(number: int, noun: str) -> str:
    """A number of things, in words."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
