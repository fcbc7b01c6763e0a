"""Long polling: fetch updates as long as that is allowed, whatever the network does."""

from __future__ import annotations

import asyncio
import datetime
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NoReturn, TypeVar

import httpx
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.transport.delivery import backoff as _pause
from bot.transport.delivery import wait

__all__ = ["ALLOWED", "Poller", "until_answered"]

_log = logging.getLogger(__name__)

Answered = TypeVar("Answered")

# Sent with every request: Telegram remembers the last list, from any program.
ALLOWED = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "guest_message",
    "my_chat_member",
    "message_reaction",
)

# Seconds without a successful poll, three of the longest, after which more than one request must be
# at fault.
SILENCE = 90.0

_POLL = datetime.timedelta(seconds=30)
_CONFIRM = 2.0

# Seconds: how long to tolerate another poller, how often to try again, and how long after the last
# conflict the next one counts as new.
PATIENCE, _AGAIN, _FORGOTTEN = 60.0, 5.0, 40.0


class Poller:
    """Passes every update to `deliver`, in order; the next request confirms an update."""

    def __init__(self, bot: Bot, deliver: Callable[[Update], Awaitable[None]]) -> None:
        self._bot = bot
        self._deliver = deliver
        self._offset: int | None = None
        self._failures = 0
        self._conflicts = _Conflicts()
        self._last = time.monotonic()

    @property
    def silence(self) -> float:
        """Seconds since Telegram last answered a poll, or since the start."""
        return time.monotonic() - self._last

    @property
    def trouble(self) -> str | None:
        """The reason why no updates come, None while they do."""
        if self._conflicts.going_on:
            return "another bot polls Telegram with the same token"
        if self.silence > SILENCE:
            return f"Telegram has answered no poll for {self.silence:.0f} s"
        return None

    async def run(self) -> None:
        """Poll. Raises InvalidToken, Conflict if another poller stays for a minute, and
        TimeoutError if for `SILENCE` seconds no poll ends, well or badly, or the client has no
        connection left: then a restart helps.

        While the network is down, it waits.
        """
        try:
            async with asyncio.timeout(SILENCE) as watchdog:
                await self._poll(watchdog)
        except TimeoutError:
            silence = f"Telegram has answered no poll for {SILENCE:.0f} s"
            raise TimeoutError(silence) from None

    async def confirm(self) -> None:
        """Confirm to Telegram which updates were taken, so that the next start does not get them
        again.
        """
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(_CONFIRM):
                await self._fetch(datetime.timedelta(0))

    async def _poll(self, watchdog: asyncio.Timeout) -> NoReturn:
        now = asyncio.get_running_loop().time
        while True:
            try:
                updates = await self._fetch(_POLL)
                watchdog.reschedule(now() + SILENCE)
                for update in updates:
                    await self._deliver(update)
                    self._offset = update.update_id + 1
            except InvalidToken:
                raise
            except Conflict:
                self._conflicts.meet()
                await asyncio.sleep(_AGAIN)
            except RetryAfter as error:
                await wait(error)
            except TelegramError as error:
                if not _is_stuck(error):
                    watchdog.reschedule(now() + SILENCE)
                await self._recover(error)

    async def _fetch(self, wait_for: datetime.timedelta) -> tuple[Update, ...]:
        updates = await self._bot.get_updates(
            offset=self._offset, timeout=wait_for, allowed_updates=ALLOWED
        )
        if self._failures:
            _log.info("Telegram answers again, after %.0f s", self.silence)
        self._failures = 0
        self._last = time.monotonic()
        return updates

    async def _recover(self, error: TelegramError) -> None:
        delay = _pause(self._failures)
        # once is enough: a network may be away for hours
        level = logging.DEBUG if self._failures else logging.WARNING
        self._failures += 1
        _log.log(level, "Polling failed (%s); trying again until Telegram answers", error)
        await asyncio.sleep(delay)


def _is_stuck(error: TelegramError) -> bool:
    """Return True if the client itself is at fault: all its connections are taken, and stay
    taken.
    """
    return isinstance(error.__cause__, httpx.PoolTimeout)


class _Conflicts:
    """The time that another bot has polled with the same token."""

    def __init__(self) -> None:
        self._since = self._last = float("-inf")

    @property
    def going_on(self) -> bool:
        """True if the last conflict is not forgotten."""
        return time.monotonic() - self._last <= _FORGOTTEN

    def meet(self) -> None:
        """Note a conflict, and raise it if they have lasted too long."""
        now = time.monotonic()
        if not self.going_on:
            self._since = now
            _log.critical(
                "Another bot polls Telegram with the same token; stop it, or this one ends in "
                "%.0f s",
                PATIENCE,
            )
        self._last = now
        if now - self._since >= PATIENCE:
            raise Conflict("another bot polls with the same token")


async def until_answered(call: Callable[[], Awaitable[Answered]]) -> Answered:
    """Return the result of a call to Telegram, repeated until it has one.

    Raises InvalidToken and BadRequest, which would be the same the next time.
    """
    failures = 0
    while True:
        try:
            return await call()
        except (BadRequest, InvalidToken):
            raise
        except RetryAfter as error:
            await wait(error)
        except TelegramError as error:
            delay = _pause(failures)
            level = logging.DEBUG if failures else logging.WARNING
            failures += 1
            _log.log(level, "Telegram cannot be reached (%s); trying again until it answers", error)
            await asyncio.sleep(delay)
