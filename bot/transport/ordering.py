"""The order in which updates are handled: in turn for each person, side by side for people."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.logs import pseudonym

__all__ = ["InOrder"]

_log = logging.getLogger(__name__)

# The library counts an update that waits for its turn as one in work: with few places one busy
# person would hold up all others.
_PLACES = 100_000

# Seconds after which nobody looks at what is offered for a text they typed.
_TYPED = 10.0

# Updates that may wait, of one person in one chat and of all: what is above is dropped, long after
# the limits on questions have said no.
_MOST_IN_A_ROW, _MOST = 50, 5_000


class InOrder(BaseUpdateProcessor):
    """Handles what one person sends in one chat in its order, and nobody waits for another.

    Pressed buttons are a row of their own: they want an answer at once, whatever is being searched.
    So are what a person types after the bot's name, and how he calls it in from elsewhere, in
    whatever chat he does so. Of what is typed only the latest is handled, and soon or not at all.
    """

    def __init__(self) -> None:
        super().__init__(_PLACES)
        # a row is gone as soon as nobody is in it
        self._rows: WeakValueDictionary[tuple[object, ...], _Row] = WeakValueDictionary()
        self._waiting = 0

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update):
            await coroutine
            return
        name = _name(update)
        row = self._rows.get(name)
        if row is None:
            row = self._rows[name] = _Row()
        if row.waiting >= _MOST_IN_A_ROW or self._waiting >= _MOST:
            _forget(coroutine)
            row.drop(update)
            return
        row.waiting += 1
        self._waiting += 1
        row.latest, came = update, time.monotonic()
        try:
            async with row.turn:
                late = row.latest is not update or time.monotonic() - came > _TYPED
                if update.inline_query and late:
                    _forget(coroutine)
                else:
                    await coroutine
        finally:
            row.waiting -= 1
            self._waiting -= 1

    async def initialize(self) -> None:
        """Need nothing."""

    async def shutdown(self) -> None:
        """Leave nothing."""


class _Row:
    """Those of one person's updates that are handled one after the other."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.waiting = 0
        self.latest: Update | None = None
        self._told = False

    def drop(self, update: Update) -> None:
        """Log that an update is dropped, once for this row."""
        if not self._told:
            user = update.effective_user
            who = pseudonym(user.id if user else None)
            _log.warning("Person %s: too much waits, updates are dropped", who)
        self._told = True


def _forget(coroutine: Awaitable[Any]) -> None:
    if isinstance(coroutine, Coroutine):
        coroutine.close()


def _name(update: Update) -> tuple[object, ...]:
    user = update.effective_user
    who = user and user.id
    if update.inline_query or update.chosen_inline_result:
        return "inline", who
    if update.guest_message:
        # the chat of a guest message is what somebody says it is
        return "guest", who
    chat = update.effective_chat
    return "button" if update.callback_query else "chat", chat and chat.id, who
