"""Find what runs already: this bot, another program at its port, another bot with its token."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator

import httpx

from bot.messages.texts import Texts
from bot.settings import Settings
from bot.terminal.doctor.findings import Finding, good, note, wrong

__all__ = ["polled", "port"]

# Seconds that a poll waits: another bot whose own is ended by it polls again within that time.
_WAIT = 8.0


def port(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that the bot in Telegram can listen, or that it does and is well."""
    if settings.token is None:
        return
    if not settings.port:
        if settings.webhook_url:
            yield wrong(texts("doctor_port_any"))
        return
    place = {"port": str(settings.port), "host": settings.host}
    taken = _taken(settings)
    if not taken:
        yield good(texts("doctor_port", **place))
    elif taken == errno.EADDRNOTAVAIL:
        yield wrong(texts("doctor_port_host", **place))
    elif (said := _health(settings)) is not None:
        ill = "; ".join(said.split("\n"))
        yield (
            wrong(texts("doctor_running_ill", reason=ill)) if ill else good(texts("doctor_running"))
        )
    else:
        # a bot that polls goes on without its port, one with a webhook ends
        reason = texts.system(os.strerror(taken))
        words = texts("doctor_port_taken", **place, reason=reason)
        yield wrong(words) if settings.webhook_url else note(words)


def polled(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that no other bot polls with this token, unless this bot itself runs.

    A poll ends that of the other bot, whose next one ends ours. No update is taken from it.
    """
    if _taken(settings) and _health(settings) is not None:
        return
    address = f"{settings.telegram_api}/bot{settings.token}/getUpdates"
    asked = {"limit": 1, "timeout": round(_WAIT)}
    response = httpx.post(address, json=asked, timeout=_WAIT + 10)
    if response.status_code == httpx.codes.CONFLICT:
        yield wrong(texts("doctor_polled"))


def _taken(settings: Settings) -> int:
    """Return why the port cannot be listened at, by the system's number; 0 if it can."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            return error.errno or errno.EIO
    return 0


def _health(settings: Settings) -> str | None:
    """Return what is wrong with the bot that listens there, None if there is no bot."""
    every = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (not to listen at)
    host = every.get(settings.host, settings.host)
    site = f"http://[{host}]" if ":" in host else f"http://{host}"
    try:
        figures = httpx.get(f"{site}:{settings.port}/metrics", timeout=2)
        if "citebot_updates_total" not in figures.text:
            return None
        health = httpx.get(f"{site}:{settings.port}/healthz", timeout=2)
    except httpx.HTTPError:
        return None
    return "" if health.is_success else health.text.strip()
