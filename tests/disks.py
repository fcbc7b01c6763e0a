"""What a disk may do to a process; each lasts until the process ends."""

from __future__ import annotations

import os
import resource
import signal
import tempfile
from pathlib import Path

__all__ = ["fill_the_disk", "lose_rights", "open_to_all"]


def fill_the_disk(limit: int) -> None:
    """No file can grow beyond `limit` bytes, as on a disk that is full at that point."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def lose_rights() -> None:
    """Become a user who owns nothing, unless we are not a superuser to begin with."""
    if os.getuid() == 0:
        os.setgid(65_534)
        os.setuid(65_534)


def open_to_all(folder: Path) -> None:
    """Let everyone look into a test's folder, through all that pytest keeps to its user."""
    shared = Path(tempfile.gettempdir())
    for path in [folder, *folder.parents]:
        if shared not in path.parents:
            break
        path.chmod(0o755)
