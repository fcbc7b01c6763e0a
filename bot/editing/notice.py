"""One message about files: how far their reading is, and in the end what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from bot.dispatch.turn import Turn
from bot.messages import model, notices
from bot.running.builds import State

if TYPE_CHECKING:
    from bot.transport.sending import Place
    from index.desk.build import Progress

__all__ = ["Notice"]

_EVERY = 3.0  # seconds between two edits of a message

Found = TypeVar("Found")


class Notice:
    """A message in reply to an editor's file; it is sent when there is something to say."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._sent: Place | None = None

    async def show(self, words: model.Message) -> None:
        """Show how far the work is."""
        if self._sent is None:
            self._sent = await self._turn.reply(words)
        else:
            await self._turn.means.sender.edit(self._sent, words, droppable=True)

    async def end(self, words: model.Message) -> None:
        """Show what became of the files, in place of what was shown before."""
        if self._sent is None or not await self._turn.means.sender.edit(self._sent, words):
            await self._turn.reply(words)

    async def during(self, work: Callable[[Progress], Found], above: str = "") -> Found:
        """Do the work in a thread and return its outcome; meanwhile show what it tells, with some
        words above it.
        """
        state: State | None = None

        def progress(step: str, done: int, whole: int) -> None:
            nonlocal state
            state = State(step, 100 * done // max(whole, 1))

        working = asyncio.ensure_future(asyncio.to_thread(work, progress))
        shown: State | None = None
        while not working.done():
            await asyncio.wait({working}, timeout=_EVERY)
            if state and state != shown and not working.done():
                shown = state
                told = notices.progress(state, self._turn.texts).text
                await self.show(model.Message(f"{above}\n\n{told}" if above else told))
        return await working
