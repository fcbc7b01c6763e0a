"""Claim the bot's updates at start-up and check that no other bot takes them."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import NoReturn
from urllib.parse import urlsplit

from telegram import Bot, WebhookInfo
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.settings import Settings
from bot.transport.polling import ALLOWED, until_answered
from index.errors import CitebotError

__all__ = ["Guard", "WebhookError", "claim"]

_log = logging.getLogger(__name__)

_CONNECTIONS = 40  # at once, Telegram's own default
_EVERY = 60.0  # seconds between two checks of the webhook


class WebhookError(CitebotError):
    """The updates of this token cannot be received; the text says why, and what to do."""


async def claim(bot: Bot, settings: Settings, *, take_over: bool) -> None:
    """Have Telegram send updates to the webhook of the settings, or keep them for polling.

    Raises WebhookError if they go to another webhook, unless `take_over`, or if Telegram refuses
    the address; and InvalidToken.
    """
    address = settings.webhook_url or ""
    now = (await until_answered(bot.get_webhook_info)).url
    if now and now != address:
        # only the host of the address: some have a secret in the path
        host = urlsplit(now).hostname
        if not take_over:
            raise WebhookError(
                f"A webhook is set for this token, at {host}, so another bot may be answering with "
                "it; use another token, remove the webhook (deleteWebhook), or start with "
                "--take-over",
                "webhook_elsewhere",
                host=host,
            )
        _log.warning("The webhook that was set for this token, at %s, is removed", host)
    if not address:
        if now:
            await until_answered(bot.delete_webhook)
        return
    try:
        await until_answered(
            lambda: bot.set_webhook(
                address,
                secret_token=settings.secret,
                allowed_updates=ALLOWED,
                max_connections=_CONNECTIONS,
                drop_pending_updates=False,
            )
        )
    except BadRequest as error:
        raise WebhookError(
            f"CITEBOT_WEBHOOK_URL: Telegram refuses it: {error}", "webhook_refused", reason=error
        ) from None
    _log.info("The webhook is set: Telegram sends updates to %s", address)


class Guard:
    """Checks that updates go to this bot's webhook, and logs what Telegram could not deliver."""

    def __init__(self, bot: Bot, settings: Settings) -> None:
        self._bot = bot
        self._address = settings.webhook_url
        self._failed: datetime | None = None
        self.trouble: str | None = None
        """The reason why no updates come, None while they may."""

    async def run(self) -> NoReturn:
        """Check every minute. Raises WebhookError if updates have gone elsewhere at two checks,
        and InvalidToken.
        """
        while True:
            await asyncio.sleep(_EVERY)
            try:
                now = await self._bot.get_webhook_info()
            except InvalidToken:
                raise
            except TelegramError as error:
                _log.warning("The webhook cannot be looked at (%s)", error)
                continue
            self._judge(now)

    def _judge(self, now: WebhookInfo) -> None:
        if now.url != self._address:
            if self.trouble:
                raise _moved(now.url)
            self.trouble = _elsewhere(now.url)
            _log.error("%s", self.trouble)
            return
        self.trouble = None
        if now.last_error_date and now.last_error_date != self._failed:
            self._failed = now.last_error_date
            _log.warning("Telegram could not send an update: %s", now.last_error_message)


def _moved(url: str) -> WebhookError:
    text = f"{_elsewhere(url)}; ending"
    if url:
        return WebhookError(text, "webhook_moved", host=urlsplit(url).hostname)
    return WebhookError(text, "webhook_removed")


def _elsewhere(url: str) -> str:
    """Return what happened to the webhook; of its address only the host."""
    if url:
        return f"Telegram sends the updates to {urlsplit(url).hostname} now, as another bot told it"
    return "the webhook was removed, perhaps by another bot that polls with the same token"
