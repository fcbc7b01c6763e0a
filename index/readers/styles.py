"""The styles of a Word document: which paragraphs are headings, and which are in lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.readers.wordml import W, child, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Styles"]

_HEADING = re.compile(r"heading ([1-9])", re.I)


class Styles:
    """What the properties of a paragraph and the styles behind them come to."""

    def __init__(self, root: Element | None) -> None:
        styles = () if root is None else root.iterfind(W + "style")
        self._by_id = {style.get(W + "styleId"): style for style in styles}

    def level(self, paragraph: Element) -> int | None:
        """The level of a heading, 0 of a document's title; None of what is none."""
        for properties, name in self._behind(paragraph):
            if match := _HEADING.fullmatch(name):
                return int(match.group(1))
            if name.lower() == "title":
                return 0
            outline = value(properties, "outlineLvl")
            if outline and outline.isdecimal():
                # 9 is body text
                return int(outline) + 1 if int(outline) < 9 else None
        return None

    def numbering(self, paragraph: Element) -> tuple[str | None, int]:
        """The list that a paragraph is in, by its number, and how deep; None where in none."""
        number, level = None, None
        for properties, _ in self._behind(paragraph):
            number = number or value(properties, "numPr", "numId")
            level = level or value(properties, "numPr", "ilvl")
        return number, int(level) if level and level.isdecimal() else 0

    def _behind(self, paragraph: Element) -> Iterator[tuple[Element | None, str]]:
        """The properties of the paragraph itself, then those of each style it is based on."""
        properties = child(paragraph, "pPr")
        yield properties, ""
        id, seen = value(properties, "pStyle"), set[str]()
        while id and id not in seen and id in self._by_id:
            seen.add(id)
            style = self._by_id[id]
            yield child(style, "pPr"), value(style, "name") or ""
            id = value(style, "basedOn")
