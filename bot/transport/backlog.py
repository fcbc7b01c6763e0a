"""Messages that waited while the bot was away: each person's newest questions count."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Message, Update

from bot.transport.addressing import is_late

__all__ = ["Backlog", "Missed"]

_log = logging.getLogger(__name__)

# Seconds without another old message after which all of them are taken to be here.
_QUIET = 1.0

# People whose late messages are held at once, and the seconds between two checks of their number.
_MOST, _LOOK = 1_000, 0.1

# Questions of a person that are answered together, and messages that are searched for them.
_TOGETHER, _KEPT = 3, 50


@dataclass(frozen=True, slots=True)
class Missed:
    """The other questions of a person while the bot was away: the questions to answer with this
    one, the oldest first, and how many more were skipped.
    """

    earlier: tuple[str, ...] = ()
    skipped: int = 0


class Backlog:
    """Passes updates on to `deliver`; of a person's late messages the newest that asks
    something.
    """

    def __init__(
        self,
        deliver: Callable[[Update], Awaitable[None]],
        is_meant: Callable[[Message], bool],
        question: Callable[[Message], str],
        waiting: Callable[[], int] = lambda: 0,
    ) -> None:
        """`is_meant` says which messages the bot would answer; others are passed on unexamined.
        `question` returns what a message asks, "" if nothing. `waiting` counts the updates that
        were delivered and are not done.
        """
        self._deliver = deliver
        self._is_meant = is_meant
        self._question = question
        self._delivered = waiting
        self.done: Callable[[Update], None] = lambda _: None
        """Is called with each update in whose place another one is delivered."""
        self._held: dict[tuple[int, int], list[Update]] = {}
        self._missed: dict[tuple[int, int], Missed] = {}
        self._waiting: asyncio.Task[None] | None = None

    def missed(self, message: Message) -> Missed:
        """Return the other late messages of a message; only once."""
        return self._missed.pop((message.chat.id, message.message_id), Missed())

    async def take(self, update: Update) -> None:
        """Pass an update on now, or hold a late one back until it is clear which is the newest.

        One that cannot be judged is passed on: nothing that an update contains may stop the next.
        """
        try:
            if self._hold(update):
                await self._make_room()
                return
            fresh = update.message is not None and not is_late(update.message)
        except Exception:  # the handler will fail on it too, and that failure is logged
            fresh = False
        # after the first message that is not late no late ones follow
        if fresh:
            await self.release()
        await self._deliver(update)

    def _hold(self, update: Update) -> bool:
        """Return True if an update is held back: a late message, or the edit of one that is."""
        message, edited = update.message, update.edited_message
        if message and is_late(message) and self._is_meant(message):
            # the latest sender goes to the end of the row
            held = self._held.pop(_row(message), [])
            for other in held[:-_KEPT]:
                self.done(other)
            self._held[_row(message)] = [*held[-_KEPT:], update]
            if self._waiting:
                self._waiting.cancel()
            self._waiting = asyncio.create_task(self._release_soon())
            return True
        for place, other in enumerate(self._held.get(_row(edited), ()) if edited else ()):
            if edited and _message(other).message_id == edited.message_id:
                self._held[_row(edited)][place] = update
                return True
        return False

    async def _make_room(self) -> None:
        """Pass on the held updates of too many people, and leave the rest at Telegram until most
        of it is done.
        """
        if len(self._held) < _MOST:
            return
        await self.release()
        while self._delivered() >= _MOST:  # noqa: ASYNC110 - no event says when
            await asyncio.sleep(_LOOK)

    async def _release_soon(self) -> None:
        await asyncio.sleep(_QUIET)
        self._waiting = None
        await self.release()

    async def release(self) -> None:
        """Pass on the held updates, each person's newest in the order they came."""
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None
        held, self._held = self._held, {}
        skipped = 0
        chosen = []
        for updates in held.values():
            newest, missed = self._choose(updates)
            skipped += missed.skipped
            message = _message(newest)
            if missed != Missed():
                self._missed[message.chat.id, message.message_id] = missed
            chosen.append(newest)
            for update in updates:
                if update is not newest:
                    self.done(update)
        if held:
            _log.info("%d late messages are answered, %d questions skipped", len(held), skipped)
        for update in chosen:
            await self._deliver(update)

    def _choose(self, updates: list[Update]) -> tuple[Update, Missed]:
        """Return the newest update that asks something, else the newest, and what else was
        asked.
        """
        asking = [(update, text) for update in updates if (text := self._asked(update))]
        if not asking:
            return updates[-1], Missed()
        earlier = tuple(text for _, text in asking[-_TOGETHER:-1])
        return asking[-1][0], Missed(earlier, len(asking) - 1 - len(earlier))

    def _asked(self, update: Update) -> str:
        try:
            return self._question(_message(update))
        except Exception:  # the handler will fail on it too, and that failure is logged
            return ""


def _row(message: Message) -> tuple[int, int]:
    return message.chat.id, message.from_user.id if message.from_user else 0


def _message(update: Update) -> Message:
    message = update.message or update.edited_message
    if message is None:
        raise ValueError("only messages are held")
    return message
