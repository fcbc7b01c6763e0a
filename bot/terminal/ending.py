"""The last step of a command: flush the output, and end the process with its exit code.

Python's own end stops each running thread, and a thread inside a native library then aborts the
whole process: a model that is being loaded turns any exit code into -6.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from bot.terminal.starting import say, terminal_texts

__all__ = ["IN_VAIN", "end", "end_soon", "exit_code", "wait_for_signal"]

IN_VAIN = (2, 3)
"""The exit codes after which a restart would end in the same way."""

_FAILED = 1
# Seconds for unfinished work when the bot has to end; Docker kills after ten.
_PATIENCE = 9.0


def exit_code(work: Callable[[], object]) -> int:
    """Run a command; return its exit code."""
    try:
        work()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        sys.stderr.write(f"{ended.code}\n")
        return _FAILED
    # any error ends the process
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return _FAILED
    return 0


def end(code: int) -> NoReturn:
    """End this process now, whatever its threads are doing; 1 if its output cannot be written."""
    # the reader of standard output may be gone
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        code = code or _FAILED
    with suppress(OSError, ValueError):
        logging.shutdown()
        sys.stderr.flush()
    os._exit(code)


def end_soon(code: int) -> None:
    """End this process before a supervisor kills it, whatever a thread is doing."""
    timer = threading.Timer(_PATIENCE, os._exit, (code,))
    timer.daemon = True
    timer.start()


def wait_for_signal() -> None:
    """Wait for SIGTERM or SIGINT."""
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    say(terminal_texts()("cli_waiting"))
    signal.sigwait(signals)
