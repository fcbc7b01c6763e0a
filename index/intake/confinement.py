"""A process gives up for good what reading a file does not need.

`enclose` is for the process that starts the readers: it has loaded everything it needs and never
parses a file. `confine` is for each process that reads one; that process cannot even start another.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

from index.intake.landlock import lock
from index.intake.limits import Limits
from index.intake.seccomp import filter_calls

__all__ = ["confine", "enclose", "hide", "standing"]

_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_LINUX = sys.platform == "linux"


def enclose(parent: int) -> None:
    """Give up network and files in this process, and end it with `parent`, its parent's id.

    Call it after all imports. Measures that the system lacks are skipped; `standing` reports which
    ones contain. macOS offers only the end of the pipe: `sandbox_init`, which could do the rest, is
    deprecated there.
    """
    if _LINUX:
        # if memory runs out, the kernel ends the reader, not the bot
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
        libc = ctypes.CDLL(None)
        # a separate network and shared memory, if unprivileged users may have them
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC)
        # after unshare, which resets it
        _end_with(parent)
        lock()


def confine(limits: Limits, parent: int) -> None:
    """Bound this process, and give up files, network, programs and processes.

    The bounds are the system's (macOS has none on memory). On Linux a filter refuses all but a few
    system calls, to C code too; elsewhere an audit hook, which cannot be removed, refuses sockets,
    programs and files to Python code only.
    """
    if _LINUX:
        _end_with(parent)
    _bound(limits)
    if _LINUX:
        filter_calls()
    sys.addaudithook(_refuse)


def hide() -> None:
    """Keep other processes of this user from reading this one's memory, on Linux."""
    if _LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def standing(limits: Limits) -> dict[str, bool]:
    """Return which of the walls around this process hold, tried through the C library."""
    libc = ctypes.CDLL(None)
    # the number of the parent is not a secret, but its memory is
    environment = f"/proc/{os.getppid()}/environ".encode()
    opened = [libc.open(path, os.O_RDONLY) for path in (b"/", b"/etc/passwd", environment)]
    forked = libc.fork()
    if forked == 0:
        os._exit(0)
    return {
        "files": max(opened) < 0,
        "network": libc.socket(2, 1, 0) < 0,
        "processes": forked < 0,
        "memory": _LINUX and _is_bounded(limits.memory),
    }


def _is_bounded(memory: int) -> bool:
    try:
        bytearray(memory)
    except MemoryError:
        return True
    return False


def _end_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # it may have ended already
    if os.getppid() != parent:
        os._exit(1)


def _bound(limits: Limits) -> None:
    seconds = math.ceil(limits.seconds)
    bounds = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 16,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for bound, most in bounds.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(bound, (most, most))


_REFUSED = (
    "os.",
    "resource.",
    "shutil.",
    "signal.",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "syslog.",
    "tempfile.",
)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" or event.startswith(_REFUSED):
        raise PermissionError(f"{event} is not for a reader")
