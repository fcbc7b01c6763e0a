"""Telegram: the token, the webhook, the clock."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx

from bot.messages.texts import Texts
from bot.settings import Settings
from bot.terminal.doctor.findings import Finding, good, note, wrong
from bot.terminal.doctor.running import polled

__all__ = ["clock", "telegram"]

# Seconds: by more, times in logs, notices and the journal mislead.
_OFF = 60.0
# https://core.telegram.org/bots/api#authorizing-your-bot; a server of one's own takes shorter ones
_TOKEN = re.compile(r"\d+:[\w-]{6,}", re.ASCII)


def telegram(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that Telegram knows the token, and where it sends updates."""
    if settings.token is None:
        yield note(texts("doctor_no_token"))
        return
    if not _TOKEN.fullmatch(settings.token):
        yield wrong(texts("doctor_token_form"))
        return
    try:
        about, date = _call(settings, "getMe")
        hook, _ = _call(settings, "getWebhookInfo")
    # the address holds the token, and the errors of the client may hold the address
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        name = type(error).__name__
        yield wrong(texts("doctor_unreached", address=settings.telegram, reason=name))
        return
    if about is None:
        yield wrong(texts("doctor_token_wrong"))
        return
    yield good(texts("doctor_known", name=about.get("username", "?")))
    yield from _webhook(settings, hook or {}, texts)
    if not settings.webhook_url and not (hook or {}).get("url"):
        yield from _polled(settings, texts)
    yield from clock(date, texts)
    if not settings.admins:
        yield note(texts("doctor_no_admins"))


def _polled(settings: Settings, texts: Texts) -> Iterator[Finding]:
    try:
        yield from polled(settings, texts)
    # Telegram was reached a moment ago; see above for what an error may hold
    except httpx.HTTPError as error:
        name = type(error).__name__
        yield note(texts("doctor_unreached", address=settings.telegram, reason=name))


def _webhook(settings: Settings, there: dict[str, object], texts: Texts) -> Iterator[Finding]:
    address = there.get("url")
    if address and address != settings.webhook_url:
        yield wrong(texts("doctor_webhook_other"))
    elif address:
        yield good(texts("doctor_webhook"))
        if error := there.get("last_error_message"):
            yield note(texts("doctor_webhook_failed", reason=error))
    elif settings.webhook_url:
        yield note(texts("doctor_webhook_unset"))


def clock(date: str | None, texts: Texts) -> Iterator[Finding]:
    """Check this machine's clock against Telegram's, from the `date` header of an answer."""
    if not date:
        return
    off = time.time() - parsedate_to_datetime(date).timestamp()
    if abs(off) > _OFF:
        key = "doctor_clock_ahead" if off > 0 else "doctor_clock_behind"
        yield note(texts(key, time=texts.duration(abs(off))))


def _call(settings: Settings, method: str) -> tuple[dict[str, object] | None, str | None]:
    """Return the result of a method, None if the token is rejected, and the time of the answer."""
    address = f"{settings.telegram_api}/bot{settings.token}/{method}"
    response = httpx.post(address, timeout=10)
    date = response.headers.get("Date")
    if response.status_code in (401, 404):
        return None, date
    result = response.raise_for_status().json().get("result")
    return (result if isinstance(result, dict) else {}), date
