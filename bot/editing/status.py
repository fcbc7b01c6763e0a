"""One message about work that takes a while: how far it is, and in the end what came of it."""

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

__all__ = ["StatusMessage"]

_EVERY = 3.0  # seconds between two edits of a message

Found = TypeVar("Found")


class StatusMessage:
    """A reply to an editor; it is sent when there is something to say, and then edited."""

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
        """Show what came of the work, in place of what was shown before."""
        if self._sent is None or not await self._turn.means.sender.edit(self._sent, words):
            await self._turn.reply(words)

    async def follow(
        self, working: asyncio.Future[Found], words: Callable[[], model.Message | None]
    ) -> None:
        """Show the words whenever they change, until the work has ended; None shows nothing."""
        shown: model.Message | None = None
        while not working.done():
            await asyncio.wait({working}, timeout=_EVERY)
            said = words()
            if said and said != shown and not working.done():
                shown = said
                await self.show(said)

    async def during(self, work: Callable[[Progress], Found], above: str = "") -> Found:
        """Do the work in a thread and return its outcome; meanwhile show its progress below some
        words.
        """
        state: State | None = None

        def progress(step: str, done: int, whole: int) -> None:
            nonlocal state
            state = State(step, 100 * done // max(whole, 1))

        def words() -> model.Message | None:
            if state is None:
                return None
            said = notices.progress(state, self._turn.texts).text
            return model.Message(f"{above}\n\n{said}" if above else said)

        working = asyncio.ensure_future(asyncio.to_thread(work, progress))
        await self.follow(working, words)
        return await working
