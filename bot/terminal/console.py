"""The terminal of a command: its two streams, its user, and numbers in words."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from contextlib import suppress

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from bot.messages.signs import visible
from index.types import Omitted

__all__ = ["console", "count", "editor", "notices", "omitted"]


class _Console(Console):
    """Prints what documents say without letting it control the terminal."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            # the codes with which rich itself controls the terminal
            if segment.control:
                yield segment
            else:
                yield Segment(visible(segment.text), segment.style)


def console() -> Console:
    """Standard output."""
    return _wrapped(_Console(highlight=False, emoji=False, markup=False))


def notices() -> Console:
    """Standard error."""
    return _wrapped(_Console(stderr=True, highlight=False, emoji=False, markup=False))


def _wrapped(console: Console) -> Console:
    """Break lines at spaces for a person; leave them whole for a program that reads them."""
    console.soft_wrap = not console.is_terminal
    return console


def editor() -> str:
    """Return who acts at this terminal, for the audit."""
    # a container may know its user by number only
    with suppress(KeyError, OSError):
        return f"terminal: {getpass.getuser()}"
    return "terminal"


def omitted(left_out: Omitted) -> str:
    """Return what was left out, in words; empty if nothing was."""
    said = [
        count(left_out.scanned, "scanned page") + " not read" if left_out.scanned else "",
        count(left_out.damaged, "damaged line") if left_out.damaged else "",
        count(left_out.dropped, "part") + " left out" if left_out.dropped else "",
    ]
    return ", ".join(filter(None, said))


def count(number: int, noun: str) -> str:
    """Return a number of things, in words."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
