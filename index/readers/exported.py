"""Chats that Telegram exported as pages: a message a line, with its time and author."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.readers import blocks
from index.readers.reading import Reading
from index.readers.visible import Sight
from index.types import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["is_chat", "read"]

_BREAK = "\u2028"
_WHEN = re.compile(r"(\d{2})\.(\d{2})\.(\d{4}) (\d{2}:\d{2})")


def is_chat(root: HtmlElement) -> bool:
    """Return True if a page is one of an exported chat."""
    history = root.find_class("history")
    return bool(history) and any(_is_message(part) for part in history[0])


def read(id: str, digest: str, root: HtmlElement) -> Document:
    """Read a page of an export; each line is `2026-03-15 10:00 Anna: …`.

    A message that goes on without a name is of the author above. The export does not say where the
    chat is on the web, so the messages have no link.
    """
    reading = Reading()
    for end in root.iter("br"):
        end.tail = f"{_BREAK}{end.tail or ''}"
    sight = Sight(root)
    author = ""
    for message in root.find_class("history")[0]:
        if not _is_message(message):
            continue
        names = _own(message, "from_name")
        author = sight.text(names[0]) if names else author
        lines = _BREAK.join(_said(message, sight)).split(_BREAK)
        lines = [line for line in map(blocks.collapse, lines) if line]
        if not lines:
            continue
        dates = _own(message, "date")
        said = (_when(dates[0]) if dates else "", f"{author}:" if author else "", lines[0])
        lines[0] = " ".join(part for part in said if part)
        reading.paragraph(lines)
    header = root.find_class("page_header")
    name = header[0].find_class("text") if header else []
    return reading.document(id, digest, title=sight.text(name[0]) or None if name else None)


def _is_message(element: HtmlElement) -> bool:
    classes = (element.get("class") or "").split()
    return "message" in classes and "service" not in classes


def _own(message: HtmlElement, name: str) -> list[HtmlElement]:
    """Return the parts of a class, without those of a message forwarded in it."""
    found = message.find_class(name)
    return [part for part in found if not any(_forwards(a) for a in part.iterancestors("div"))]


def _forwards(element: HtmlElement) -> bool:
    return "forwarded" in (element.get("class") or "").split()


def _said(message: HtmlElement, sight: Sight) -> list[str]:
    """Return the content of a message: who is forwarded, its text, the names of its files, its
    polls.
    """
    found: list[str] = []
    forwarded = ""
    for part in message.iter("div"):
        classes = (part.get("class") or "").split()
        if "from_name" in classes and any(map(_forwards, part.iterancestors("div"))):
            forwarded = f"{(part.text or '').strip()}: "
        elif {"text", "title", "description", "question", "answer"} & set(classes):
            found.append(f"{forwarded}{sight.text(part)}")
            forwarded = ""
    return found


def _when(date: HtmlElement) -> str:
    match = _WHEN.match(date.get("title") or "")
    return "{2}-{1}-{0} {3}".format(*match.groups()) if match else ""
