"""The order of updates: one after the other for each person, in parallel for different people."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.logs import pseudonym

__all__ = ["InOrder"]

_log = logging.getLogger(__name__)

# The library counts an update that waits for its turn as in progress: with few places one busy
# person would hold up all others.
_PLACES = 100_000

# Seconds after which no one looks at results for a text they typed.
_TYPED = 10.0

# Updates that may wait, of one person in one chat and of all; and this many more of editors.
_MOST_IN_A_ROW, _MOST, _RESERVED = 50, 5_000, 500


class InOrder(BaseUpdateProcessor):
    """Handles what one person sends in one chat in order, without making others wait.

    Pressed buttons have a queue of their own: they need an answer at once, whatever is being
    searched. Inline queries and guest messages also have queues of their own, for all chats
    together. Of inline queries only the latest is handled, and soon or not at all. If too much
    waits, the last update of the person with the most makes room for the next.
    """

    def __init__(
        self,
        editors: Collection[int] = (),
        done: Callable[[Update], None] = lambda _: None,
    ) -> None:
        """`done` is called with each update once it is handled or dropped."""
        super().__init__(_PLACES)
        self._editors = editors
        self._done = done
        # a row is gone as soon as no one is in it
        self._rows: WeakValueDictionary[tuple[object, object, int | None], _Row] = (
            WeakValueDictionary()
        )
        self._people = Counter[int | None]()
        self._waiting = 0

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update):
            await coroutine
            return
        try:
            await self._in_turn(update, coroutine)
        except asyncio.CancelledError:
            # not done: another bot may do it
            raise
        except BaseException:
            self._done(update)
            raise
        self._done(update)

    async def _in_turn(self, update: Update, coroutine: Awaitable[Any]) -> None:
        name = _name(update)
        row = self._rows.get(name)
        if row is None:
            row = self._rows[name] = _Row(name[-1])
        if row.waiting >= _MOST_IN_A_ROW or not self._has_room(row.who):
            _forget(coroutine)
            row.dropped(update)
            return
        row.waiting += 1
        self._waiting += 1
        self._people[row.who] += 1
        row.latest, came = update, time.monotonic()
        try:
            has_turn = await row.turn()
        except asyncio.CancelledError:
            _forget(coroutine)
            self._leave(row)
            raise
        if not has_turn:
            # the update that took its place has counted it out
            _forget(coroutine)
            row.dropped(update)
            return
        try:
            late = row.latest is not update or time.monotonic() - came > _TYPED
            if update.inline_query and late:
                _forget(coroutine)
            else:
                await coroutine
        finally:
            row.next()
            self._leave(row)

    def _has_room(self, who: int | None) -> bool:
        """Return True if one more of this person may wait, if necessary in the place of
        another's.
        """
        if self._waiting < _MOST:
            return True
        for other, count in self._people.most_common(5):
            if count <= self._people[who] + 1:
                break
            rows = [row for row in self._rows.values() if row.who == other]
            longest = max(rows, key=lambda row: row.waiting)
            if longest.drop_last():
                self._leave(longest)
                return True
        return who in self._editors and self._waiting < _MOST + _RESERVED

    def _leave(self, row: _Row) -> None:
        row.waiting -= 1
        self._waiting -= 1
        self._people[row.who] -= 1
        if not self._people[row.who]:
            del self._people[row.who]

    async def initialize(self) -> None:
        """Need nothing."""

    async def shutdown(self) -> None:
        """Leave nothing."""


class _Row:
    """The updates of one person that are handled one after the other."""

    def __init__(self, who: int | None) -> None:
        self.who = who
        self.waiting = 0
        self.latest: Update | None = None
        self._busy = False
        self._queue: deque[asyncio.Future[bool]] = deque()
        self._told = False

    async def turn(self) -> bool:
        """Wait for the turn, which `next` ends; return False if there will be none."""
        if not self._busy:
            self._busy = True
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.done() or turn.cancelled():
                raise
            if turn.result():
                self.next()
                raise
            return False

    def next(self) -> None:
        """Pass the turn to the next one."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(True)
                return
        self._busy = False

    def drop_last(self) -> bool:
        """Take the turn from the last one; return whether any was waiting."""
        while self._queue:
            turn = self._queue.pop()
            if not turn.done():
                turn.set_result(False)
                return True
        return False

    def dropped(self, update: Update) -> None:
        """Log that an update is dropped, once for this row."""
        if not self._told:
            user = update.effective_user
            who = pseudonym(user.id if user else None)
            _log.warning("Person %s: too much waits, updates are dropped", who)
        self._told = True


def _forget(coroutine: Awaitable[Any]) -> None:
    if isinstance(coroutine, Coroutine):
        coroutine.close()


def _name(update: Update) -> tuple[object, object, int | None]:
    """Return the row of an update: its kind, its chat, its person."""
    user = update.effective_user
    who = user.id if user else None
    if update.inline_query or update.chosen_inline_result:
        return "inline", None, who
    if update.guest_message:
        # a guest message's chat is what its sender says it is
        return "guest", None, who
    chat = update.effective_chat
    return "button" if update.callback_query else "chat", chat.id if chat else None, who
