"""The bullets and numbers of lists, as a browser writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Numbering", "number"]


def number(value: str | None, otherwise: int) -> int:
    """Return the number in an attribute, if it has one of a sensible size."""
    match = re.fullmatch(r"\s*(-?\d{1,9})\s*", value or "")
    return int(match.group(1)) if match else otherwise


class Numbering:
    """The markers of one list."""

    def __init__(self, element: HtmlElement) -> None:
        self._number = number(element.get("start"), 1)
        # without a form it has bullets
        self._form = _form(element) if element.tag == "ol" else ""

    def next(self, value: str | None) -> str:
        """Return the marker of the next item, which may set its own number."""
        if not self._form:
            return "• "
        given = number(value, self._number)
        self._number = given + 1
        return f"{_FORMS.get(self._form, str)(given)}. "


def _form(element: HtmlElement) -> str:
    style = (element.get("style") or "").lower()
    for form, name in (
        ("a", "lower-alpha"),
        ("A", "upper-alpha"),
        ("i", "lower-roman"),
        ("I", "upper-roman"),
    ):
        if element.get("type") == form or name in style:
            return form
    return "1"


def _letter(number: int) -> str:
    return chr(ord("a") + number - 1) if 1 <= number <= 26 else str(number)


def _roman(number: int) -> str:
    if not 1 <= number < 400:
        return str(number)
    written = ""
    for worth, sign in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        written += sign * (number // worth)
        number %= worth
    return written


_FORMS: dict[str, Callable[[int], str]] = {
    "a": _letter,
    "A": lambda number: _letter(number).upper(),
    "i": _roman,
    "I": lambda number: _roman(number).upper(),
}
