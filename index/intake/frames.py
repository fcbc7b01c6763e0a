"""Messages over a pipe: a length, then that many bytes."""

from __future__ import annotations

import os
import select
import struct
from collections.abc import Callable

__all__ = ["LENGTH", "Deadline", "read_exactly", "write_all"]

LENGTH = struct.Struct("<Q")
_CHUNK = 1024 * 1024
# Seconds between two checks whether the work is still wanted.
_LOOK = 0.2

Deadline = Callable[[], None]
"""Called several times a second while waiting for a pipe; it raises to stop waiting."""


def write_all(pipe: int, data: bytes, wait: Deadline | None = None) -> None:
    """Write everything; with `wait` the pipe must be non-blocking."""
    view = memoryview(data)
    while view:
        if wait:
            wait()
            if not _ready(pipe, select.POLLOUT):
                continue
        view = view[os.write(pipe, view[:_CHUNK] if wait is None else view[:65_536]) :]


def read_exactly(pipe: int, size: int, wait: Deadline | None = None) -> bytes:
    """Read this many bytes; EOFError if the pipe ends before."""
    data = bytearray()
    while len(data) < size:
        if wait:
            wait()
            if not _ready(pipe, select.POLLIN):
                continue
        part = os.read(pipe, min(size - len(data), _CHUNK))
        if not part:
            raise EOFError("the pipe ended")
        data += part
    return bytes(data)


def _ready(pipe: int, event: int) -> bool:
    poll = select.poll()
    poll.register(pipe, event)
    return bool(poll.poll(_LOOK * 1000))
