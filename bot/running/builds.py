"""The builds of the index while the bot runs: one at a time, in a thread of their own."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from index.desk.build import Progress
from index.desk.following import file_of
from index.errors import CitebotError

__all__ = ["Indexing", "State", "StoppedError"]

# The index's name of its first step, and of the one that takes the time; steps before that count as
# nothing done.
_FIRST_STEP, _LONG_STEP = "Looking at the documents", "Embedding sentences"

# Seconds that a build waits for questions before each of its steps, and between two checks; if
# questions keep coming, it continues all the same.
_GIVE_WAY, _MOMENT = 0.1, 0.005
_NICE = 10

Found = TypeVar("Found")


class StoppedError(CitebotError):
    """The build was stopped because the bot is stopping; what was published before stays."""


@dataclass(frozen=True, slots=True)
class State:
    """The state of a build: the step by the index's name for it, the share of the whole done, and
    how many sentences are new, as far as known.
    """

    step: str
    percent: int
    sentences: int = 0


class Indexing:
    """Builds of one library, which give way to questions."""

    def __init__(self, asked: Callable[[], bool] = lambda: False) -> None:
        """`asked` says whether someone waits for an answer now."""
        self._asked = asked
        self._thread = ThreadPoolExecutor(
            1, thread_name_prefix="citebot-index", initializer=_be_nice
        )
        self._stopped = threading.Event()
        self._state: State | None = None
        self._running: Future[Any] | None = None
        self.builds: Counter[str] = Counter()
        """How many builds were `done`, `failed` or were `stopped`."""

    @property
    def stopped(self) -> bool:
        """True if the bot is ending, and no build starts any more."""
        return self._stopped.is_set()

    @property
    def state(self) -> State | None:
        """The state of the running build, None while there is none."""
        return self._state

    def start(self, work: Callable[[Progress], Found]) -> asyncio.Future[Found]:
        """Start a build; the result of `work` comes later.

        The future raises what `work` raises, or StoppedError.
        """
        if self._state:
            raise RuntimeError("a build is running already")
        self._state = State(_FIRST_STEP, 0)
        submitted: Future[Found] = self._thread.submit(self._work, work)
        future = asyncio.wrap_future(submitted)
        future.add_done_callback(self._forget)
        self._running = submitted
        return future

    def stop(self) -> None:
        """Stop the running build before its next batch, and start no other."""
        self._stopped.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def ended(self) -> None:
        """Wait until the running build has ended, however it ends."""
        if self._running:
            await asyncio.gather(asyncio.wrap_future(self._running), return_exceptions=True)

    def _work(self, work: Callable[[Progress], Found]) -> Found:
        ended = "failed"
        try:
            found = work(self._progress)
            ended = "done"
        except StoppedError:
            ended = "stopped"
            raise
        finally:
            self.builds[ended] += 1
        return found

    def _progress(self, step: str, done: int, whole: int) -> None:
        if self._stopped.is_set():
            raise StoppedError
        if step == _LONG_STEP:
            self._state = State(step, 100 * done // max(whole, 1), whole)
        else:
            # of the other steps only the reading of a file may be long
            self._state = State(step, 100 * done // max(whole, 1) if file_of(step) else 0)
        deadline = time.monotonic() + _GIVE_WAY
        while self._asked() and time.monotonic() < deadline:
            time.sleep(_MOMENT)

    def _forget(self, _: object) -> None:
        self._state = None


def _be_nice() -> None:
    """Give questions priority on a core; also for threads that this one starts."""
    # on other systems that would affect the whole process
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
