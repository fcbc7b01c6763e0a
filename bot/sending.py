"""Messages -> Telegram: the only place where one becomes the other."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import telegram
from telegram.constants import ChatAction
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.messages import Message

__all__ = ["edit", "reply", "send", "typing", "wait"]

_NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)
_TYPING_AFTER, _TYPING_AGAIN = 1.0, 4.0


async def reply(to: telegram.Message, words: Message | str) -> telegram.Message:
    """Send as a reply; where the question is gone, as a message of its own."""
    return await send(to, words, replying=True)


async def send(
    beside: telegram.Message,
    words: Message | str,
    *,
    buttons: Sequence[tuple[str, str]] = (),
    replying: bool = False,
) -> telegram.Message:
    """Send into the chat of a message, with buttons of these labels and data, one a row.

    Where Telegram asks to wait, this waits and sends again.
    """
    message = Message(words) if isinstance(words, str) else words
    keyboard = [
        [telegram.InlineKeyboardButton(label, callback_data=data)] for label, data in buttons
    ]
    while True:
        try:
            return await beside.get_bot().send_message(
                beside.chat_id,
                message.text,
                entities=_entities(message),
                link_preview_options=_NO_PREVIEW,
                reply_markup=telegram.InlineKeyboardMarkup(keyboard) if keyboard else None,
                reply_parameters=telegram.ReplyParameters(
                    beside.message_id, allow_sending_without_reply=True
                )
                if replying
                else None,
            )
        except RetryAfter as error:
            await wait(error)


async def edit(sent: telegram.Message, words: Message) -> bool:
    """Put other words into a message the bot sent; False where it can no longer be edited."""
    try:
        await sent.edit_text(
            words.text, entities=_entities(words), link_preview_options=_NO_PREVIEW
        )
    except BadRequest as error:
        return "not modified" in str(error)
    return True


async def wait(error: RetryAfter) -> None:
    """Wait as long as Telegram asks for."""
    asked = error.retry_after
    await asyncio.sleep(asked.total_seconds() if isinstance(asked, datetime.timedelta) else asked)


@asynccontextmanager
async def typing(beside: telegram.Message) -> AsyncIterator[None]:
    """Show in the chat that the bot works, once it has for a second."""

    async def show() -> None:
        await asyncio.sleep(_TYPING_AFTER)
        while True:
            with suppress(TelegramError):
                await beside.get_bot().send_chat_action(beside.chat_id, ChatAction.TYPING)
            await asyncio.sleep(_TYPING_AGAIN)

    task = asyncio.create_task(show())
    try:
        yield
    finally:
        task.cancel()


def _entities(message: Message) -> list[telegram.MessageEntity]:
    return [
        telegram.MessageEntity(entity.type, entity.offset, entity.length, url=entity.url)
        for entity in message.entities
    ]
