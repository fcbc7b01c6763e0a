"""How much each person may ask, so that no one holds others up. Clocks are injected."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Generic, Protocol, TypeVar

__all__ = ["Admission", "Counted", "Kind", "Limits"]

_MINUTE = 60.0
_DAY = 86_400.0
_EDITORS = 4  # times as many cheap requests as questions
_SOON = 5  # seconds in which a question in progress is usually done


Who = TypeVar("Who", bound=Hashable)


class Kind(Enum):
    """The way someone asks: by a message, a button, or typing the bot's name."""

    SAID = auto()
    PRESSED = auto()
    TYPED = auto()


@dataclass(frozen=True, slots=True)
class Admission:
    """The decision about a question.

    A refusal says whether to tell the person, or else be silent, and how: `words` is the key of the
    text that names the limit, `most`, and when to try again, in `count` seconds or hours. `waits`
    if the question can be asked later automatically.
    """

    allowed: bool
    tell: bool = False
    words: str = "busy"
    count: int = 0
    most: int = 0
    waits: bool = False


class Counted(Protocol):
    """The events of the last minute that all bots at one address count together."""

    def wait(self, counter: str, who: int, most: int) -> float:
        """Return the seconds until one more may be counted of `most` in a minute, 0 if it may
        now.
        """

    def count(self, counter: str, who: int) -> None:
        """Count one event."""


class Limits:
    """Counts what people ask and request. Nothing is kept longer than the minute it counts for."""

    def __init__(
        self,
        *,
        per_minute: int = 6,
        per_day: int = 60,
        waiting: int = 3,
        group_per_minute: int = 20,
        queue: int = 200,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`waiting` is how many more questions than one a person may have in progress, `queue`
        the limit for all people together. `clock` never goes back; `now` counts from midnight
        UTC.
        """
        # cheap requests: many times as many as questions
        said, pressed = max(30, 5 * per_minute), max(60, 10 * per_minute)
        self._lightly = {
            (kind, editor): _Minute[int](most * _EDITORS if editor else most, kind.name.lower())
            for kind, most in ((Kind.SAID, said), (Kind.PRESSED, pressed), (Kind.TYPED, pressed))
            for editor in (False, True)
        }
        self._per_day = per_day
        self._at_once = 1 + waiting
        self._queue = queue
        self._clock = clock
        self._now = now
        self._people = _Minute[int](per_minute, "asked")
        self._groups = _Minute[int](group_per_minute, "group")
        self._told = _Minute[tuple[int, int]](1)
        self._working: dict[int, int] = {}

    def share(self, counted: Counted) -> None:
        """Count together with other bots from now on."""
        for minute in (*self._lightly.values(), self._people, self._groups):
            minute.shared = counted

    def take(self, person: int, chat: int, kind: Kind, *, editor: bool) -> Admission:
        """Decide about any request, a question or not, and count it."""
        minute, now = self._lightly[kind, editor], self._clock()
        if wait := minute.wait(person, now):
            return self._refusal(person, chat, now, "busy_messages", wait, minute.most)
        minute.count(person, now)
        return Admission(allowed=True)

    @contextmanager
    def admit(
        self,
        person: int,
        chat: int,
        *,
        group: bool,
        unlimited: bool,
        today: Callable[[], int],
    ) -> Iterator[Admission]:
        """Decide about a question, and count it as in progress until the block ends.

        `today` returns how many the person was answered today; `unlimited` lifts that limit only. A
        refusal is reported once a minute for each person and chat, and does not count.
        """
        admission = self._decide(person, chat, group=group, unlimited=unlimited, today=today)
        if not admission.allowed:
            yield admission
            return
        self._working[person] = self._working.get(person, 0) + 1
        try:
            yield admission
        finally:
            self._working[person] -= 1
            if not self._working[person]:
                del self._working[person]

    def _decide(
        self, person: int, chat: int, *, group: bool, unlimited: bool, today: Callable[[], int]
    ) -> Admission:
        now, working = self._clock(), self._working.get(person, 0)
        if working >= self._at_once or sum(self._working.values()) >= self._queue:
            return self._refusal(person, chat, now, "busy", _SOON)
        if not unlimited and today() + working >= self._per_day:
            hours = (_DAY - self._now() % _DAY) / 3600
            return self._refusal(person, chat, now, "busy_today", hours, self._per_day)
        if group and (wait := self._groups.wait(chat, now)):
            return self._refusal(person, chat, now, "busy_group", wait, self._groups.most)
        if wait := self._people.wait(person, now):
            refusal = self._refusal(person, chat, now, "busy_minute", wait, self._people.most)
            return replace(refusal, waits=True)
        self._people.count(person, now)
        if group:
            self._groups.count(chat, now)
        return Admission(allowed=True)

    def wait(self, person: int) -> float:
        """Return the seconds until a person may ask again, 0 if now."""
        return self._people.wait(person, self._clock())

    def _refusal(
        self, person: int, chat: int, now: float, words: str, wait: float, most: int = 0
    ) -> Admission:
        tell = not self._told.wait((person, chat), now)
        if tell:
            self._told.count((person, chat), now)
        return Admission(allowed=False, tell=tell, words=words, count=math.ceil(wait), most=most)


class _Minute(Generic[Who]):
    """Counts events by key, at most so many in any minute; with other bots by its name."""

    def __init__(self, most: int, name: str = "") -> None:
        self.most = most
        self.shared: Counted | None = None
        self._name = name
        # in the order of their latest event, so that the idle ones are at the front
        self._events: dict[Who, deque[float]] = {}

    def wait(self, key: Who, now: float) -> float:
        """Return the seconds until one more may be counted, 0 if it may now."""
        events = self._events.get(key)
        if events is not None and len(events) == self.most and events[0] + _MINUTE > now:
            return events[0] + _MINUTE - now
        if self.shared and isinstance(key, int):
            return self.shared.wait(self._name, key, self.most)
        return 0.0

    def count(self, key: Who, now: float) -> None:
        """Count one event; drop those older than a minute, of any key."""
        if self.shared and isinstance(key, int):
            self.shared.count(self._name, key)
        events = self._events.pop(key, None) or deque(maxlen=self.most)
        events.append(now)
        self._events[key] = events
        while (first := next(iter(self._events))) != key:
            if self._events[first][-1] + _MINUTE > now:
                break
            del self._events[first]
