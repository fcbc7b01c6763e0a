"""How the program ends: with its exit code, in time, and not in the middle of a native library."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot.terminal.starting import say

__all__ = ["IN_VAIN", "end_soon", "exit_code", "leave", "told", "wait_for_signal"]

IN_VAIN = (2, 3)
"""The exit codes after which a restart would end in the same way."""

# Seconds for all that was begun when the bot is told to end; Docker kills after ten.
_PATIENCE = 9.0


def end_soon(code: int) -> None:
    """End this process before a supervisor kills it, whatever a thread still does."""
    end = threading.Timer(_PATIENCE, os._exit, (code,))
    end.daemon = True
    end.start()


@contextmanager
def told() -> Iterator[None]:
    """Show our own errors as one line and end with the exit code that belongs to them."""
    try:
        yield
    except Exception as error:
        code = exit_code(error)
        if not code:
            raise
        say(str(error))
        sys.exit(code)


def exit_code(error: Exception) -> int:
    """The exit code of an error of ours; 0 if it is none."""
    from index.errors import CitebotError, NewerError, QuestionError, SettingsError

    if not isinstance(error, CitebotError):
        return 0
    return 2 if isinstance(error, SettingsError | QuestionError | NewerError) else 1


def leave(code: int) -> None:
    """End this process with an exit code, once what was written has gone out."""
    if not any(thread.daemon for thread in threading.enumerate()):
        sys.exit(code)
    # A daemon thread that loads a model or asks it is in C++ then. Where the interpreter ends under
    # it, Python before 3.14 unwinds its stack, and C++ aborts the process:
    # https://github.com/python/cpython/issues/87135
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        # its reader may be gone
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def wait_for_signal() -> None:
    """Wait for SIGTERM or SIGINT."""
    say("a restart would not change this; waiting to be stopped")
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    signal.sigwait(signals)
