"""The terminal of a command: its two streams and its user."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from contextlib import suppress

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from bot.messages.signs import visible
from bot.messages.texts import Texts
from index.types import Omitted

__all__ = ["console", "editor", "notices", "omitted"]


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


def omitted(left_out: Omitted, texts: Texts) -> str:
    """Return what was left out, in words; empty if nothing was."""
    counted = {
        "cli_scanned": left_out.scanned,
        "cli_damaged": left_out.damaged,
        "cli_dropped": left_out.dropped,
    }
    return ", ".join(texts(key, count=number) for key, number in counted.items() if number)
