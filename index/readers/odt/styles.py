"""The styles of a text of OpenDocument: how its characters look, and the marks of its lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from index.readers.opendocument import FO, STYLE, TEXT, shift, whole
from index.readers.word.counting import FORMS
from index.readers.word.styles import Look

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["STYLE", "Styles"]

_BULLET = "•"
_DEEPEST = 20  # styles that each build on the next
_LONGEST = 40  # characters around a number
_ESCAPED = re.compile(r"_([0-9a-f]{2,4})_")
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman"} | {
    "I": "upperRoman",
    "а": "russianLower",
    "А": "russianUpper",
}


class Styles:
    """The styles that the content of a file and its `styles.xml` define."""

    def __init__(self, content: Element, styles: Element | None) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._lists: dict[str, dict[int, Element]] = {}
        self._outline: dict[int, Element] = {}
        # what the content defines outweighs
        for root in (content,) if styles is None else (styles, content):
            for style in root.iter(STYLE + "style"):
                key = style.get(STYLE + "family") or "", style.get(STYLE + "name") or ""
                self._styles[key] = style
            for kind in root.iter(TEXT + "list-style"):
                self._lists[kind.get(STYLE + "name") or ""] = _levels(kind)
            for kind in root.iter(TEXT + "outline-style"):
                self._outline = _levels(kind)
        self.look = cache(self._look)

    def names(self, family: str, name: str) -> list[str]:
        """The name of a style, and those that it builds on, in small letters."""
        # a style that the file does not describe is one of the program's own
        found = [] if (family, name) in self._styles else [name]
        found += [
            style.get(STYLE + "display-name") or style.get(STYLE + "name") or ""
            for style in self._behind(family, name)
        ]
        return [_ESCAPED.sub(lambda code: chr(int(code.group(1), 16)), n).lower() for n in found]

    def is_numbered(self, name: str) -> bool:
        """Return True if headings in this style take part in the numbering of chapters."""
        for style in self._behind("paragraph", name):
            listed = style.get(STYLE + "list-style-name")
            if listed is not None:
                return bool(listed)
        return True

    def marker(self, style: str | None, counts: Sequence[int]) -> str:
        """The mark of an item of a list in this style, None for chapters: a number or a bullet.

        `counts` are the numbers of the item and of the items around it, the outermost first.
        """
        levels = self._outline if style is None else self._lists.get(style, {})
        level = levels.get(len(counts))
        if level is None or level.tag.endswith(("bullet", "image")):
            return "" if style is None else _BULLET
        if not (form := level.get(STYLE + "num-format")):
            return ""
        shown = whole(level.get(TEXT + "display-levels"), 1)
        first = max(0, len(counts) - max(1, shown))
        numbers = []
        for depth, count in enumerate(counts[first:], start=first + 1):
            own = levels.get(depth)
            written = (own.get(STYLE + "num-format") if own is not None else None) or form
            numbers.append(FORMS[_FORMS.get(written[0], "decimal")](count))
        around = [level.get(STYLE + name) or "" for name in ("num-prefix", "num-suffix")]
        before, after = (sign[:_LONGEST] for sign in around)
        return f"{before}{'.'.join(numbers)}{after}".strip()

    def start(self, style: str | None, depth: int) -> int:
        """The first number of a list at a depth, which counts from 1."""
        levels = self._outline if style is None else self._lists.get(style, {})
        level = levels.get(depth)
        return 1 if level is None else whole(level.get(TEXT + "start-value"), 1)

    def list_of(self, paragraph: str) -> str:
        """The style of the lists that paragraphs of a style are in, empty for none."""
        found = (s.get(STYLE + "list-style-name") for s in self._behind("paragraph", paragraph))
        return next((name for name in found if name), "")

    def _look(self, family: str, name: str) -> Look:
        look = Look()
        for style in self._behind(family, name):
            look = look.over(_own_look(style))
        return look

    def _behind(self, family: str, name: str) -> Iterator[Element]:
        for _ in range(_DEEPEST):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = style.get(STYLE + "parent-style-name") or ""


def _own_look(style: Element) -> Look:
    look = style.find(STYLE + "text-properties")
    if look is None:
        return Look()
    weight, struck = look.get(FO + "font-weight"), look.get(STYLE + "text-line-through-style")
    shown, place = look.get(TEXT + "display"), look.get(STYLE + "text-position")
    return Look(
        bold=None if weight is None else weight in ("bold", "600", "700", "800", "900"),
        struck=None if struck is None else struck != "none",
        hidden=None if shown is None else shown == "none",
        rise=None if place is None else shift(place),
    )


def _levels(kind: Element) -> dict[int, Element]:
    return {whole(level.get(TEXT + "level"), 1): level for level in kind}
