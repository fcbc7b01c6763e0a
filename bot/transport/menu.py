"""The commands in Telegram's menu: in private, in groups, and for each editor."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable

import telegram
from telegram import Bot
from telegram.error import TelegramError

from bot.commands import COMMANDS, Command, Groups
from bot.messages.texts import languages, texts_for

__all__ = ["offer"]

_log = logging.getLogger(__name__)


async def offer(bot: Bot, language: str | None, editors: Collection[int] = ()) -> None:
    """Set the menus: the commands that work in each place, in each language that has words;
    `language` is for people whose own has none.

    The bot starts without a menu if need be: a refusal is only logged.
    """
    people = [one for one in COMMANDS if one.menu and not one.editors]
    scopes: list[tuple[telegram.BotCommandScope, list[Command]]] = [
        (telegram.BotCommandScopeDefault(), people),
        (
            telegram.BotCommandScopeAllGroupChats(),
            [one for one in people if one.groups is not Groups.NEVER],
        ),
    ]
    every = [one for one in COMMANDS if one.menu]
    scopes += [(telegram.BotCommandScopeChat(editor), every) for editor in sorted(editors)]
    for scope, offered in scopes:
        for code in (None, *languages()):
            try:
                await _set(bot, scope, offered, code, language)
            except TelegramError as error:
                # an editor who never wrote to the bot has no chat with it
                level = logging.INFO if scope.type == scope.CHAT else logging.WARNING
                _log.log(level, "A menu of commands could not be set (%s)", error)
                break


async def _set(
    bot: Bot,
    scope: telegram.BotCommandScope,
    offered: Iterable[Command],
    code: str | None,
    language: str | None,
) -> None:
    texts = texts_for(code, language)
    menu = [(one.name, texts(one.menu)) for one in offered if one.menu]
    await bot.set_my_commands(menu, scope=scope, language_code=code)
