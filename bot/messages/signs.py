"""Make invisible characters visible: a document's words must not steer the program that shows them.

Pure, and one sign for one, so that every offset stays the same.
"""

from __future__ import annotations

import re

__all__ = ["on_one_line", "visible"]

# Characters that turn the direction of the following text, or end that; Unicode calls them explicit
# formatting.
_TURNING = "\u202a-\u202e\u2066-\u2069"
# A line feed, a tab, and a carriage return before a line feed keep their usual meaning.
_HIDDEN = re.compile(rf"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNING}]|\r(?!\n)")
_BREAKS = re.compile(r"[\t\n\r\u2028\u2029]")
_PICTURES, _DELETE = 0x2400, "\u2421"
# for characters without a picture of their own
_UNKNOWN = "\ufffd"


def visible(text: str) -> str:
    """Return the text with a picture for each control sign (`␛` for escape), and `�` for each
    sign that turns the direction of writing.
    """
    return _HIDDEN.sub(_picture, text)


def on_one_line(text: str) -> str:
    """Return the same with a space for each line break: the name of a document takes one line."""
    return visible(_BREAKS.sub(" ", text))


def _picture(found: re.Match[str]) -> str:
    sign = found[0]
    if sign < " ":
        return chr(_PICTURES + ord(sign))
    return _DELETE if sign == "\x7f" else _UNKNOWN
