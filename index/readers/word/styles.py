"""The styles of a Word document: the look and the role of its paragraphs and characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.readers.word.wordml import W, child, is_on, value, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Look", "Shape", "Styles"]

_HEADING = re.compile(r"heading\s?([1-9])", re.I)
_CONTENTS = re.compile(
    r"toc\s?(?:[1-9]|heading)|table of (?:figures|authorities)|index [1-9]", re.I
)
# Text moved by fewer half-points than this is adjusted, not raised.
_RAISED = 4


@dataclass(frozen=True, slots=True)
class Look:
    """The look of characters; None for what nothing sets. `rise` is 1 if raised, -1 if lowered.

    `font` is that of ASCII, `other` that of other signs.
    """

    bold: bool | None = None
    struck: bool | None = None
    hidden: bool | None = None
    rise: int | None = None
    font: str | None = None
    other: str | None = None

    def over(self, other: Look) -> Look:
        """Return this look, completed by the other."""
        return Look(
            self.bold if self.bold is not None else other.bold,
            self.struck if self.struck is not None else other.struck,
            self.hidden if self.hidden is not None else other.hidden,
            self.rise if self.rise is not None else other.rise,
            self.font or other.font,
            self.other or other.other,
        )


_PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Shape:
    """The role of a paragraph: a heading of a level, an item of a list, a line of the contents.

    `name` is that of its style, in small letters. `depth` is None if only the list itself says it.
    """

    style: str = ""
    name: str = ""
    level: int | None = None
    list: str | None = None
    depth: int | None = None
    is_contents: bool = False
    look: Look = _PLAIN


class Styles:
    """Resolves the properties of paragraphs and runs through the styles they are based on."""

    def __init__(self, root: Element | None) -> None:
        styles = () if root is None else root.iterfind(W + "style")
        self._by_id = {style.get(W + "styleId") or "": style for style in styles}
        self._default = next(
            (
                id
                for id, style in self._by_id.items()
                if style.get(W + "type") == "paragraph"
                and style.get(W + "default") in ("1", "true")
            ),
            "",
        )
        self._shapes: dict[str, Shape] = {}
        self._looks: dict[str, Look] = {}

    def shape(self, paragraph: Element) -> Shape:
        """Return the role that a paragraph's properties and style give it."""
        properties = child(paragraph, "pPr")
        id = value(properties, "pStyle") or self._default
        if id not in self._shapes:
            self._shapes[id] = self._styled(id)
        shape = self._shapes[id]
        if properties is None or not len(properties):
            return shape
        if (number := value(properties, "numPr", "numId")) is not None:
            depth = whole(value(properties, "numPr", "ilvl"))
            shape = replace(shape, list=number, depth=depth if depth is not None else shape.depth)
        elif (depth := whole(value(properties, "numPr", "ilvl"))) is not None:
            shape = replace(shape, depth=depth)
        if (outline := whole(value(properties, "outlineLvl"))) is not None:
            shape = replace(shape, level=_level(outline))
        return shape

    def look(self, run: Element, shape: Shape) -> Look:
        """Return the look of a run in a paragraph of this role."""
        properties = child(run, "rPr")
        if properties is None or not len(properties):
            return shape.look
        id = value(properties, "rStyle")
        if id and id not in self._looks:
            self._looks[id] = self._behind_run(id)
        return _look(properties).over(self._looks[id] if id else _PLAIN).over(shape.look)

    def heads_rows(self, table: Element) -> bool:
        """Return True if the style of a table sets its first row apart."""
        return any(
            part.get(W + "type") == "firstRow"
            for style in self._behind(value(table, "tblPr", "tblStyle") or "")
            for part in style.iterfind(W + "tblStylePr")
        )

    def _styled(self, id: str) -> Shape:
        name, level, number, depth, look = "", None, None, None, Look()
        # a style that the file does not describe is one of Word's own
        names = [id] if id not in self._by_id else []
        for style in self._behind(id):
            properties = child(style, "pPr")
            names.append(value(style, "name") or "")
            number = number or value(properties, "numPr", "numId")
            if depth is None:
                depth = whole(value(properties, "numPr", "ilvl"))
            if level is None:
                level = whole(value(properties, "outlineLvl"))
            look = look.over(_look(child(style, "rPr")))
        shown = next((n for n in names if n), "").lower()
        for name in names:
            if match := _HEADING.fullmatch(name):
                level = int(match.group(1)) - 1
                break
            if name.lower() == "title":
                level = 0
                break
        return Shape(
            style=id,
            name=shown,
            level=_level(level),
            list=number,
            depth=depth,
            is_contents=any(_CONTENTS.fullmatch(name) for name in names),
            look=look,
        )

    def _behind_run(self, id: str) -> Look:
        look = Look()
        for style in self._behind(id):
            look = look.over(_look(child(style, "rPr")))
        return look

    def _behind(self, id: str) -> Iterator[Element]:
        """Return a style and those that it is based on."""
        seen = set[str]()
        while id and id not in seen and id in self._by_id:
            seen.add(id)
            yield self._by_id[id]
            id = value(self._by_id[id], "basedOn") or ""


def _level(outline: int | None) -> int | None:
    # 9 is body text
    return None if outline is None or not 0 <= outline < 9 else outline + 1


def _look(properties: Element | None) -> Look:
    if properties is None or not len(properties):
        return _PLAIN
    said = {part.tag: part for part in properties}
    struck = [is_on(said.get(W + name)) for name in ("strike", "dstrike")]
    fonts = said.get(W + "rFonts")
    return Look(
        bold=is_on(said.get(W + "b")),
        struck=None if struck == [None, None] else any(struck),
        hidden=is_on(said.get(W + "vanish")),
        rise=_rise(said.get(W + "vertAlign"), said.get(W + "position")),
        font=None if fonts is None else fonts.get(W + "ascii"),
        other=None if fonts is None else fonts.get(W + "hAnsi"),
    )


def _rise(aligned: Element | None, moved: Element | None) -> int | None:
    if aligned is not None:
        return {"superscript": 1, "subscript": -1}.get(aligned.get(W + "val") or "", 0)
    by = None if moved is None else whole(moved.get(W + "val"))
    if by is None or abs(by) < _RAISED:
        return None
    return 1 if by > 0 else -1
