"""Signs that are not to be seen, made visible: a document's words must not steer what shows them.

Pure, and one sign for one, so that every offset stays what it was.
"""

from __future__ import annotations

import re

__all__ = ["on_one_line", "visible"]

# What turns the direction of what follows, or ends that; Unicode calls them explicit formatting.
_TURNING = "\u202a-\u202e\u2066-\u2069"
# A line feed, a tab, and a carriage return before a line feed do as in every text.
_HIDDEN = re.compile(rf"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNING}]|\r(?!\n)")
_BREAKS = re.compile(r"[\t\n\r\u2028\u2029]")
_PICTURES, _DELETE = 0x2400, "\u2421"
# of what has no picture of its own
_UNKNOWN = "\ufffd"


def visible(text: str) -> str:
    """The text with a picture for each control sign (`␛` for escape), and `�` for each sign that
    turns the direction of writing.
    """
    return _HIDDEN.sub(_picture, text)


def on_one_line(text: str) -> str:
    """The same with a space for each break of line: what names a document takes one line."""
    return visible(_BREAKS.sub(" ", text))


def _picture(found: re.Match[str]) -> str:
    sign = found[0]
    if sign < " ":
        return chr(_PICTURES + ord(sign))
    return _DELETE if sign == "\x7f" else _UNKNOWN
