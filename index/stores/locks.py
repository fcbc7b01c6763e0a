"""The lock of builds, and the system's errors turned into ones that name a remedy."""

from __future__ import annotations

import datetime
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import BuildLockedError, StoreError

__all__ = ["build_lock", "explained"]


@contextmanager
def build_lock(data: Path) -> Iterator[None]:
    """Hold the lock of builds in a data directory; the system releases it when the process ends.

    Raises BuildLockedError, with the name of the process that has it.
    """
    holder = data / "build.holder"
    lock = FileLock(data / "build.lock", timeout=0)
    try:
        with explained(data, "take the build lock"):
            lock.acquire()
    except Timeout:
        with suppress(OSError):
            by = holder.read_text("utf-8").strip()
            raise BuildLockedError(
                f"{data}: an index is being built by {by}; wait for it",
                "building",
                by=by,
                path=data,
            ) from None
        raise BuildLockedError(
            f"{data}: another process is building; wait for it", "building_elsewhere", path=data
        ) from None
    try:
        with explained(data, "take the build lock"):
            now = datetime.datetime.now(datetime.UTC).strftime("%H:%M:%S UTC")
            words = f"process {os.getpid()} on {socket.gethostname()} since {now}\n"
            holder.write_text(words, encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


@contextmanager
def explained(data: Path, what: str) -> Iterator[None]:
    """Turn the system's errors into a StoreError that names the remedy."""
    try:
        yield
    except (StoreError, Timeout):
        raise
    # FAISS and SQLite report a full disk in their own ways
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error).strip().splitlines()[-1]
        raise StoreError(
            f"{data}: cannot {what}: {reason}; check its rights and free space. "
            "The index from before still answers",
            "store_write",
            what=what,
            reason=reason,
            path=data,
        ) from error
