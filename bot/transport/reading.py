"""The text of a message, in any form that a client sends. Pure.

A list, a table or a heading typed in a current client arrives as a rich message, without `text`:
https://core.telegram.org/bots/api#richmessage. The library does not know the field and keeps it
unparsed, so nothing about its shape is certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Message, MessageEntity, MessageOriginUser, Update, User
from telegram.ext import filters

__all__ = [
    "Said",
    "is_forwarded",
    "is_plain",
    "is_service",
    "kind",
    "link_alone",
    "quoted",
    "said",
]

# How deep to look into blocks within blocks, and texts within texts; Telegram sends far fewer.
_DEEPEST = 16
_LONGEST = 40_000  # characters; a rich message has at most 32,768

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?!\S)")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """The text of a message and its mentions of the bot: spans in code points, in order.

    `command` is where a command at the beginning ends, 0 without one.
    """

    text: str
    mentions: tuple[tuple[int, int], ...] = ()
    command: int = 0


def said(message: Message, bot: User | None = None) -> Said:
    """Return what a message says: its text, its caption, or the text of its blocks.

    A checklist is read as its title and tasks, a poll as its question and answers.
    """
    name = f"@{bot.username}".lower() if bot else ""
    for text, entities in (
        (message.text, message.entities),
        (message.caption, message.caption_entities),
    ):
        if text:
            return _marked(text, entities, name, bot)
    text = "\n".join(_lines(message)).strip()[:_LONGEST]
    spans = [
        match.span()
        for match in re.finditer(r"(?<!\w)@\w{4,32}(?!\w)", text)
        if match.group().lower() == name
    ]
    command = _COMMAND.match(text)
    return Said(text, tuple(spans), command.end() if command else 0)


def quoted(message: Message) -> str:
    """Return what a message points at: the part it quotes, else what it replies to; else ""."""
    if message.quote:
        return message.quote.text.strip()
    replied = message.reply_to_message
    return said(replied).text.strip() if replied and not replied.forum_topic_created else ""


def kind(message: Message) -> str:
    """Return the name of what a message carries besides text, for a log: "photo", "voice", …"""
    for name in _KINDS:
        if getattr(message, name, None):
            return name
    # a kind that is newer than the library
    unknown = sorted(set(message.api_kwargs) - {"rich_message"})
    return unknown[0] if unknown else "other"


def is_plain(message: Message) -> bool:
    """Return True for words that were typed as a message, not with a picture, a poll or a list of
    tasks.
    """
    return bool(message.text) or isinstance(message.api_kwargs.get("rich_message"), Mapping)


def is_service(message: Message) -> bool:
    """Return True for what Telegram itself reports in a chat, as a pinned message."""
    return bool(filters.StatusUpdate.ALL.check_update(Update(0, message=message)))


def is_forwarded(message: Message) -> bool:
    """Return True if someone passes on what another wrote."""
    origin = message.forward_origin
    if origin is None:
        return False
    # a person's own question, forwarded again, is their own
    mine = isinstance(origin, MessageOriginUser) and message.from_user == origin.sender_user
    return not mine


def link_alone(text: str) -> str | None:
    """Return the web address that a text consists of, None if it says anything else."""
    text = text.strip()
    return text if _LINK.fullmatch(text) else None


_KINDS = (
    "voice",
    "video_note",
    "audio",
    "photo",
    "video",
    "animation",
    "sticker",
    "document",
    "location",
    "contact",
    "dice",
    "story",
    "game",
    "paid_media",
    "giveaway",
    "venue",
)


def _marked(text: str, entities: tuple[MessageEntity, ...], name: str, bot: User | None) -> Said:
    mentions, command = [], 0
    for entity in entities:
        start, end = _code_points(text, entity)
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            command = end
        elif _names(entity, text[start:end], name, bot):
            mentions.append((start, end))
    return Said(text, tuple(mentions), command)


def _names(entity: MessageEntity, words: str, name: str, bot: User | None) -> bool:
    if entity.type == MessageEntity.MENTION:
        return words.lower() == name
    return bool(bot and entity.user and entity.user.id == bot.id)


def _code_points(text: str, entity: MessageEntity) -> tuple[int, int]:
    """Return where an entity, in UTF-16 units, begins and ends in the text."""
    units = text.encode("utf-16-le")
    start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
    before = units[:start].decode("utf-16-le", errors="ignore")
    return len(before), len(before) + len(units[start:end].decode("utf-16-le", errors="ignore"))


def _lines(message: Message) -> Iterator[str]:
    rich = message.api_kwargs.get("rich_message")
    if isinstance(rich, Mapping):
        yield from _of_blocks(rich.get("blocks"), 0)
    elif message.checklist:
        yield message.checklist.title
        yield from (task.text for task in message.checklist.tasks)
    elif message.poll:
        yield message.poll.question
        yield from (option.text for option in message.poll.options)


def _of_blocks(blocks: object, depth: int) -> Iterator[str]:
    """Return a line for each paragraph, item and row; what cannot be read is skipped."""
    if depth > _DEEPEST or not isinstance(blocks, list):
        return
    for block in blocks:
        if isinstance(block, Mapping):
            yield from _of_block(block, depth)


def _of_block(block: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name in ("summary", "text", "expression"):
        if text := _flat(block.get(name), depth):
            yield text
    cells = block.get("cells")
    for row in cells if isinstance(cells, list) else ():
        found = [_flat(cell, depth) for cell in row] if isinstance(row, list) else []
        if any(found):
            yield " | ".join(found)
    # a list has items, and each item blocks
    for name in ("items", "blocks"):
        yield from _of_blocks(block.get(name), depth + 1)
    for name in ("caption", "credit"):
        if text := _flat(block.get(name), depth):
            yield text


def _flat(text: object, depth: int) -> str:
    """Return a rich text without its marks: a string, a list of texts, or an object with a text
    in it.
    """
    if isinstance(text, str):
        return text
    if depth > _DEEPEST:
        return ""
    if isinstance(text, list):
        return "".join(_flat(part, depth + 1) for part in text)
    if isinstance(text, Mapping):
        for name in ("text", "alternative_text", "expression"):
            if name in text:
                return _flat(text[name], depth + 1)
    return ""
