"""A message's text and marked spans -> HTML. Pure; whatever stands in a text is escaped."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from html import escape

from tests.botapi import utf16
from tests.botapi.entities import QUOTES, Entity

__all__ = ["rich"]

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
}
_LOOKS_LINKED = ("url", "email", "mention", "hashtag", "bot_command", "text_mention")


def rich(text: str, entities: Iterable[Entity], *, opened: bool = False) -> str:
    """The text with its spans as elements, as they nest; offsets count UTF-16 units.

    An expandable quotation shows its first lines, or with `opened` all of it.
    """
    # of those that begin together the longest stands outside, and a quotation around all else
    ordered = sorted(
        entities, key=lambda e: (e["offset"], -int(e["length"]), e["type"] not in QUOTES)
    )
    return _inside(text, 0, utf16.length(text), deque(ordered), opened=opened)


def _inside(text: str, at: int, end: int, waiting: deque[Entity], *, opened: bool) -> str:
    """The units from `at` to `end` with the waiting spans that begin there."""
    parts = []
    while waiting and waiting[0]["offset"] < end:
        entity = waiting.popleft()
        start = int(entity["offset"])
        stop = min(start + int(entity["length"]), end)
        parts.append(escape(utf16.cut(text, at, start - at)))
        inner = _inside(text, start, stop, waiting, opened=opened)
        parts.append(_element(entity, inner, opened=opened))
        at = stop
        # a quotation is a block: the line it stands on ends with it
        if entity["type"] in QUOTES and utf16.cut(text, at, 1) == "\n":
            at += 1
    parts.append(escape(utf16.cut(text, at, end - at)))
    return "".join(parts)


def _element(entity: Entity, inner: str, *, opened: bool) -> str:
    kind = str(entity["type"])
    if kind in QUOTES:
        folded = kind == "expandable_blockquote" and not opened
        state = ' class="folded"' if folded else ""
        return f'<blockquote dir="auto"{state}><div>{inner}</div></blockquote>'
    if kind == "text_link":
        return f'<a href="{escape(str(entity["url"]))}">{inner}</a>'
    if kind in _LOOKS_LINKED:
        return f"<a>{inner}</a>"
    tag = _TAGS.get(kind, "span")
    return f"<{tag}>{inner}</{tag}>"
