"""The commands that Telegram offers people, in each language there are words in."""

from __future__ import annotations

import logging

from telegram import Bot
from telegram.error import TelegramError

from bot.messages.texts import languages, texts_for

__all__ = ["offer"]

_log = logging.getLogger(__name__)

# In this order, each with the key of what is said of it.
_OFFERED = {
    "ask": "command_ask",
    "verify": "command_verify",
    "sources": "command_sources",
    "lang": "command_lang",
    "privacy": "command_privacy",
    "forget": "command_forget",
    "help": "command_help",
}


async def offer(bot: Bot, language: str | None) -> None:
    """Have Telegram offer the commands; `language` to those whose own there are no words in.

    A menu is not worth a start: where Telegram refuses, the log says so and that is all.
    """
    try:
        for code in (None, *languages()):
            texts = texts_for(code, language)
            commands = [(name, texts(key)) for name, key in _OFFERED.items()]
            await bot.set_my_commands(commands, language_code=code)
    except TelegramError as error:
        _log.warning("The menu of commands could not be set (%s)", error)
