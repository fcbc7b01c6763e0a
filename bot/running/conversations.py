"""The previous question, kept for a few minutes, and deleted by /forget."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

__all__ = ["Conversations", "Turns"]


@dataclass(frozen=True, slots=True)
class _Turn:
    question: str
    person: int
    answer: int | None
    asked: float


class Turns(Protocol):
    """The questions that others may depend on."""

    def before(self, chat: int, person: int, replied: int | None = None) -> str | None:
        """Return the question that a new one may depend on, or None."""

    def remember(self, chat: int, person: int, question: str, answer: int | None) -> None:
        """Store a question, and the id of the message that answered it."""

    def forget(self, person: int) -> None:
        """Delete all questions of a person."""

    def clear(self) -> None:
        """Delete the questions that are too old to be followed."""


class Conversations:
    """The last question of each person in each chat, and of each recent answer; in memory. Any
    thread may use it.
    """

    def __init__(
        self,
        seconds: float = 600,
        most: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """A question is kept for this many seconds, and of at most so many people and answers."""
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._of_person: OrderedDict[tuple[int, int], _Turn] = OrderedDict()
        self._of_answer: OrderedDict[tuple[int, int], _Turn] = OrderedDict()

    def before(self, chat: int, person: int, replied: int | None = None) -> str | None:
        """Return the question that a new one may depend on, or None.

        That is the question of the answer that the new one replies to, even another person's; else
        the person's own last one in this chat.
        """
        turn = self._of_answer.get((chat, replied)) if replied is not None else None
        turn = turn or self._of_person.get((chat, person))
        if turn is None or self._clock() - turn.asked > self._seconds:
            return None
        return turn.question

    def remember(self, chat: int, person: int, question: str, answer: int | None) -> None:
        """Store a question, and the id of the message that answered it."""
        turn = _Turn(question, person, answer, self._clock())
        with self._lock:
            for kept, key in ((self._of_person, person), (self._of_answer, answer)):
                if key is not None:
                    kept.pop((chat, key), None)
                    kept[chat, key] = turn
        self.clear()

    def forget(self, person: int) -> None:
        """Delete all questions of a person."""
        with self._lock:
            for kept in (self._of_person, self._of_answer):
                for key in [key for key, turn in kept.items() if turn.person == person]:
                    del kept[key]

    def clear(self) -> None:
        """Delete the questions that are too old to be followed."""
        oldest = self._clock() - self._seconds
        with self._lock:
            for kept in (self._of_person, self._of_answer):
                while kept and (len(kept) > self._most or next(iter(kept.values())).asked < oldest):
                    kept.popitem(last=False)
