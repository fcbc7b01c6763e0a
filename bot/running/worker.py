"""The threads that search, so that the event loop never waits for a model: one answers
questions, another does slower work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, Generic, ParamSpec, TypeVar

from index.errors import CitebotError

__all__ = ["DEADLINE", "BusyError", "Later", "Worker"]

# Seconds from the question to the answer, waiting included. The time to load a model comes on top,
# so that the first person is not asked to try again.
DEADLINE = 15.0

# Questions that wait together are embedded together: this many, waiting at most this many seconds
# for the first one, as the questions of one batch of updates reach the worker within milliseconds.
_TOGETHER, _GATHERING = 16, 0.005
_MOST = 200  # waiting: more could not be answered within the deadline on two cores
_MOST_ASIDE = 8  # waiting for work that may take two seconds each

Given = ParamSpec("Given")
Found = TypeVar("Found")
Query = TypeVar("Query")
Answer = TypeVar("Answer")

_Batch = list[tuple[Query, "Future[Answer]"]]


Later = Callable[[Coroutine[Any, Any, object]], object]
"""Schedules a coroutine to run to completion in the background."""


class BusyError(CitebotError):
    """So much waits already that this could not be done within the deadline."""


class Worker(Generic[Query, Answer]):
    """Does one thing after the other, in order, and questions that wait together in one batch.

    `together` answers several questions; an exception in its list is raised to that question's
    caller. A caller that waits past the deadline gets TimeoutError; its work is dropped if it has
    not started. If too many wait, BusyError is raised at once.
    """

    def __init__(self, together: Callable[[Sequence[Query]], Sequence[Answer | Exception]]) -> None:
        self._together = together
        self._thread, self._aside = _Lane("citebot-search"), _Lane("citebot-aside")
        self._waiting_aside = 0
        self._closed = Event()
        self._gathering: _Batch[Query, Answer] | None = None
        self._lock = Lock()
        self._waiting = 0
        self._prepared = asyncio.Event()
        self._prepared.set()

    @property
    def waiting(self) -> int:
        """How much waits: the work in progress, and the queue."""
        return self._waiting

    async def ask(self, query: Query) -> Answer:
        """Return the answer to a question, found together with other waiting questions."""
        self._refuse_more()
        future: Future[Answer] = Future()
        with self._lock:
            batch = self._gathering
            if batch is not None and len(batch) < _TOGETHER:
                batch.append((query, future))
            else:
                batch = self._gathering = [(query, future)]
                self._thread.submit(self._answer, batch).add_done_callback(_dropping(batch))
        return await self._wait(future)

    async def run(
        self, work: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """Return the result of `work`."""
        self._refuse_more()
        return await self._wait(self._submit(work, *args, **kwargs))

    async def aside(self, work: Callable[[Callable[[], bool]], Found]) -> Found:
        """Return the result of `work`, which no question waits for.

        `work` is given a function that says whether anyone still waits for it, and should end when
        no one does.
        """
        if self._waiting_aside >= _MOST_ASIDE:
            raise BusyError(
                f"{self._waiting_aside} slow tasks are already waiting",
                "busy_long",
                waiting=self._waiting_aside,
            )
        self._waiting_aside += 1
        gone = Event()
        try:
            return await self._wait(
                self._aside.submit(work, lambda: not (gone.is_set() or self._closed.is_set()))
            )
        finally:
            gone.set()
            self._waiting_aside -= 1

    async def prepare(self, work: Callable[[], object]) -> None:
        """Do work without a deadline, before the questions that come after it."""
        self._prepared.clear()
        try:
            await asyncio.wrap_future(self._submit(work))
        finally:
            self._prepared.set()

    def close(self) -> None:
        """Drop work that has not started; running work is not awaited."""
        with self._lock:
            self._gathering = None
        self._closed.set()
        self._thread.close()
        self._aside.close()

    def _submit(
        self, work: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Found]:
        with self._lock:
            # later questions come after it
            self._gathering = None
            return self._thread.submit(work, *args, **kwargs)

    def _refuse_more(self) -> None:
        if self._waiting >= _MOST:
            raise BusyError(
                f"{self._waiting} questions are already waiting", "busy", waiting=self._waiting
            )

    async def _wait(self, future: Future[Found]) -> Found:
        self._waiting += 1
        try:
            await self._prepared.wait()
            async with asyncio.timeout(DEADLINE):
                return await asyncio.wrap_future(future)
        finally:
            # a caller that gives up cancels the future, which the thread then skips
            future.cancel()
            self._waiting -= 1

    def _answer(self, batch: _Batch[Query, Answer]) -> None:
        """In the thread: answer all questions of a batch that are still wanted."""
        if len(batch) < _TOGETHER and self._gathering is batch:
            time.sleep(_GATHERING)
        with self._lock:
            if self._gathering is batch:
                self._gathering = None
        wanted = [asked for asked in batch if asked[1].set_running_or_notify_cancel()]
        try:
            self._settle(wanted)
        except Exception:
            # a question that breaks something costs the others nothing
            for asked in wanted:
                try:
                    self._settle([asked])
                except Exception as error:
                    asked[1].set_exception(error)

    def _settle(self, batch: _Batch[Query, Answer]) -> None:
        answers = self._together([query for query, _ in batch]) if batch else ()
        for (_, future), answer in [*zip(batch, answers, strict=True)]:
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)


class _Lane:
    """A thread that does one thing after the other. It does not keep the process alive."""

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._closed = False
        Thread(target=self._run, name=name, daemon=True).start()

    def submit(
        self, work: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Found]:
        """Schedule work; it is skipped if it is cancelled before it starts."""
        future: Future[Found] = Future()
        if self._closed:
            future.cancel()
        self._work.put((future, partial(work, *args, **kwargs)))
        return future

    def close(self) -> None:
        """Drop work that has not started, and all later work."""
        self._closed = True
        with suppress(Empty):
            while given := self._work.get_nowait():
                given[0].cancel()
        self._work.put(None)

    def _run(self) -> None:
        while given := self._work.get():
            future, work = given
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except BaseException as error:
                    future.set_exception(error)
            # hold nothing of one person's until the next one asks
            del given, future, work


def _dropping(batch: _Batch[Query, Answer]) -> Callable[[Future[None]], None]:
    """Raise to the callers of a batch that it was dropped."""

    def drop(submitted: Future[None]) -> None:
        if submitted.cancelled():
            for _, future in batch:
                future.cancel()

    return drop
