"""Ephemeral messages of Bot API 10.2: in a group, visible to one person.

The library does not know them: a message has the id 0, and its real id is among the fields that the
library keeps unparsed. Telegram does not promise delivery.
https://core.telegram.org/bots/api#ephemeral-messages-and-commands
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import telegram

from bot.messages.model import Message
from bot.transport import forms

__all__ = ["Whisper", "edit", "edit_keyboard", "may_be", "number", "read"]


@dataclass(frozen=True, slots=True)
class Whisper:
    """An ephemeral message: its own id, the person who sees it, and whether the bot wrote it."""

    id: int
    person: int
    by_bot: bool


def read(message: telegram.Message) -> Whisper | None:
    """Return what a message is as an ephemeral one, None if it is ordinary."""
    id = message.api_kwargs.get("ephemeral_message_id")
    if not isinstance(id, int):
        return None
    by_bot = bool(message.from_user and message.from_user.is_bot)
    receiver = message.api_kwargs.get("receiver_user")
    person = receiver.get("id") if isinstance(receiver, Mapping) else None
    if not isinstance(person, int):
        person = message.from_user.id if message.from_user and not by_bot else None
    return Whisper(id, person, by_bot) if person is not None else None


def number(message: telegram.Message) -> int:
    """Return what tells a message apart in its chat: its id, and of an ephemeral one, which has
    none of its own, a number below zero made of its receiver and its ephemeral id.
    """
    whisper = read(message)
    if whisper is None:
        return message.message_id
    of = hashlib.blake2b(f"{whisper.person} {whisper.id}".encode(), digest_size=7)
    return -1 - int.from_bytes(of.digest())


def may_be(message: telegram.Message) -> bool:
    """Return True if an answer to a message can be for one person's eyes: in a group, to a person
    who does not speak as a chat.
    """
    in_group = message.chat.type in (message.chat.GROUP, message.chat.SUPERGROUP)
    return in_group and message.sender_chat is None


async def edit(
    bot: telegram.Bot, whisper: Whisper, words: Message, place: Mapping[str, Any]
) -> object:
    """Replace the words and buttons of one."""
    entities = [entity.to_dict() for entity in forms.entities(words)]
    given = {"text": words.text, "entities": entities, **_markup(words)}
    return await _call(bot, "editEphemeralMessageText", whisper, place, given)


async def edit_keyboard(
    bot: telegram.Bot, whisper: Whisper, words: Message, place: Mapping[str, Any]
) -> object:
    """Replace the buttons below one."""
    return await _call(bot, "editEphemeralMessageReplyMarkup", whisper, place, _markup(words))


async def _call(
    bot: telegram.Bot,
    method: str,
    whisper: Whisper,
    place: Mapping[str, Any],
    given: Mapping[str, Any],
) -> object:
    whose = {
        "chat_id": place["chat_id"],
        "receiver_user_id": whisper.person,
        "ephemeral_message_id": whisper.id,
    }
    return await bot.do_api_request(method, api_kwargs={**whose, **given})


def _markup(words: Message) -> dict[str, Any]:
    keyboard = forms.keyboard(words)
    return {"reply_markup": keyboard.to_dict()} if keyboard else {}
