"""One call to Telegram, repeated until its result is known: nothing is sent twice."""

from __future__ import annotations

import asyncio
import datetime
import logging
import math
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.logs import pseudonym
from bot.transport.rates import Chat, Rates

__all__ = ["PATIENCE", "Delivery", "backoff", "wait"]

_log = logging.getLogger(__name__)

Outcome = TypeVar("Outcome")

PATIENCE = 120.0
"""Seconds for which a failing call is repeated."""

_LONGEST_BACKOFF = 30.0
_LONGEST_WAIT = 600.0  # seconds: what Telegram delays for longer is too old to be said then
_MOST_REFUSALS = 5

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Delivery:
    """Makes calls at the rates Telegram accepts, and repeats them if that helps."""

    def __init__(self) -> None:
        self.rates = Rates()
        self.calls: Counter[str] = Counter()
        """How many calls were `made`, `repeated` after an error, `slowed` by Telegram's limits, and
        `given up`.
        """

    async def make(
        self,
        chat: Chat,
        call: Callable[[], Awaitable[Outcome]],
        *,
        counted: bool = True,
        repeatable: bool = False,
        droppable: bool = False,
        patience: float = PATIENCE,
    ) -> Outcome | None:
        """Return the result of a call; None if it failed or may have succeeded, which is logged.

        A call that is not `repeatable` is repeated only if it certainly had no effect; one that is
        `droppable` is made at once or not at all. Raises BadRequest, ChatMigrated and Forbidden,
        which are Telegram's last word.
        """
        if droppable and not self.rates.free(chat):
            return None
        loop = asyncio.get_running_loop()
        deadline = math.inf
        failures = refusals = 0
        while self.rates.paused(chat) <= _LONGEST_WAIT and refusals <= _MOST_REFUSALS:
            try:
                self.calls["made"] += 1
                if not counted:
                    await self.rates.pause_over(chat)
                    return await call()
                async with self.rates.turn(chat):
                    return await call()
            except (BadRequest, ChatMigrated, Forbidden):
                raise
            except RetryAfter as error:
                refusals += 1
                self.calls["slowed"] += 1
                self.rates.pause(chat, _seconds(error))
                if droppable:
                    return None
            except TelegramError as error:
                if droppable:
                    return None
                deadline = min(deadline, loop.time() + patience)
                delay = backoff(failures)
                failures += 1
                late = loop.time() + delay > deadline
                if late or not _may_help(error, repeatable=repeatable):
                    self.calls["given up"] += 1
                    _give_up(chat, error)
                    return None
                self.calls["repeated"] += 1
                await asyncio.sleep(delay)
        self.calls["given up"] += 1
        _log.warning("Chat %s: Telegram takes no messages, one was dropped", pseudonym(chat))
        return None


async def wait(error: RetryAfter) -> None:
    """Wait as long as Telegram asks for."""
    await asyncio.sleep(_seconds(error))


def backoff(failures: int) -> float:
    """Return the seconds to wait after this many failures: 1 to 30, with jitter."""
    longest = min(_LONGEST_BACKOFF, 1.5 ** min(failures, 20))
    return longest * (0.75 + secrets.randbelow(1_000) / 4_000)


def _seconds(error: RetryAfter) -> float:
    """Return how long Telegram asks to wait."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, datetime.timedelta) else float(asked)


def _may_help(error: TelegramError, *, repeatable: bool) -> bool:
    """Return True if repeating a call may help after this error, which may have come after its
    effect.
    """
    if not isinstance(error, NetworkError):
        # a rejected token, or an answer that cannot be read
        return repeatable and type(error) is TelegramError
    cause = error.__cause__
    if isinstance(cause, _NEVER_SENT):
        return True
    if isinstance(cause, httpx.HTTPError):
        return repeatable
    if cause is not None and not isinstance(cause, TelegramError):
        # it could not even be written, as it is not valid Unicode
        return False
    # answered with an error of the server's own; a gateway that timed out knows nothing
    words = str(error).lower()
    return "too large" not in words and (repeatable or "gateway time" not in words)


def _give_up(chat: Chat, error: TelegramError) -> None:
    cause = error.__cause__
    names = " of ".join(type(e).__name__ for e in (error, cause) if e is not None)
    _log.warning(
        "Chat %s: something was not said, or may not have been (%s)", pseudonym(chat), names
    )
