"""The lists of a Word document: the bullet or number before each item, as it is printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from index.readers.wordml import W, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Numbering"]

_BULLET = "•"
_DEEPEST = 9


class Numbering:
    """Counts the items of the lists as they come."""

    def __init__(self, root: Element | None) -> None:
        lists = () if root is None else root.iterfind(W + "num")
        kinds = () if root is None else root.iterfind(W + "abstractNum")
        levels = {
            kind.get(W + "abstractNumId"): {
                level.get(W + "ilvl"): level for level in kind.iterfind(W + "lvl")
            }
            for kind in kinds
        }
        self._kinds = {one.get(W + "numId"): value(one, "abstractNumId") for one in lists}
        self._levels = levels
        self._counts: dict[tuple[str | None, int], int] = {}

    def marker(self, number: str | None, level: int) -> tuple[str, str]:
        """The indent and the marker of the next item of a list; both empty where in none."""
        if number in (None, "0") or number not in self._kinds or level >= _DEEPEST:
            return "", ""
        kind = self._kinds[number]
        self._counts[kind, level] = self._count(kind, level) + 1
        for deeper in range(level + 1, _DEEPEST):
            self._counts.pop((kind, deeper), None)
        indent = "  " * level
        form = value(self._level(kind, level), "numFmt")
        if form == "none":
            return "", ""
        if form not in _FORMS:
            return indent, _BULLET
        shown = value(self._level(kind, level), "lvlText") or ""
        return indent, re.sub(r"%([1-9])", lambda m: self._shown(kind, int(m[1]) - 1), shown)

    def _count(self, kind: str | None, level: int) -> int:
        start = value(self._level(kind, level), "start") or "1"
        first = int(start) if start.isdecimal() else 1
        return self._counts.get((kind, level), first - 1)

    def _shown(self, kind: str | None, level: int) -> str:
        form = value(self._level(kind, level), "numFmt") or "decimal"
        count = self._counts.get((kind, level)) or self._count(kind, level) + 1
        return _FORMS.get(form, str)(count)

    def _level(self, kind: str | None, level: int) -> Element | None:
        return self._levels.get(kind, {}).get(str(level))


def _letter(count: int) -> str:
    """From a to z, then aa, bb."""
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _roman(count: int) -> str:
    parts = []
    for worth, sign in _SIGNS.items():
        parts.append(sign * (count // worth))
        count %= worth
    return "".join(parts)


_SIGNS = {
    1000: "m",
    900: "cm",
    500: "d",
    400: "cd",
    100: "c",
    90: "xc",
    50: "l",
    40: "xl",
    10: "x",
    9: "ix",
    5: "v",
    4: "iv",
    1: "i",
}
_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda count: f"{count:02}",
    "lowerLetter": _letter,
    "upperLetter": lambda count: _letter(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
}
