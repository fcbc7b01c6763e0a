"""The commands that Telegram offers people, in each language there are words in."""

from __future__ import annotations

import logging

from telegram import Bot
from telegram.error import TelegramError

from bot.commands import COMMANDS
from bot.messages.texts import languages, texts_for

__all__ = ["offer"]

_log = logging.getLogger(__name__)


async def offer(bot: Bot, language: str | None) -> None:
    """Have Telegram offer the commands; `language` to those whose own there are no words in.

    A menu is not worth a start: if Telegram refuses, the log says so and that is all.
    """
    try:
        for code in (None, *languages()):
            texts = texts_for(code, language)
            menu = [(command.name, texts(command.menu)) for command in COMMANDS if command.menu]
            await bot.set_my_commands(menu, language_code=code)
    except TelegramError as error:
        _log.warning("The menu of commands could not be set (%s)", error)
