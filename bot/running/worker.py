"""The threads that search, so that the event loop never waits for a model: one a core answers
questions, another does slower work.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, Generic, ParamSpec, TypeVar

from index.errors import CitebotError

__all__ = ["DEADLINE", "BusyError", "Later", "Worker"]

# Seconds from the question to the answer, waiting included. The time to load a model comes on top,
# so that the first person is not asked to try again.
DEADLINE = 15.0

# Seconds after which a Python thread yields to another. The event loop needs that several times for
# an answer, and a question some hundred times while an index is built: with the usual 5 ms each
# would wait that much longer for a thread that computes.
_SWITCH = 0.0005
_MOST = 200  # waiting: more could not be answered within the deadline on two cores
_MOST_ASIDE = 8  # waiting for work that may take two seconds each

Given = ParamSpec("Given")
Found = TypeVar("Found")
Query = TypeVar("Query")
Answer = TypeVar("Answer")

Later = Callable[[Coroutine[Any, Any, object]], object]
"""Schedules a coroutine to run to completion in the background."""


class BusyError(CitebotError):
    """So much waits already that this could not be done within the deadline."""


class Worker(Generic[Query, Answer]):
    """Does things in the order in which they come, as many at once as it has threads.

    `answer` answers a question. A caller that waits past the deadline gets TimeoutError; its work
    is dropped if it has not started. If too many wait, BusyError is raised at once.
    """

    def __init__(self, answer: Callable[[Query], Answer], threads: int) -> None:
        # it applies to the whole process
        sys.setswitchinterval(_SWITCH)
        self._answer = answer
        self._searching, self._aside = _Lane("citebot-search", threads), _Lane("citebot-aside", 1)
        self._waiting_aside = 0
        self._closed = Event()
        self._waiting = 0
        self._prepared = asyncio.Event()
        self._prepared.set()

    @property
    def waiting(self) -> int:
        """How much waits: the work in progress, and the queue."""
        return self._waiting

    async def ask(self, query: Query) -> Answer:
        """Return the answer to a question."""
        return await self.run(self._answer, query)

    async def run(
        self, work: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """Return the result of `work`."""
        if self._waiting >= _MOST:
            raise BusyError(
                f"{self._waiting} questions are already waiting", "busy", waiting=self._waiting
            )
        return await self._done(lambda: self._searching.submit(work, *args, **kwargs))

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
            return await self._done(
                lambda: self._aside.submit(
                    work, lambda: not (gone.is_set() or self._closed.is_set())
                )
            )
        finally:
            gone.set()
            self._waiting_aside -= 1

    async def prepare(self, work: Callable[[], object]) -> None:
        """Do work without a deadline, before the questions that come after it."""
        self._prepared.clear()
        try:
            await asyncio.wrap_future(self._searching.submit(work))
        finally:
            self._prepared.set()

    def close(self) -> None:
        """Drop work that has not started; running work is not awaited."""
        self._closed.set()
        self._searching.close()
        self._aside.close()

    async def _done(self, submit: Callable[[], Future[Found]]) -> Found:
        """Return the result of what is submitted once there is nothing left to prepare."""
        self._waiting += 1
        try:
            await self._prepared.wait()
            future = submit()
            try:
                async with asyncio.timeout(DEADLINE):
                    return await asyncio.wrap_future(future)
            finally:
                # a caller that gives up cancels the future, which the thread then skips
                future.cancel()
        finally:
            self._waiting -= 1


class _Lane:
    """Threads that each do the next thing that waits. They do not keep the process alive."""

    def __init__(self, name: str, threads: int) -> None:
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._closed = False
        self._threads = threads
        for _ in range(threads):
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
        for _ in range(self._threads):
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
