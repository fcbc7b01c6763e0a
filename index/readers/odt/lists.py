"""The numbers of a text of OpenDocument: of its lists, and of its chapters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.readers.odt.styles import Styles
from index.readers.opendocument import TEXT, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Counting"]

_ID = "{http://www.w3.org/XML/1998/namespace}id"
_STYLE, _CONTINUED = TEXT + "style-name", TEXT + "continue-numbering"


class Counting:
    """Counts the items of lists and the chapters as they come."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._chapters: list[int] = []
        self._counts: list[int] = []  # of the list that is open
        self._by_id: dict[str, list[int]] = {}
        self._by_style: dict[str, list[int]] = {}
        self._open: list[str] = []  # the styles of the lists around

    def chapter(self, style: str, level: int) -> str:
        """The number of the next heading of a level, empty if its chapters have none."""
        if not self._styles.is_numbered(style):
            return ""
        _next(self._chapters, level, self._styles.start(None, level))
        return self._styles.marker(None, self._chapters)

    def begin(self, element: Element, depth: int) -> str:
        """Begin a list; its style."""
        del self._open[depth - 1 :]
        own = element.get(_STYLE) or (
            self._open[-1] if self._open else _style(element, self._styles)
        )
        self._open.append(own)
        if depth == 1:
            earlier = self._by_id.get(element.get(TEXT + "continue-list") or "")
            if earlier is None and element.get(_CONTINUED) == "true":
                earlier = self._by_style.get(own)
            self._counts = [] if earlier is None else earlier
            self._by_style[own] = self._counts
            if id := element.get(_ID):
                self._by_id[id] = self._counts
        return own

    def item(self, style: str, depth: int, start: str | None) -> str:
        """The mark of the next item at a depth; `start` is its number if the item says it."""
        if start is not None:
            del self._counts[depth - 1 :]
        _next(self._counts, depth, whole(start, self._styles.start(style, depth)))
        return self._styles.marker(style, self._counts)


def _next(counts: list[int], depth: int, first: int) -> None:
    """Count one more at a depth; what lies deeper begins again."""
    del counts[depth:]
    if len(counts) == depth:
        counts[-1] += 1
        return
    counts += [1] * (depth - 1 - len(counts))
    counts.append(first)


def _style(element: Element, styles: Styles) -> str:
    """The style of a list that names none: that of its first paragraph."""
    first = next(element.iter(TEXT + "p", TEXT + "h"), None)
    return "" if first is None else styles.list_of(first.get(_STYLE) or "")
