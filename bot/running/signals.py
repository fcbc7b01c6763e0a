"""SIGTERM and SIGINT, also while the event loop is stuck."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

__all__ = ["told_to_end"]

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_STOP = b"\0"


@contextmanager
def told_to_end(heard: Callable[[], object]) -> Iterator[asyncio.Event]:
    """Return an event that SIGTERM and SIGINT set, if this is the process's first thread.

    `heard` is called in another thread as soon as a signal comes, whatever the loop does.
    """
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    except ValueError:
        # other threads get no signals
        os.close(reading)
        os.close(writing)
        yield told
        return

    def listen() -> None:
        # a handler in Python would wait for the loop; this byte comes from the interpreter itself
        while os.read(reading, 1) != _STOP:
            heard()
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(told.set)

    handlers = {number: signal.signal(number, _nothing) for number in _SIGNALS}
    listener = Thread(target=listen, name="citebot-signals", daemon=True)
    listener.start()
    try:
        yield told
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        os.write(writing, _STOP)
        listener.join()
        os.close(reading)
        os.close(writing)


def _nothing(*_: object) -> None:
    """Be there, so that the signal does not end the process."""
