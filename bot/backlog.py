"""Messages that waited while the bot was away: of each person in a chat the newest counts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram import Message, Update

from bot.addressing import is_late

__all__ = ["Backlog"]

_log = logging.getLogger(__name__)

# Seconds without another old message after which all of them are taken to be here.
_QUIET = 1.0


class Backlog:
    """Hands updates on to `deliver`, all but the late messages that a newer one has overtaken."""

    def __init__(
        self,
        deliver: Callable[[Update], Awaitable[None]],
        is_meant: Callable[[Message], bool],
    ) -> None:
        """`is_meant` tells which messages the bot would answer; the others are not its business."""
        self._deliver = deliver
        self._is_meant = is_meant
        self._held: dict[tuple[int, int], list[Update]] = {}
        self._skipped = 0
        self._waiting: asyncio.Task[None] | None = None

    async def take(self, update: Update) -> None:
        """Hand an update on now, or hold a late one back until it is clear which is the newest."""
        if update.message and self._is_held(update.message):
            self._hold(update.message, update)
            return
        if (edited := update.edited_message) and (held := self._held.get(_row(edited))):
            first = held[0].message
            if first and first.message_id == edited.message_id:
                held.append(update)
                return
        # the first message that is not late: there are no more that are
        if update.message and not is_late(update.message):
            await self.release()
        await self._deliver(update)

    def _is_held(self, message: Message) -> bool:
        try:
            return is_late(message) and self._is_meant(message)
        except Exception:  # who handles it will stumble as well, where it is told
            return False

    def _hold(self, message: Message, update: Update) -> None:
        row = _row(message)
        self._skipped += row in self._held
        # the newest goes to the end of the row as well
        self._held.pop(row, None)
        self._held[row] = [update]
        if self._waiting:
            self._waiting.cancel()
        self._waiting = asyncio.create_task(self._release_soon())

    async def _release_soon(self) -> None:
        await asyncio.sleep(_QUIET)
        self._waiting = None
        await self.release()

    async def release(self) -> None:
        """Hand on what is held back, each person's newest in the order they came."""
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None
        held, self._held = self._held, {}
        if held:
            _log.info("%d late questions are answered, %d skipped", len(held), self._skipped)
            self._skipped = 0
        for updates in held.values():
            for update in updates:
                await self._deliver(update)


def _row(message: Message) -> tuple[int, int]:
    return message.chat.id, message.from_user.id if message.from_user else 0
