"""Which messages are meant for the bot, and what they ask. Pure."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from telegram import Message, MessageEntity, User

from bot import commands
from bot.commands import Groups
from bot.transport import reading
from index.text import messages

__all__ = [
    "Given",
    "asked",
    "command",
    "is_by",
    "is_editing",
    "is_late",
    "is_meant",
    "is_talk",
    "questions",
    "without_mentions",
]

_LATE = datetime.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Given:
    """A command at the beginning of a message: its name, lower case and without the slash, and
    what follows. `named` if it names this bot (`/ask@this_bot`).
    """

    name: str
    rest: str
    named: bool


def command(message: Message, bot: User) -> Given | None:
    """Return the command at the beginning of a message or caption; without a name if it is
    another bot's (`/ask@other_bot`); None if there is none.
    """
    said = reading.said(message, bot)
    if not said.command:
        return None
    name, _, addressee = said.text[1 : said.command].partition("@")
    named = addressee.lower() == (bot.username or "").lower()
    mine = named or not addressee
    return Given(name.lower() if mine else "", said.text[said.command :].strip(), named)


def is_meant(message: Message, bot: User) -> bool:
    """Return True if a message should be answered.

    That is a private message, or in a group a command of the bot's, a message that names it, or a
    reply to it that names no one else; never a message of another bot, of a channel in its group,
    or a passage of this bot's that someone posts.
    """
    if _is_said_by_nobody(message, bot):
        return False
    if message.chat.type == message.chat.PRIVATE:
        return not reading.is_service(message)
    if given := command(message, bot):
        known = commands.find(given.name)
        groups = known.groups if known else Groups.NEVER
        return groups is Groups.SHARED or (groups is Groups.NAMED and given.named)
    said = reading.said(message, bot)
    if not said.text:
        return False
    return bool(said.mentions) or (_replies(message, bot) and not _names_others(message))


def is_talk(text: str) -> bool:
    """Return True for a greeting, thanks and the like, which ask nothing of the documents."""
    return messages.read(text).talk is not None


def is_editing(message: Message, bot: User) -> bool:
    """Return True for an editors' command that names the bot in a group."""
    given = command(message, bot) if message.chat.type != message.chat.PRIVATE else None
    known = commands.find(given.name) if given and given.named else None
    return known is not None and known.editors


def is_late(message: Message) -> bool:
    """Return True if a message is so old that the bot must have been away."""
    written = message.edit_date or message.date
    return datetime.datetime.now(datetime.UTC) - written > _LATE


def without_mentions(message: Message, bot: User) -> str:
    """Return the text of a message without the bot's name."""
    said = reading.said(message, bot)
    text = said.text
    for start, end in reversed(said.mentions):
        text = f"{text[:start]} {text[end:]}"
    return re.sub(" {2,}", " ", text).strip(" ,:\n")


def is_by(message: Message, bot: User) -> bool:
    """Return True if the bot wrote a message."""
    return message.from_user is not None and message.from_user.id == bot.id


def asked(message: Message, bot: User) -> str:
    """Return the question in a message, in whatever way it was put to the bot."""
    given = command(message, bot)
    return given.rest if given else without_mentions(message, bot)


def questions(message: Message, bot: User) -> str:
    """Return what a message asks of the documents; "" for a greeting, thanks, or another
    command.
    """
    given = command(message, bot)
    if given and given.name != "ask":
        return ""
    text = asked(message, bot)
    return "" if not text or messages.read(text).talk else text


def _names_others(message: Message) -> bool:
    """Return True if a message that does not name the bot addresses someone by name."""
    marked = (*message.entities, *message.caption_entities)
    return any(e.type in (MessageEntity.MENTION, MessageEntity.TEXT_MENTION) for e in marked)


def _is_said_by_nobody(message: Message, bot: User) -> bool:
    # an anonymous admin, a person, appears as a bot that speaks for a chat
    by_a_bot = bool(message.from_user and message.from_user.is_bot and not message.sender_chat)
    posted = message.via_bot is not None and message.via_bot.id == bot.id
    return by_a_bot or posted or bool(message.is_automatic_forward)


def _replies(message: Message, bot: User) -> bool:
    replied = message.reply_to_message
    # in a topic every message replies to the one that opened it
    if replied is None or replied.forum_topic_created:
        return False
    return is_by(replied, bot)
