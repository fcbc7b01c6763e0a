"""The builds of the index while the bot runs: one at a time, in a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.library import Library, Report

__all__ = ["Indexing", "State", "StoppedError"]

# The index's names of its first step, and of the one that takes the time: what comes before that
# counts as nothing done.
_FIRST_STEP, _LONG_STEP = "Looking at the documents", "Embedding sentences"


class StoppedError(Exception):
    """The build was stopped because the bot is; what was published before stays."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a build is: the step by the index's name for it, and the share of the whole done."""

    step: str
    percent: int


class Indexing:
    """Builds of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="citebot-index")
        self._stopped = threading.Event()
        self._state: State | None = None
        self._running: Future[Report | None] | None = None

    @property
    def state(self) -> State | None:
        """Where the running build is, None while there is none."""
        return self._state

    def start(self, *, if_changed: bool = False) -> asyncio.Future[Report | None]:
        """Begin a build; its report comes later, None where nothing was to be done.

        With `if_changed` an index that holds the documents as they are is left alone. The future
        raises what Library.build raises, or StoppedError.
        """
        if self._state:
            raise RuntimeError("a build is running already")
        self._state = State(_FIRST_STEP, 0)
        self._running = self._thread.submit(self._work, if_changed)
        future = asyncio.wrap_future(self._running)
        future.add_done_callback(self._forget)
        return future

    def stop(self) -> None:
        """Have the running build end before its next batch, and let no other begin."""
        self._stopped.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def ended(self) -> None:
        """Wait until the running build has ended, however it does."""
        if self._running:
            await asyncio.gather(asyncio.wrap_future(self._running), return_exceptions=True)

    def _work(self, if_changed: bool) -> Report | None:
        if if_changed and self._library.is_current() and self._library.generation():
            return None
        return self._library.build(self._progress)

    def _progress(self, step: str, done: int, whole: int) -> None:
        if self._stopped.is_set():
            raise StoppedError
        self._state = State(step, 100 * done // max(whole, 1) if step == _LONG_STEP else 0)

    def _forget(self, _: object) -> None:
        self._state = None
