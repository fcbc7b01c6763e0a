"""Which messages are meant for the bot, and what they ask. Pure."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from telegram import Message, MessageEntity, User

__all__ = ["Command", "asked", "command", "is_by", "is_late", "is_meant", "without_mentions"]

_LATE = datetime.timedelta(minutes=10)

# In a group these are for whoever has such a command; the others only where they name this bot.
_SHARED = frozenset({"ask", "verify"})
_IN_GROUPS = _SHARED | {"help", "sources", "privacy"}


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
    if not any(e.type == MessageEntity.BOT_COMMAND and e.offset == 0 for e in message.entities):
        return None
    first, *rest = (message.text or "").split(maxsplit=1) or [""]
    name, _, addressee = first[1:].partition("@")
    named = addressee.lower() == (bot.username or "").lower()
    mine = named or not addressee
    return Command(name.lower() if mine else "", "".join(rest).strip(), named)


def is_meant(message: Message, bot: User) -> bool:
    """Whether a message is one to answer: private, or in a group a command of the bot's, one that
    names it, or a reply to it; never what another bot says, or a channel in its group, nor a
    passage of this bot's that somebody posts.
    """
    if _is_said_by_nobody(message, bot):
        return False
    if message.chat.type == message.chat.PRIVATE:
        return bool(message.text or message.effective_attachment)
    if given := command(message, bot):
        return given.name in _SHARED or (given.named and given.name in _IN_GROUPS)
    return bool(message.text) and (bool(_mentions(message, bot)) or _replies(message, bot))


def is_late(message: Message) -> bool:
    """Whether a message was sent so long ago that the bot must have been away."""
    return datetime.datetime.now(datetime.UTC) - message.date > _LATE


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


def _is_said_by_nobody(message: Message, bot: User) -> bool:
    # an anonymous admin, a person, is shown as a bot that speaks for a chat
    by_a_bot = bool(message.from_user and message.from_user.is_bot and not message.sender_chat)
    posted = message.via_bot is not None and message.via_bot.id == bot.id
    return by_a_bot or posted or bool(message.is_automatic_forward)


def _replies(message: Message, bot: User) -> bool:
    replied = message.reply_to_message
    # in a topic every message replies to the one that opened it
    if replied is None or replied.forum_topic_created:
        return False
    return is_by(replied, bot)
