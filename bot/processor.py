"""The order in which updates are handled: in turn for each person, side by side for people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

__all__ = ["InOrder"]

# The library counts an update that waits for its turn as one in work: with few places one busy
# person would hold up all others.
_PLACES = 100_000


class InOrder(BaseUpdateProcessor):
    """Handles what one person sends in one chat in its order, and nobody waits for another.

    Pressed buttons are a row of their own: they want an answer at once, whatever is being searched.
    """

    def __init__(self) -> None:
        super().__init__(_PLACES)
        # a lock is gone as soon as nobody holds or awaits it
        self._turns: WeakValueDictionary[tuple[object, ...], asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update):
            await coroutine
            return
        chat, user = update.effective_chat, update.effective_user
        row = (chat and chat.id, user and user.id, update.callback_query is not None)
        turn = self._turns.get(row)
        if turn is None:
            turn = self._turns[row] = asyncio.Lock()
        async with turn:
            await coroutine

    async def initialize(self) -> None:
        """Need nothing."""

    async def shutdown(self) -> None:
        """Leave nothing."""
