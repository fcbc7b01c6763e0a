"""The lists of a Word document: the bullet or number before each item, as it is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.readers.word.counting import FORMS
from index.readers.word.styles import Shape
from index.readers.word.wordml import W, child, is_on, value, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Numbering"]

_BULLET = "•"
_DEEPEST = 9
# The longest marker that Word lets people type; a longer one is an attack.
_LONGEST_TEXT = 255
_LONGEST_MARKER = 150
_SYMBOLS = re.compile(r"symbol|dings", re.I)

_Levels = dict[int, "Element"]


class Numbering:
    """Counts the items of the lists as they come."""

    def __init__(self, root: Element | None) -> None:
        kinds = () if root is None else root.iterfind(W + "abstractNum")
        self._kinds: dict[str, _Levels] = {}
        links: dict[str, str] = {}  # the style that a kind takes its levels from
        styled: dict[str, str] = {}  # and the kind that such a style stands for
        for kind in kinds:
            id = kind.get(W + "abstractNumId") or ""
            self._kinds[id] = _levels(kind)
            if link := value(kind, "numStyleLink"):
                links[id] = link
            if link := value(kind, "styleLink"):
                styled[link] = id
        for id, link in links.items():
            if not self._kinds[id]:
                self._kinds[id] = self._kinds.get(styled.get(link, ""), {})
        self._kind_of: dict[str, str] = {}
        self._own: dict[str, _Levels] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        for number in () if root is None else root.iterfind(W + "num"):
            self._add(number.get(W + "numId") or "", number)
        self._counts: dict[tuple[str, int], int] = {}

    def _add(self, id: str, number: Element) -> None:
        self._kind_of[id] = value(number, "abstractNumId") or ""
        self._own[id] = {}
        for override in number.iterfind(W + "lvlOverride"):
            depth = whole(override.get(W + "ilvl"))
            if depth is None:
                continue
            level = child(override, "lvl")
            if level is not None:
                self._own[id][depth] = level
            start = whole(value(override, "startOverride"))
            if start is not None:
                self._restarts[id, depth] = start

    def marker(self, shape: Shape) -> tuple[str, str]:
        """Return the indent and the marker of the next item of a list; both empty outside lists."""
        number = shape.list
        if number in (None, "0") or number not in self._kind_of:
            return "", ""
        kind, depth = self._kind_of[number], self._depth(number, shape)
        if not 0 <= depth < _DEEPEST:
            return "", ""
        if (start := self._restarts.pop((number, depth), None)) is not None:
            self._counts[kind, depth] = start - 1
        self._counts[kind, depth] = self._count(number, depth) + 1
        for deeper in range(depth + 1, _DEEPEST):
            after = whole(value(self._level(number, deeper), "lvlRestart"))
            # 0 never restarts, n restarts only after an item of the level n
            if after is None or depth < after:
                self._counts.pop((kind, deeper), None)
        level = self._level(number, depth)
        form = _BULLET if level is None else value(level, "numFmt") or "decimal"
        text = (value(level, "lvlText") or "")[:_LONGEST_TEXT]
        if form == "none":
            return "", re.sub(r"%[1-9]", "", text).strip()
        if form not in FORMS:
            return "  " * depth, _bullet(level, text)
        plain = is_on(child(level, "isLgl")) is True
        shown = re.sub(r"%([1-9])", lambda m: self._shown(number, int(m[1]) - 1, plain), text)
        return "  " * depth, shown[:_LONGEST_MARKER].strip()

    def _depth(self, number: str, shape: Shape) -> int:
        if shape.depth is not None:
            return shape.depth
        levels = {**self._kinds.get(self._kind_of[number], {}), **self._own[number]}
        linked = (depth for depth, one in levels.items() if value(one, "pStyle") == shape.style)
        return next(linked, 0) if shape.style else 0

    def _count(self, number: str, depth: int) -> int:
        start = whole(value(self._level(number, depth), "start"))
        return self._counts.get((self._kind_of[number], depth), (1 if start is None else start) - 1)

    def _shown(self, number: str, depth: int, plain: bool) -> str:
        form = "decimal" if plain else value(self._level(number, depth), "numFmt") or "decimal"
        count = self._counts.get((self._kind_of[number], depth))
        if count is None:
            count = self._count(number, depth) + 1
        return FORMS.get(form, str)(count)

    def _level(self, number: str, depth: int) -> Element | None:
        own = self._own[number].get(depth)
        return own if own is not None else self._kinds.get(self._kind_of[number], {}).get(depth)


def _levels(kind: Element) -> _Levels:
    levels = {whole(level.get(W + "ilvl")): level for level in kind.iterfind(W + "lvl")}
    return {depth: level for depth, level in levels.items() if depth is not None}


def _bullet(level: Element | None, text: str) -> str:
    """Return a bullet in one form, whatever its font makes of it; words used as bullets are
    kept.
    """
    if level is not None and not text.strip():
        return ""
    fonts = child(level, "rPr", "rFonts")
    font = "" if fonts is None else fonts.get(W + "ascii") or ""
    if len(text) > 1 and any(map(str.isalnum, text)) and not _SYMBOLS.search(font):
        return text[:_LONGEST_MARKER].strip()
    return _BULLET
