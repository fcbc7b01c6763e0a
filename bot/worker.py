"""The one thread that searches, so that the event loop never waits for a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

__all__ = ["DEADLINE", "Worker"]

DEADLINE = 15.0  # seconds from the question to the answer, waiting included

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Worker:
    """Does one thing after the other, in the order they came."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="citebot-search")

    async def run(
        self, work: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """What `work` returns. TimeoutError after the deadline; what had not begun is dropped."""
        future = self._thread.submit(work, *args, **kwargs)
        return await asyncio.wait_for(asyncio.wrap_future(future), DEADLINE)

    async def prepare(self, work: Callable[[], object]) -> None:
        """Do what has no deadline, before the questions that come after it."""
        await asyncio.wrap_future(self._thread.submit(work))

    def close(self) -> None:
        """Drop what has not begun; what has is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)
