"""`citebot`, and `python -m bot`."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the program; while `citebot run` is still loading, a signal to end ends it with 0."""
    if sys.argv[1:2] == ["run"]:
        for number in (signal.SIGTERM, signal.SIGINT):
            # nothing has begun that could be finished
            signal.signal(number, lambda *_: os._exit(0))
    # loading takes most of a second
    from bot.terminal import cli

    cli.main()


if __name__ == "__main__":
    main()
