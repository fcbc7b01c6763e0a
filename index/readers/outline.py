"""The numbers that a program of slides counts in its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.readers.lists import number
from index.readers.word.counting import FORMS

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Outline"]

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DEEPEST = 9
# ECMA-376, 20.1.10.61: how a number looks, and what stands around it
_LOOKS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_AROUND = {
    "Period": "{}. ",
    "ParenR": "{}) ",
    "ParenBoth": "({}) ",
    "Plain": "{} ",
    "Minus": "{}- ",
}


class Outline:
    """Counts the paragraphs of one shape."""

    def __init__(self) -> None:
        # at each level the kind of number of the paragraph before, and its number
        self._before: list[tuple[str, int]] = []

    def number(self, paragraph: Element) -> str:
        """Return the number of the next paragraph that has words; empty if it has none."""
        look = paragraph.find(f"{_A}pPr")
        level = min(max(number(look.get("lvl"), 0), 0), _DEEPEST) if look is not None else 0
        counted = look.find(f"{_A}buAutoNum") if look is not None else None
        kind = counted.get("type") or "" if counted is not None else ""
        self._before = self._before[: level + 1]
        self._before += [("", 0)] * (level + 1 - len(self._before))
        if counted is None:
            self._before[level] = "", 0
            return ""
        before, count = self._before[level]
        count = count + 1 if before == kind else number(counted.get("startAt"), 1)
        self._before[level] = kind, count
        return _shown(kind, count)


def _shown(kind: str, count: int) -> str:
    around = next((ending for ending in _AROUND if kind.endswith(ending)), "Period")
    look = _LOOKS.get(kind.removesuffix(around), "decimal")
    return _AROUND[around].format(FORMS[look](count))
