"""Which messages are meant for the bot, and what they ask. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Message, MessageEntity, User

__all__ = ["Command", "asked", "command", "is_by", "is_meant", "without_mentions"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a message begins with: its name, lower case and without the slash, and what
    follows. `named` where it names this bot (`/ask@this_bot`).
    """

    name: str
    rest: str
    named: bool


def command(message: Message, bot: User) -> Command | None:
    """The command that a message begins with, of another bot's (`/ask@other_bot`) one without a
    name; None where there is none.
    """
    text = message.text or ""
    if not any(e.type == MessageEntity.BOT_COMMAND and e.offset == 0 for e in message.entities):
        return None
    first, *rest = text.split(maxsplit=1)
    name, _, addressee = first[1:].partition("@")
    named = addressee.lower() == (bot.username or "").lower()
    mine = named or not addressee
    return Command(name.lower() if mine else "", "".join(rest).strip(), named)


def is_meant(message: Message, bot: User) -> bool:
    """Whether a message of a group that is no command is for the bot: it names it or replies to
    it.
    """
    return bool(_mentions(message, bot)) or _replies(message, bot)


def without_mentions(message: Message, bot: User) -> str:
    """The text of a message without the bot's name."""
    text = (message.text or "").encode("utf-16-le")
    for entity in reversed(_mentions(message, bot)):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        text = text[:start] + " ".encode("utf-16-le") + text[end:]
    return re.sub(" {2,}", " ", text.decode("utf-16-le", errors="ignore")).strip(" ,:\n")


def is_by(message: Message, bot: User) -> bool:
    """Whether the bot wrote a message."""
    return message.from_user is not None and message.from_user.id == bot.id


def asked(message: Message, bot: User) -> str:
    """The question in a message, whichever way it was put to the bot."""
    given = command(message, bot)
    return given.rest if given else without_mentions(message, bot)


def _mentions(message: Message, bot: User) -> list[MessageEntity]:
    name = f"@{bot.username}".lower()
    return [
        entity
        for entity in message.entities
        if (entity.type == MessageEntity.MENTION and message.parse_entity(entity).lower() == name)
        or (entity.type == MessageEntity.TEXT_MENTION and entity.user and entity.user.id == bot.id)
    ]


def _replies(message: Message, bot: User) -> bool:
    replied = message.reply_to_message
    # in a topic every message replies to the one that opened it
    if replied is None or replied.forum_topic_created:
        return False
    return is_by(replied, bot)
