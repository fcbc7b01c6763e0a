"""A process gives up what reading a file does not need, for good."""

from __future__ import annotations

import ctypes
import math
import os
import sys
from contextlib import suppress

from index.intake.messages import Limits

__all__ = ["confine"]

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
# The most bytes of an answer for a character: its own, and those of the spans.
_PER_CHARACTER = 16
_SPARE = 1024 * 1024


def confine(limits: Limits) -> None:
    """Bound this process, and take network, programs and writing from it.

    The bounds are the system's, where it has them (macOS has none on memory). The network goes
    with a namespace of its own on a Linux that allows it unprivileged; an audit hook, which cannot
    be removed, refuses sockets, programs and changes on disk to Python code everywhere.
    """
    if sys.platform == "linux":
        # a failure leaves the hook
        ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    _bound(limits)
    sys.addaudithook(_refuse)


def _bound(limits: Limits) -> None:
    import resource

    seconds = math.ceil(limits.seconds)
    bounds = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: limits.characters * _PER_CHARACTER + _SPARE,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for bound, most in bounds.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(bound, (most, most))


_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.kill",
    "os.link",
    "os.mkdir",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.spawn",
    "os.symlink",
    "os.system",
    "os.truncate",
    "shutil.",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(f"{event} is not for a reader")
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & _WRITING:
            raise PermissionError(f"writing {arguments[0]!r} is not for a reader")
