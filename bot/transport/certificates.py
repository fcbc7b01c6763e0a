"""The authorities that vouch for Telegram and the other servers the bot talks to."""

from __future__ import annotations

import ssl
from functools import cache

import httpx

__all__ = ["authorities"]


@cache
def authorities() -> ssl.SSLContext:
    """Return the authorities to check a server's certificate by; loading them takes 40 ms."""
    return httpx.create_ssl_context()
