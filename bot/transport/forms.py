"""Messages and their parts in the form of the Telegram library."""

from __future__ import annotations

from dataclasses import replace

import telegram

from bot.messages.model import Article, Button, Keyboard, Message

__all__ = ["NO_PREVIEW", "article", "buttons", "enabled", "entities", "keyboard", "markup"]

NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)

_PLACEHOLDER = 64  # characters that Telegram takes


def entities(message: Message) -> list[telegram.MessageEntity]:
    """Return the marked spans of a message."""
    return [
        telegram.MessageEntity(entity.type, entity.offset, entity.length, url=entity.url)
        for entity in message.entities
    ]


def markup(message: Message) -> telegram.InlineKeyboardMarkup | telegram.ForceReply | None:
    """Return what is below a message that is sent: its buttons, the request for a reply, or both.

    Only without buttons the request is `selective`: in a group no one else's keyboard opens.
    """
    if message.asks is not None and message.keyboard:
        # since Bot API 10.3; a server before it shows the buttons alone
        rows = [[_button(button) for button in row] for row in message.keyboard]
        return telegram.InlineKeyboardMarkup(rows, api_kwargs={"force_reply": True})
    if message.asks is not None:
        placeholder = message.asks[:_PLACEHOLDER] or None
        return telegram.ForceReply(selective=True, input_field_placeholder=placeholder)
    return keyboard(message)


def keyboard(message: Message) -> telegram.InlineKeyboardMarkup | None:
    """Return the buttons of a message."""
    if not message.keyboard:
        return None
    return telegram.InlineKeyboardMarkup([[_button(b) for b in row] for row in message.keyboard])


def buttons(message: telegram.Message) -> Keyboard:
    """Return the buttons under a message, as they were made."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return tuple(
        tuple(
            Button(
                button.text,
                data=button.callback_data if isinstance(button.callback_data, str) else None,
                url=button.url,
                copy=button.copy_text.text if button.copy_text else None,
                query=button.switch_inline_query_current_chat,
                disabled="disabled" in button.api_kwargs,
            )
            for button in row
        )
        for row in rows
    )


def article(offered: Article) -> telegram.InlineQueryResultArticle:
    """An article as it is offered."""
    message = offered.message
    content = telegram.InputTextMessageContent(
        message.text, entities=entities(message), link_preview_options=NO_PREVIEW
    )
    return telegram.InlineQueryResultArticle(
        offered.id,
        offered.title,
        content,
        reply_markup=keyboard(message),
        description=offered.description or None,
    )


def enabled(message: Message) -> Message | None:
    """Return the message with buttons that a server before Bot API 10.3 takes; None if it has
    only those.
    """
    if not any(button.disabled for row in message.keyboard for button in row):
        return None
    rows = (tuple(replace(button, disabled=False) for button in row) for row in message.keyboard)
    return replace(message, keyboard=tuple(rows))


def _button(button: Button) -> telegram.InlineKeyboardButton:
    if button.disabled:
        return telegram.InlineKeyboardButton(button.text, api_kwargs={"disabled": {}})
    return telegram.InlineKeyboardButton(
        button.text,
        callback_data=button.data,
        url=button.url,
        copy_text=None if button.copy is None else telegram.CopyTextButton(button.copy),
        switch_inline_query_current_chat=button.query,
    )
