"""Files that an editor sends together: gathered until the last one is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from telegram import Document

from bot.dispatch.turn import Turn
from bot.running.worker import Later

__all__ = ["Albums", "Part"]

Part = tuple[Turn, Document]
"""A file of an album, with the message that brought it."""

# Telegram sends each file of an album as a message of its own and never says how many follow.
_PAUSE = 1.0
_MOST = 10  # https://core.telegram.org/bots/api#sendmediagroup


class Albums:
    """Gathers the files of an album until no more comes, then passes them on in order."""

    def __init__(self, later: Later, take: Callable[[Sequence[Part]], Awaitable[None]]) -> None:
        self._later = later
        self._take = take
        self._gathered: dict[tuple[int, str], list[Part]] = {}

    def add(self, album: str, turn: Turn, document: Document) -> None:
        """Add a file of the album of this id."""
        key = (turn.message.chat_id, album)
        if key in self._gathered:
            self._gathered[key].append((turn, document))
            return
        self._gathered[key] = [(turn, document)]
        self._later(self._wait(key))

    async def _wait(self, key: tuple[int, str]) -> None:
        """Wait for the other files, which come one at a time."""
        before = 0
        while before < len(self._gathered[key]) < _MOST:
            before = len(self._gathered[key])
            await asyncio.sleep(_PAUSE)
        parts = self._gathered.pop(key)
        await self._take(sorted(parts, key=lambda part: part[0].message.message_id))
