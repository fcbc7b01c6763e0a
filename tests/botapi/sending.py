"""Methods that put something new into a chat: texts, documents, pictures, typing, reactions."""

import io
from typing import TYPE_CHECKING

from PIL import Image

from .buttons import check_markup
from .calls import Call
from .ephemeral import deliver, receiver_of
from .errors import ApiError, bad_request
from .files import PHOTO, UPLOAD, StoredFile
from .limits import CAPTION, check_quote, check_text
from .messages import Json, Message

if TYPE_CHECKING:
    from .chats import Chat

__all__ = ["METHODS", "place", "refuse_parse_mode", "send_document", "send_message"]

_ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)
_REACTIONS = (  # https://core.telegram.org/bots/api#reactiontypeemoji, space between
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 "
    "🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 "
    "🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 "
    "🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ "
    "😡 "
)


def send_message(call: Call) -> Json:
    """Send a text."""
    refuse_parse_mode(call)
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access()
    text, entities = check_text(call, call.params.text("text"), call.params.array("entities"))
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    if preview := call.params.object("link_preview_options"):
        content["link_preview_options"] = preview
    return place(call, chat, content, check_markup(call)).raw


def send_document(call: Call) -> Json:
    """Send a file, new or known to the server."""
    refuse_parse_mode(call)
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access()
    content: Json = {"document": _document(call).as_document()}
    if caption := call.params.text("caption"):
        text, entities = check_text(call, caption, call.params.array("caption_entities"), CAPTION)
        content["caption"] = text
        if entities:
            content["caption_entities"] = entities
    return place(call, chat, content, check_markup(call)).raw


def send_photo(call: Call) -> Json:
    """Send a picture within the limits of https://core.telegram.org/bots/api#sendphoto."""
    refuse_parse_mode(call)
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access()
    stored = _upload(call, "photo")
    if stored is None:
        call.violate("not covered", "a photo that is not uploaded")
        raise bad_request("wrong remote file identifier specified: can't unserialize it")
    if len(stored.content) > PHOTO:
        raise bad_request("PHOTO_SAVE_FILE_INVALID")
    try:
        with Image.open(io.BytesIO(stored.content)) as image:
            width, height = image.size
    except OSError:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    size: Json = {"file_id": stored.id, "file_unique_id": f"AgAD{stored.id[-12:]}"}
    content: Json = {"photo": [{**size, "width": width, "height": height}]}
    if caption := call.params.text("caption"):
        content["caption"], _ = check_text(call, caption, None, CAPTION)
    return place(call, chat, content, check_markup(call)).raw


def send_chat_action(call: Call) -> bool:
    """Show that the bot is busy."""
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access()
    if call.params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    if topic := call.params.number("message_thread_id"):
        chat.check_topic(topic, action=True)
    return True


def set_message_reaction(call: Call) -> bool:
    """React to a message with at most one emoji of the standard ones."""
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access()
    if call.params.number("message_id") not in chat.messages:
        raise bad_request("message to react not found")
    reactions = call.params.array("reaction") or []
    if len(reactions) > 1:
        call.violate("reaction", f"{len(reactions)} reactions, a bot may set one")
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        emoji = str(reaction.get("emoji", "")).replace("\ufe0f", "")
        if reaction.get("type") != "emoji" or emoji not in _REACTIONS.split():
            call.violate("reaction", f"{reaction} is none of the standard ones")
            raise bad_request("REACTION_INVALID")
    return True


def refuse_parse_mode(call: Call) -> None:
    """Refuse a parse mode: this bot marks its texts by entities only."""
    if mode := call.params.text("parse_mode"):
        call.violate("parse mode", f"{mode}: only entities are allowed")
        raise bad_request("unsupported parse_mode")


def place(call: Call, chat: "Chat", content: Json, markup: Json | None) -> Message:
    """Put a message of the bot into a chat, as the call says: in a topic, as a reply, for one."""
    if (receiver := receiver_of(call, chat)) is not None:
        return deliver(call, chat, receiver, content, markup)
    replied, shown = _reply(call, chat)
    topic = call.params.number("message_thread_id")
    if topic:
        chat.check_topic(topic)
    elif replied is not None and replied.topic:
        topic = replied.topic
    if topic:
        shown |= {"message_thread_id": topic, "is_topic_message": True}
        if chat.kind != "private":
            shown.setdefault("reply_to_message", chat.topics[topic])
    inline = markup if markup and "inline_keyboard" in markup else None
    raw = chat.new_raw(_sender(call)) | shown | content
    if chat.kind == "channel":
        raw.pop("from")
        raw["sender_chat"] = chat.as_json()
    if inline:
        raw["reply_markup"] = inline
    return chat.store(raw, by_bot=True, keyboard=None if inline else markup)


def _sender(call: Call) -> Json:
    return {key: call.state.bot[key] for key in ("id", "is_bot", "first_name", "username")}


def _reply(call: Call, chat: "Chat") -> tuple[Message | None, Json]:
    """The message that is answered, with the fields which show it."""
    parameters = call.params.object("reply_parameters") or {}
    if not parameters and "reply_to_message_id" in call.params:
        parameters = {
            "message_id": call.params.number("reply_to_message_id"),
            "allow_sending_without_reply": call.params.flag("allow_sending_without_reply"),
        }
    if not parameters:
        return None, {}
    elsewhere = parameters.get("chat_id")
    if elsewhere is not None and str(elsewhere) != str(chat.id):
        call.violate("not covered", "a reply to a message of another chat")
        raise bad_request("message to be replied not found")
    message_id = parameters.get("message_id")
    replied = chat.messages.get(message_id) if isinstance(message_id, int) else None
    if replied is None:
        if parameters.get("allow_sending_without_reply"):
            return None, {}
        raise bad_request("message to be replied not found")
    hidden = ("reply_to_message", "quote")
    shown: Json = {"reply_to_message": {k: v for k, v in replied.raw.items() if k not in hidden}}
    if quote := check_quote(call, replied, parameters):
        shown["quote"] = quote
    return replied, shown


def _upload(call: Call, kind: str) -> StoredFile | None:
    """The file that comes with a call, stored; None if none does."""
    given = call.params.text(kind)
    upload = call.files.get(given.removeprefix("attach://") or kind)
    if upload is None:
        return None
    if len(upload.content) > UPLOAD:
        call.violate("upload size", f"{len(upload.content)} bytes, at most {UPLOAD}")
        raise ApiError(413, "Request Entity Too Large")
    if not upload.content:
        raise bad_request("file must be non-empty")
    stored = StoredFile.new(upload.name, upload.content, upload.mime_type)
    call.state.files[stored.id] = stored
    return stored


def _document(call: Call) -> StoredFile:
    if (stored := _upload(call, "document")) is not None:
        return stored
    given = call.params.text("document")
    if given.startswith(("http://", "https://")):
        call.violate("not covered", "a document sent by its address")
    if given not in call.state.files:
        raise bad_request("wrong remote file identifier specified: can't unserialize it")
    return call.state.files[given]


METHODS = {
    "sendChatAction": send_chat_action,
    "sendDocument": send_document,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "setMessageReaction": set_message_reaction,
}
