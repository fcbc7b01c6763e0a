"""Methods that change or delete what stands in a chat."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from .buttons import check_markup
from .calls import Call
from .errors import MESSAGE_NOT_MODIFIED, bad_request
from .limits import check_text
from .messages import Json, Message
from .sending import refuse_parse_mode

if TYPE_CHECKING:
    from .chats import Chat

__all__ = ["METHODS", "delete_message", "edit_message_reply_markup", "edit_message_text"]

_CONTENT = ("text", "entities", "link_preview_options", "reply_markup")


def edit_message_text(call: Call) -> Json | bool:
    """Replace the text of a message of the bot; buttons that are not given again go away."""
    refuse_parse_mode(call)

    def change(raw: Json) -> Json:
        if "text" not in raw:
            raise bad_request("there is no text in the message to edit")
        text, entities = check_text(call, call.params.text("text"), call.params.array("entities"))
        changed = {k: v for k, v in raw.items() if k not in _CONTENT} | {"text": text}
        for name, value in (
            ("entities", entities),
            ("link_preview_options", call.params.object("link_preview_options")),
            ("reply_markup", check_markup(call, inline_only=True)),
        ):
            if value:
                changed[name] = value
        return changed

    return _edit(call, change)


def edit_message_reply_markup(call: Call) -> Json | bool:
    """Replace or remove the buttons under a message of the bot."""

    def change(raw: Json) -> Json:
        changed = {k: v for k, v in raw.items() if k != "reply_markup"}
        markup = check_markup(call, inline_only=True)
        return changed | {"reply_markup": markup} if markup else changed

    return _edit(call, change)


def delete_message(call: Call) -> bool:
    """Delete a message of the bot, or of others if it may."""
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access()
    message = chat.messages.get(call.params.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not (message.by_bot or chat.kind == "private" or chat.bot_status == "administrator"):
        raise bad_request("message can't be deleted")
    del chat.messages[message.id]
    return True


def _edit(call: Call, change: Callable[[Json], Json]) -> Json | bool:
    if inline_id := call.params.text("inline_message_id"):
        message = call.state.inline_messages.get(inline_id)
        if message is None:
            raise bad_request("MESSAGE_ID_INVALID")
        raw = _changed(message, change)
        new = replace(message, raw=raw, seq=call.state.tick(), edited=True)
        call.state.inline_messages[inline_id] = new
        call.state.outbox.append(new)
        return True
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access()
    message = _own(chat, call.params.number("message_id"))
    raw = _changed(message, change) | {"edit_date": int(time.time())}
    return chat.store(raw, by_bot=True, edited=True).raw


def _own(chat: "Chat", message_id: int) -> Message:
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    # A message that brought a reply keyboard cannot be edited either.
    if not message.by_bot or message.keyboard is not None:
        raise bad_request("message can't be edited")
    return message


def _changed(message: Message, change: Callable[[Json], Json]) -> Json:
    raw = change(message.raw)
    if all(raw.get(name) == message.raw.get(name) for name in _CONTENT):
        raise bad_request(MESSAGE_NOT_MODIFIED)
    return raw


METHODS = {
    "deleteMessage": delete_message,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageText": edit_message_text,
}
