"""Messages that waited while the bot was away: of each person in a chat the newest counts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram import Message, Update

from bot.transport.addressing import is_late

__all__ = ["Backlog"]

_log = logging.getLogger(__name__)

# Seconds without another old message after which all of them are taken to be here.
_QUIET = 1.0

# People whose late messages are held at once, and the seconds between two looks at their number.
_MOST, _LOOK = 1_000, 0.1


class Backlog:
    """Hands updates on to `deliver`, all but the late messages that a newer one has overtaken."""

    def __init__(
        self,
        deliver: Callable[[Update], Awaitable[None]],
        is_meant: Callable[[Message], bool],
        waiting: Callable[[], int] = lambda: 0,
    ) -> None:
        """`is_meant` tells which messages the bot would answer; the others are not its business.
        `waiting` counts the updates that were delivered and are not done with.
        """
        self._deliver = deliver
        self._is_meant = is_meant
        self._delivered = waiting
        self._held: dict[tuple[int, int], list[Update]] = {}
        self._skipped = 0
        self._waiting: asyncio.Task[None] | None = None

    async def take(self, update: Update) -> None:
        """Hand an update on now, or hold a late one back until it is clear which is the newest.

        One that cannot be judged is handed on: nothing that an update holds may stop the next.
        """
        try:
            if self._hold(update):
                await self._make_room()
                return
            fresh = update.message is not None and not is_late(update.message)
        except Exception:  # whoever handles it stumbles over it as well, and is heard
            fresh = False
        # after the first message that is not late there are no more that are
        if fresh:
            await self.release()
        await self._deliver(update)

    def _hold(self, update: Update) -> bool:
        """Whether an update is held back: a late message, or the edit of one that is."""
        message, edited = update.message, update.edited_message
        if message and is_late(message) and self._is_meant(message):
            row = _row(message)
            self._skipped += row in self._held
            # the newest goes to the end of the row as well
            self._held.pop(row, None)
            self._held[row] = [update]
            if self._waiting:
                self._waiting.cancel()
            self._waiting = asyncio.create_task(self._release_soon())
            return True
        held = self._held.get(_row(edited)) if edited else None
        if held and edited and _id(held[0].message) == edited.message_id:
            # of several edits the last one
            held[1:] = [update]
            return True
        return False

    async def _make_room(self) -> None:
        """Hand on what is held of too many people, and let the rest wait at Telegram until most of
        it is done with.
        """
        if len(self._held) < _MOST:
            return
        await self.release()
        while self._delivered() >= _MOST:  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(_LOOK)

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


def _id(message: Message | None) -> int | None:
    return message.message_id if message else None
