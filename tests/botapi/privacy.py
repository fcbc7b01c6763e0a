"""Which messages of a group reach a bot."""

from typing import TYPE_CHECKING

from . import entities as spans
from . import utf16
from .messages import Message

if TYPE_CHECKING:
    from .rooms import Room

__all__ = ["visible"]

_CONTENT = frozenset(
    (
        "animation",
        "audio",
        "checklist",
        "document",
        "location",
        "photo",
        "rich_message",
        "sticker",
        "text",
        "video",
        "voice",
    )
)


def visible(room: "Room", message: Message) -> bool:
    """Return True if a message reaches the bot: with privacy on, commands and replies to it do.

    A mention alone does not pass (https://core.telegram.org/bots/features#privacy-mode, and
    github.com/telegraf/telegraf/issues/545); as an admin the bot sees everything.
    """
    if room.kind in ("private", "channel") or room.bot_status == "administrator":
        return True
    if not room.state.privacy_mode or not _CONTENT & set(message.raw):
        return True
    replied = message.raw.get("reply_to_message", {})
    if replied.get("from", {}).get("id") == room.state.bot["id"]:
        return True
    name = f"@{room.state.bot['username']}".lower()
    commands = [
        utf16.cut(message.text, entity["offset"], entity["length"]).lower()
        for entity in message.entities or spans.find(message.text)
        if entity["type"] == "bot_command"
    ]
    return any("@" not in command or command.endswith(name) for command in commands)
