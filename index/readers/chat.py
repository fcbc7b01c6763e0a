"""Chats exported from Telegram (`.json`): who wrote what and when, one line per message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.errors import DocumentError
from index.readers import blocks, encodings
from index.readers.reading import Reading
from index.types import Document

__all__ = ["read"]

_CONTACT = ("first_name", "last_name", "phone_number")
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
        raise DocumentError("not an exported Telegram chat; export one chat as JSON", "not_chat")
    reading = Reading()
    for message in messages:
        if not isinstance(message, dict) or message.get("type") != "message":
            continue
        lines = [line for line in map(blocks.collapse, _said(message)) if line]
        when = str(message.get("date") or "").replace("T", " ")[:16]
        if not lines:
            continue
        names = (message.get("from"), message.get("forwarded_from"))
        authors = [f"{author}:" for name in names if (author := blocks.collapse(str(name or "")))]
        lines[0] = " ".join(part for part in (when, *authors, lines[0]) if part)
        reading.anchor("message", _link(chat, message))
        reading.paragraph(lines)
    name = blocks.collapse(str(chat.get("name") or ""))
    return reading.document(id, digest, title=name or None)


def _said(message: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a message: its text, the name of its file, a poll or list with its
    answers, a contact, a place.
    """
    yield from _words(message.get("text")).splitlines()
    for field in ("file_name", "title", "place_name", "address"):
        yield _words(message.get(field))
    contact = _object(message.get("contact_information"))
    yield " ".join(_words(contact.get(name)) for name in _CONTACT)
    for listed in (_object(message.get("poll")), _object(message.get("todo_list"))):
        yield _words(listed.get("question") or listed.get("title"))
        answers = listed.get("answers")
        for answer in answers if isinstance(answers, list) else ():
            if words := _words(_object(answer).get("text")):
                yield f"- {words}"


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


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
