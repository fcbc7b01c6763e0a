"""The address that Telegram sends the bot's updates to."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.running.metrics import Metrics
from bot.settings import Settings
from bot.transport.updates import readable
from index.errors import StoreError

__all__ = ["Updates", "Webhook"]

_log = logging.getLogger(__name__)

_LONGEST_QUEUE = 1_000  # updates that may wait here; more are left at Telegram
_LARGEST = 1024 * 1024  # bytes; an update has a few thousand
_REMEMBERED = 5_000  # updates; Telegram repeats one if it missed the answer to it


class Updates(Protocol):
    """The updates that all bots at one address took.

    `trouble` says why none was taken lately, None if they are.
    """

    trouble: StoreError | None

    def take(self, update: int, body: str) -> bool:
        """Take an update; return False if some bot did before. StoreError if that cannot be
        known.
        """

    def done(self, update: int) -> None:
        """Note that an update is done; it does not wait for the database."""

    def settle(self) -> None:
        """Write which are done. `left` does so, too."""

    def left(self) -> list[dict[str, Any]]:
        """Take the updates that bots left behind. Call it every second."""


class Webhook:
    """Passes every update to `deliver`, as Telegram wrote it, once; refuses all other senders.

    It answers at once. An unreadable update, which Telegram would repeat for ever, is accepted and
    skipped; while `waiting` is too high, Telegram is asked to come again.
    """

    def __init__(
        self,
        settings: Settings,
        deliver: Callable[[dict[str, Any]], Awaitable[None]],
        waiting: Callable[[], int],
        metrics: Metrics,
    ) -> None:
        self._path = urlsplit(settings.webhook_url or "").path
        self._secret = settings.secret.encode()
        self._deliver = deliver
        self._waiting = waiting
        self._metrics = metrics
        self._seen: OrderedDict[int, None] = OrderedDict()
        self.shared: Updates | None = None
        """The updates that other bots at the same address took."""

    @property
    def route(self) -> Route:
        """Return its route on a site."""
        return Route(self._path, self._receive, methods=["POST"])

    async def _receive(self, request: Request) -> Response:
        shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode("latin-1")
        if not hmac.compare_digest(shown, self._secret):
            return self._refuse(403, "secret")
        if self._waiting() >= _LONGEST_QUEUE:
            return self._refuse(503, "busy")
        try:
            body = await _read(request)
        except ClientDisconnect:
            return self._refuse(400, "cut")
        if body is None:
            return self._refuse(413, "size")
        update = self._new(body)
        if update is None:
            return Response()
        id = update["update_id"]
        try:
            is_new = self.shared is None or await asyncio.to_thread(
                self.shared.take, id, json.dumps(update)
            )
        except StoreError:
            # Telegram keeps it until the database answers
            return self._refuse(503, "database")
        self._remember(id)
        if is_new:
            await self._deliver(update)
        else:
            # another bot took it, and Telegram missed the answer
            self._metrics.refused("duplicate")
        return Response()

    def _new(self, body: bytes) -> dict[str, Any] | None:
        """Return the update of a request; None if it is unreadable or came before."""
        try:
            update = next(readable([json.loads(body)]), None)
        except (ValueError, RecursionError) as error:
            _log.error("What came to the webhook is not an update (%s)", type(error).__name__)
            update = None
        if update is None:
            self._metrics.refused("unreadable")
            return None
        id = update["update_id"]
        if id in self._seen:
            self._metrics.refused("duplicate")
            return None
        return update

    def _remember(self, id: int) -> None:
        """Take an update only once; while the database has not said that it took it, it is none
        that was taken.
        """
        self._seen[id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def _refuse(self, status: int, reason: str) -> Response:
        self._metrics.refused(reason)
        _log.warning("The webhook refused a request (%s)", reason)
        return Response(status_code=status)


async def _read(request: Request) -> bytes | None:
    """Return the body, None if it is too large; the declared length counts for nothing."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            return None
    return bytes(body)
