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

__all__ = ["Indexing", "State", "StoppedError"]

# The index's names of its first step, and of the one that takes the time: what comes before that
# counts as nothing done.
_FIRST_STEP, _LONG_STEP = "Looking at the documents", "Embedding sentences"

# Seconds that a build waits for questions before each of its steps, and between two looks: if they
# come without end it goes on all the same.
_GIVE_WAY, _MOMENT = 0.1, 0.005
# Seconds after which a thread of Python hands on to another. A question does so some hundred times,
# at each step of the model: with the usual 5 ms it would wait that much longer for a build's.
_SWITCH = 0.0005
_NICE = 10

Found = TypeVar("Found")


class StoppedError(Exception):
    """The build was stopped because the bot is; what was published before stays."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a build is: the step by the index's name for it, and the share of the whole done."""

    step: str
    percent: int


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
        """True if the bot ends, and no build begins any more."""
        return self._stopped.is_set()

    @property
    def state(self) -> State | None:
        """Where the running build is, None while there is none."""
        return self._state

    def start(self, work: Callable[[Progress], Found]) -> asyncio.Future[Found]:
        """Begin a build; what `work` returns comes later.

        The future raises what `work` does, or StoppedError.
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
        """Have the running build end before its next batch, and let no other begin."""
        self._stopped.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def ended(self) -> None:
        """Wait until the running build has ended, however it does."""
        if self._running:
            await asyncio.gather(asyncio.wrap_future(self._running), return_exceptions=True)

    def _work(self, work: Callable[[Progress], Found]) -> Found:
        before = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        ended = "failed"
        try:
            found = work(self._progress)
            ended = "done"
        except StoppedError:
            ended = "stopped"
            raise
        finally:
            self.builds[ended] += 1
            sys.setswitchinterval(before)
        return found

    def _progress(self, step: str, done: int, whole: int) -> None:
        if self._stopped.is_set():
            raise StoppedError
        self._state = State(step, 100 * done // max(whole, 1) if step == _LONG_STEP else 0)
        deadline = time.monotonic() + _GIVE_WAY
        while self._asked() and time.monotonic() < deadline:
            time.sleep(_MOMENT)

    def _forget(self, _: object) -> None:
        self._state = None


def _be_nice() -> None:
    """Let questions go first if both want a core; threads that this one starts do so as well."""
    # elsewhere that would be the whole process
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
