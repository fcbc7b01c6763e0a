"""Telegram: the token, the webhook, the clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx

from bot.settings import Settings
from bot.terminal.doctor.findings import Finding, good, note, wrong

__all__ = ["clock", "telegram"]

# Seconds: by more, times in logs, notices and the journal mislead.
_OFF = 60.0


def telegram(settings: Settings) -> Iterator[Finding]:
    """Check that Telegram knows the token, and where it sends updates."""
    if settings.token is None:
        yield note("no CITEBOT_TELEGRAM_TOKEN: citebot run opens a chat in the terminal")
        return
    try:
        about, date = _call(settings, "getMe")
        hook, _ = _call(settings, "getWebhookInfo")
    # the address holds the token, and the errors of the client may hold the address
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield wrong(
            f"{settings.telegram} cannot be reached ({type(error).__name__}); check the "
            "connection and CITEBOT_TELEGRAM_API",
        )
        return
    if about is None:
        yield wrong("Telegram rejects the token; copy it again from @BotFather")
        return
    yield good(f"Telegram knows this bot as @{about.get('username', '?')}")
    yield from _webhook(settings, hook or {})
    yield from clock(date)
    if not settings.admins:
        yield note("CITEBOT_ADMINS is not set: no one can re-index from Telegram")


def _webhook(settings: Settings, there: dict[str, object]) -> Iterator[Finding]:
    address = there.get("url")
    if address and address != settings.webhook_url:
        yield wrong(
            "another webhook is set for this bot; remove it, or start with citebot run --take-over",
        )
    elif address:
        yield good("Telegram sends updates to CITEBOT_WEBHOOK_URL")
        if error := there.get("last_error_message"):
            yield note(f"an update could not be sent there: {error}")
    elif settings.webhook_url:
        yield note("Telegram has no webhook yet; citebot run sets it")


def clock(date: str | None) -> Iterator[Finding]:
    """Check this machine's clock against Telegram's, from the `date` header of an answer."""
    if not date:
        return
    off = time.time() - parsedate_to_datetime(date).timestamp()
    if abs(off) > _OFF:
        way = "ahead of" if off > 0 else "behind"
        yield note(f"the clock of this machine is {abs(off):,.0f} seconds {way} Telegram's; set it")


def _call(settings: Settings, method: str) -> tuple[dict[str, object] | None, str | None]:
    """Return the result of a method, None if the token is rejected, and the time of the answer."""
    address = f"{settings.telegram_api}/bot{settings.token}/{method}"
    response = httpx.post(address, timeout=10)
    date = response.headers.get("Date")
    if response.status_code in (401, 404):
        return None, date
    result = response.raise_for_status().json().get("result")
    return (result if isinstance(result, dict) else {}), date
