"""A message on its way to Telegram, and its simpler forms if Telegram refuses it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import telegram
from telegram.error import BadRequest, EndPointNotFound

from bot.messages.model import Message
from bot.transport import forms, whispers

__all__ = ["Letter", "Place", "place_of", "says", "topic_of"]

Place = telegram.Message | tuple[int, int] | str
"""A message of the bot: itself, its chat's id and its own, or its inline id."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way: its content, its destination, and what it answers.

    In a group `only` this person sees it, if Telegram allows that: an ephemeral message, since Bot
    API 10.2. `whisper` is the ephemeral message of theirs that it answers.
    """

    chat: int
    message: Message
    topic: int | None = None
    reply_to: int | None = None
    quote: str | None = None
    file: telegram.InputFile | None = None
    is_picture: bool = False
    only: int | None = None
    whisper: int | None = None

    async def post(self, bot: telegram.Bot) -> telegram.Message:
        """Send it, once."""
        place: dict[str, Any] = {
            "chat_id": self.chat,
            "message_thread_id": self.topic,
            "reply_markup": forms.markup(self.message),
        }
        if self.reply_to is not None:
            place["reply_parameters"] = telegram.ReplyParameters(
                self.reply_to, quote=self.quote, allow_sending_without_reply=True
            )
        # the library knows neither parameter
        more: dict[str, Any] = {}
        if self.only is not None:
            more["ephemeral_message_parameters"] = {"receiver_user_id": self.only}
        if self.whisper is not None:
            more["reply_parameters"] = {"ephemeral_message_id": self.whisper}
        place["api_kwargs"] = more or None
        if self.file is not None and self.is_picture:
            return await bot.send_photo(**place, photo=self.file, caption=self.message.text)
        if self.file is not None:
            return await bot.send_document(**place, document=self.file)
        if self.message.rich:
            return await _rich(bot, place, self.message)
        return await bot.send_message(
            **place,
            text=self.message.text,
            entities=forms.entities(self.message),
            link_preview_options=forms.NO_PREVIEW,
        )

    def as_seen(self, to: telegram.Message) -> Letter:
        """The same for those who see the message that it answers."""
        if not (seen := whispers.read(to)):
            return self
        whisper = None if seen.by_bot else seen.id
        return replace(self, reply_to=None, only=seen.person, whisper=whisper)

    def moved(self, chat: int) -> Letter:
        """Return the same for the chat that this one became, where messages have other ids."""
        return replace(self, chat=chat, topic=None, reply_to=None, quote=None, whisper=None)

    def plainer(self, error: BadRequest) -> Letter | None:
        """Return a simpler form that is less likely to be refused; None if it is plain already."""
        if self.is_picture and says(error, "photo", "image"):
            # of a shape or size that is none of a photo
            return replace(self, is_picture=False)
        if self.whisper is not None:
            # seconds later it can no longer be replied to
            return replace(self, whisper=None)
        if self.only is not None:
            return replace(self, only=None)
        if self.topic is not None and says(error, "thread not found"):
            return replace(self, topic=None)
        if self.quote is not None:
            return replace(self, quote=None)
        if self.message.rich:
            return replace(self, message=replace(self.message, rich=()))
        if older := forms.enabled(self.message):
            return replace(self, message=older)
        if self.message.entities:
            return replace(self, message=replace(self.message, entities=()))
        if self.message.keyboard or self.message.asks is not None:
            return replace(self, message=Message(self.message.text))
        return None


async def _rich(bot: telegram.Bot, place: dict[str, Any], message: Message) -> telegram.Message:
    """Send a rich message, which the library does not know. Raises BadRequest if the server does
    not either.
    """
    more = place.pop("api_kwargs") or {}
    given = {name: value for name, value in place.items() if value is not None}
    fields = {**given, **more, "rich_message": {"blocks": list(message.rich)}}
    try:
        sent = await bot.do_api_request(
            "sendRichMessage", api_kwargs=fields, return_type=telegram.Message
        )
    except EndPointNotFound:
        raise BadRequest("rich messages are not known") from None
    return cast("telegram.Message", sent)


def says(error: BadRequest, *reasons: str) -> bool:
    """Return True if Telegram gives one of these reasons; it has no codes for them."""
    return any(reason in str(error).lower() for reason in reasons)


def topic_of(message: telegram.Message) -> int | None:
    """Return the topic of a message; threads of replies have an id as well, but are not topics."""
    return message.message_thread_id if message.is_topic_message else None


def place_of(sent: Place) -> tuple[int | str, dict[str, Any]]:
    """Return the chat that a message of the bot counts for, and how an edit names it."""
    if isinstance(sent, str):
        return sent, {"inline_message_id": sent}
    chat, id = (sent.chat_id, sent.message_id) if isinstance(sent, telegram.Message) else sent
    return chat, {"chat_id": chat, "message_id": id}
