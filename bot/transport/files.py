"""Files that people send: from Telegram to bytes."""

from __future__ import annotations

import httpx
from telegram import Bot

from bot.transport.certificates import authorities

__all__ = ["PATIENCE", "download"]

PATIENCE = 60.0
"""Seconds for a part of a file to arrive."""


async def download(bot: Bot, id: str, most: int) -> bytes | None:
    """Return the bytes of a file; None if there are more than `most`, whatever Telegram said.

    Raises TelegramError and httpx.HTTPError.
    """
    file = await bot.get_file(id)
    data = bytearray()
    async with (
        httpx.AsyncClient(timeout=PATIENCE, verify=authorities()) as client,
        client.stream("GET", file.file_path or "") as answer,
    ):
        answer.raise_for_status()
        async for part in answer.aiter_bytes():
            data += part
            if len(data) > most:
                return None
    return bytes(data)
