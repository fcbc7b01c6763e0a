"""Questions that have to wait and are answered as soon as possible."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

__all__ = ["Postponed"]

Question = TypeVar("Question")

# Waiting questions of one person, and of all people.
_MOST, _MOST_IN_ALL = 4, 500
_LOOK = 0.3  # seconds between two looks at whether the wait is over


class Postponed(Generic[Question]):
    """Holds a few questions of each person, in memory, and passes them on in order."""

    def __init__(
        self,
        answer: Callable[[Question], Awaitable[None]],
        later: Callable[[Coroutine[Any, Any, None]], object],
        stopped: Callable[[], bool],
    ) -> None:
        """`answer` takes a question whose wait is over; `stopped` says that the bot is ending,
        and waiting questions are dropped.
        """
        self._answer = answer
        self._later = later
        self._stopped = stopped
        self._rows: dict[int, deque[tuple[Question, Callable[[], float]]]] = {}
        self._refused: set[int] = set()

    def add(self, person: int, question: Question, wait: Callable[[], float]) -> bool:
        """Hold a question until `wait` returns 0 seconds; return False if too many wait already."""
        row = self._rows.get(person)
        if len(row or ()) >= _MOST or sum(map(len, self._rows.values())) >= _MOST_IN_ALL:
            return False
        if row is not None:
            row.append((question, wait))
            return True
        self._rows[person] = deque([(question, wait)])
        self._later(self._work(person))
        return True

    def refuses(self, person: int) -> bool:
        """Return True the first time that a person has too many waiting."""
        first = person not in self._refused
        self._refused.add(person)
        return first

    def forget(self, person: int) -> None:
        """Drop a person's questions."""
        if row := self._rows.get(person):
            row.clear()

    async def _work(self, person: int) -> None:
        row = self._rows[person]
        try:
            while row:
                wait = row[0][1]
                # no event says when a wait is over
                while (seconds := wait()) > 0 and row and not self._stopped():  # noqa: ASYNC110
                    await asyncio.sleep(min(seconds, _LOOK))
                if self._stopped() or not row:
                    return
                question, _ = row.popleft()
                await self._answer(question)
        finally:
            del self._rows[person]
            self._refused.discard(person)
