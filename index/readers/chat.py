"""Chats exported from Telegram (`.json`): who wrote what and when, one line per message."""

from __future__ import annotations

import json
from typing import Any

from index.errors import DocumentError
from index.readers import blocks, encodings
from index.readers.reading import Reading
from index.types import Document

__all__ = ["read"]

_GROUPS = ("private_supergroup", "public_supergroup", "private_channel", "public_channel")


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of an export of one chat; a passage has the link to its message.

    Each line is `2026-03-15 10:00 Anna: …`. Raises DocumentError if the file is not such an export.
    """
    try:
        chat = json.loads(encodings.decode(data).lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise DocumentError("damaged JSON; export the chat again", "json_damaged") from None
    messages = chat.get("messages") if isinstance(chat, dict) else None
    if not isinstance(messages, list) or "type" not in chat:
        raise DocumentError(
            "not the export of a Telegram chat; export one chat as JSON", "not_chat"
        )
    reading = Reading()
    for message in messages:
        if not isinstance(message, dict) or message.get("type") != "message":
            continue
        words = blocks.collapse(_words(message.get("text")))
        when = str(message.get("date") or "").replace("T", " ")[:16]
        if not words:
            continue
        author = blocks.collapse(str(message.get("from") or ""))
        said = (when, f"{author}:" if author else "", words)
        reading.anchor("message", _link(chat, message))
        reading.paragraph([" ".join(part for part in said if part)])
    name = blocks.collapse(str(chat.get("name") or ""))
    return reading.document(id, digest, title=name or None)


def _words(text: Any) -> str:
    """Return the text of a message: a string, or strings and nested objects with text."""
    if isinstance(text, str):
        return text
    parts = text if isinstance(text, list) else []
    said = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return "".join(words for words in said if isinstance(words, str))


def _link(chat: dict[str, Any], message: dict[str, Any]) -> str:
    """Return the address of a message, empty in chats whose messages have none."""
    number, group = message.get("id"), chat.get("id")
    if chat.get("type") not in _GROUPS or type(number) is not int or type(group) is not int:
        return ""
    return f"https://t.me/c/{group}/{number}"
