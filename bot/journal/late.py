"""Writes that the database refused, done in order once it takes them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Event, Lock, Thread

from index.errors import StoreError

__all__ = ["Late"]

_MOST = 1_000  # writes
_WAIT = 1.0  # seconds from one attempt to the next
_LONGEST = 600.0  # seconds after which a write is dropped: it may be refused for good


class Late:
    """The writes that wait, in memory: what ends with the process is lost."""

    def __init__(self, do: Callable[[Callable[[], object]], object]) -> None:
        """`do` does a write; StoreError if it is refused."""
        self._do = do
        self._waiting: deque[tuple[float, Callable[[], object]]] = deque()
        self._doing = Lock()
        self._over = Event()
        self._thread: Thread | None = None

    def put(self, write: Callable[[], object]) -> None:
        """Do this when the database answers again; beyond what there is room for, drop it."""
        if len(self._waiting) < _MOST:
            self._waiting.append((time.monotonic(), write))
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._retry, name="citebot-late", daemon=True)
            self._thread.start()

    def catch_up(self) -> None:
        """Do all that waits; StoreError if the database still refuses."""
        with self._doing:
            while self._waiting:
                since, write = self._waiting[0]
                if time.monotonic() - since < _LONGEST:
                    self._do(write)
                self._waiting.popleft()

    def close(self) -> None:
        """Drop what waits."""
        self._over.set()

    def _retry(self) -> None:
        while self._waiting and not self._over.wait(_WAIT):
            try:
                self.catch_up()
            except StoreError:
                continue
