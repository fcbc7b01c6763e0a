"""Ephemeral messages of Bot API 10.2 and 10.3: in a group, seen by one person.

They have the message id 0 and an `ephemeral_message_id`, and are edited and deleted by methods of
their own. Telegram does not promise that they arrive; `Chat.ephemeral` False refuses them all.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .buttons import check_markup
from .calls import Call
from .errors import MESSAGE_NOT_MODIFIED, bad_request
from .limits import check_text
from .messages import Json, Message

if TYPE_CHECKING:
    from .chats import Chat

__all__ = ["METHODS", "deliver", "receiver_of"]

REPLY_WITHIN = 15.0  # seconds, https://core.telegram.org/bots/api#replyparameters


def receiver_of(call: Call, chat: "Chat") -> int | None:
    """The one person a call's message is for, None if it is for all; a 400 if there is no such."""
    parameters = call.params.object("ephemeral_message_parameters")
    if "receiver_user_id" in call.params:
        call.violate("ephemeral", "receiver_user_id is the form before Bot API 10.3")
    if parameters is None:
        return None
    receiver = parameters.get("receiver_user_id")
    if not isinstance(receiver, int):
        raise bad_request("can't parse EphemeralMessageParameters: receiver_user_id is missing")
    if chat.kind not in ("group", "supergroup"):
        call.violate("ephemeral", f"an ephemeral message into a {chat.kind} chat")
        raise bad_request("ephemeral messages can be sent only to groups and supergroups")
    if not chat.ephemeral or receiver not in chat.members:
        raise bad_request("EPHEMERAL_MESSAGE_NOT_ALLOWED")
    return receiver


def deliver(call: Call, chat: "Chat", receiver: int, content: Json, markup: Json | None) -> Message:
    """Show a message to one person of a chat."""
    replied = call.params.object("reply_parameters") or {}
    if (incoming := replied.get("ephemeral_message_id")) is not None:
        asked = chat.private_words.get((receiver, incoming))
        if asked is None or time.monotonic() - asked[1] > REPLY_WITHIN:
            raise bad_request("message to be replied not found")
    elif (id := replied.get("message_id")) is not None and id not in chat.messages:
        raise bad_request("message to be replied not found")
    raw = chat.new_raw(_sender(call), ephemeral=receiver) | content
    if topic := call.params.number("message_thread_id"):
        chat.check_topic(topic)
        raw |= {"message_thread_id": topic, "is_topic_message": True}
    if id := replied.get("message_id"):
        raw["reply_to_message"] = {
            k: v for k, v in chat.messages[id].raw.items() if k not in ("reply_to_message", "quote")
        }
    if markup and "inline_keyboard" in markup:
        raw["reply_markup"] = markup
    return chat.store(raw, by_bot=True)


def edit_ephemeral_text(call: Call) -> bool:
    """Replace the text of an ephemeral message, and its buttons."""

    def change(raw: Json) -> Json:
        text, entities = check_text(call, call.params.text("text"), call.params.array("entities"))
        changed = {k: v for k, v in raw.items() if k not in ("text", "entities", "reply_markup")}
        changed["text"] = text
        if entities:
            changed["entities"] = entities
        if markup := check_markup(call, inline_only=True):
            changed["reply_markup"] = markup
        return changed

    return _edit(call, change)


def edit_ephemeral_markup(call: Call) -> bool:
    """Replace the buttons of an ephemeral message."""

    def change(raw: Json) -> Json:
        changed = {k: v for k, v in raw.items() if k != "reply_markup"}
        markup = check_markup(call, inline_only=True)
        return changed | {"reply_markup": markup} if markup else changed

    return _edit(call, change)


def delete_ephemeral(call: Call) -> bool:
    """Take an ephemeral message back."""
    chat, message = _own(call)
    del chat.ephemeral_messages[_key(message)]
    return True


def _edit(call: Call, change: Callable[[Json], Json]) -> bool:
    chat, message = _own(call)
    raw = change(message.raw)
    if raw == message.raw:
        raise bad_request(MESSAGE_NOT_MODIFIED)
    chat.store(raw, by_bot=True, edited=True)
    return True


def _own(call: Call) -> tuple["Chat", Message]:
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access()
    key = call.params.number("receiver_user_id"), call.params.number("ephemeral_message_id")
    message = chat.ephemeral_messages.get(key)
    if message is None or not message.by_bot:
        raise bad_request("message to edit not found")
    return chat, message


def _key(message: Message) -> tuple[int, int]:
    return message.seen_by or 0, int(message.raw["ephemeral_message_id"])


def _sender(call: Call) -> Json:
    return {key: call.state.bot[key] for key in ("id", "is_bot", "first_name", "username")}


METHODS: dict[str, Callable[[Call], object]] = {
    "deleteEphemeralMessage": delete_ephemeral,
    "editEphemeralMessageReplyMarkup": edit_ephemeral_markup,
    "editEphemeralMessageText": edit_ephemeral_text,
}
