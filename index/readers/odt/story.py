"""The body of a text of OpenDocument -> its paragraphs and tables, as those of Word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from index.readers.odt.lists import Counting
from index.readers.odt.styles import Styles
from index.readers.opendocument import TABLE, TEXT, whole
from index.readers.word.margins import paragraphs
from index.readers.word.story import Block, Cell, Paragraph, Row, Table, carried, filled
from index.readers.word.styles import Look
from index.readers.word.words import Piece, lines

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Story"]

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TARGET = "{http://www.w3.org/1999/xlink}href"
_SPACES = re.compile(r"[ \t\r\n]+")
# What comments say and what was deleted is not the text's; forms and sources of lists show nothing.
_ASIDE = {_OFFICE + tag for tag in ("annotation", "annotation-end", "forms", "event-listeners")} | {
    TEXT + "tracked-changes"
}
_CONTENTS = {TEXT + tag for tag in ("table-of-content", "alphabetical-index")} | {
    TEXT + f"{tag}-index" for tag in ("illustration", "table", "object", "user")
}
_PAGES = {TEXT + tag for tag in ("page-number", "page-count", "page-continuation")}
_WIDEST, _MOST_ROWS = 63, 1_000
_MOST_SPACES = 1_000


class Story:
    """Reads the texts of one file; its lists count on, and notes stand after what they belong to.

    `formula` writes the formula of an embedded object on a line.
    """

    def __init__(
        self, styles: Styles, omit: Callable[[str, str], None], formula: Callable[[str], str]
    ) -> None:
        self._styles = styles
        self._omit = omit
        self._formula = formula
        self._counting = Counting(styles)
        self._notes: list[Element] = []
        self._shapes: list[Element] = []  # of the paragraph that is read

    def read(self, root: Element | None) -> list[Block]:
        """The blocks of a text, and then those of its notes."""
        found = [] if root is None else list(self._blocks(root))
        # a note may have notes
        while self._notes:
            notes, self._notes = self._notes, []
            for note in notes:
                found += self._blocks(note)
        return found

    def _blocks(self, container: Element, indent: str = "", marker: str = "") -> Iterator[Block]:
        for element in container:
            tag = element.tag
            if tag in (TEXT + "p", TEXT + "h"):
                yield from self._paragraph(element, indent, marker)
                marker = ""
            elif tag == TEXT + "list":
                yield from self._list(element)
            elif tag == TABLE + "table":
                if (table := self._table(element)).rows:
                    yield table
            elif tag in _CONTENTS or self._is_hidden(element):
                self._leave_out("furniture" if tag in _CONTENTS else "hidden", element)
            elif tag not in _ASIDE and isinstance(tag, str) and not tag.endswith("-source"):
                yield from self._blocks(element)

    def _is_hidden(self, element: Element) -> bool:
        shown = str(element.get(TEXT + "display"))
        if shown == "condition":
            return str(element.get(TEXT + "is-hidden")) == "true"
        return shown == "none"

    def _leave_out(self, kind: str, element: Element) -> None:
        words = (paragraph.words for paragraph in paragraphs(list(self._blocks(element))))
        self._omit(kind, "\n".join(words))

    def _paragraph(self, element: Element, indent: str, marker: str) -> Iterator[Paragraph | Table]:
        name = element.get(TEXT + "style-name") or ""
        names = self._styles.names("paragraph", name)
        outer, self._shapes = self._shapes, []
        found = self._pieces(element, self._styles.look("paragraph", name))
        shapes, self._shapes = self._shapes, outer
        rows = tuple(lines(found, self._omit))
        is_title = "title" in names
        level = None
        if element.tag == TEXT + "h":
            level = max(1, min(whole(element.get(TEXT + "outline-level"), 1), 9))
            if not marker and rows and element.get(TEXT + "is-list-header") != "true":
                marker = self._counting.chapter(name, level)
        elif is_title:
            level = 1
        hides = element.iter(TEXT + "hidden-paragraph")
        if any(part.get(TEXT + "is-hidden") == "true" for part in hides):
            self._omit("hidden", Paragraph(rows).words)
        elif rows:
            shown = "title" if is_title else next(iter(names), "")
            yield Paragraph(rows, level, indent, marker, shown)
        for shape in shapes:
            yield from self._blocks(shape)

    def _list(self, element: Element, depth: int = 1) -> Iterator[Block]:
        style = self._counting.begin(element, depth)
        for item in element:
            if item.tag not in (TEXT + "list-item", TEXT + "list-header"):
                continue
            first = next(iter(item), None)
            counts = item.tag == TEXT + "list-item" and first is not None
            marker = ""
            # an item that begins with a list only holds it
            if counts and first is not None and first.tag != TEXT + "list":
                marker = self._counting.item(style, depth, item.get(TEXT + "start-value"))
            for part in item:
                if part.tag == TEXT + "list":
                    yield from self._list(part, depth + 1)
                else:
                    yield from self._blocks([part], "  " * (depth - 1), marker)
                    marker = ""

    def _pieces(self, element: Element, look: Look) -> list[Piece]:
        """The characters of a paragraph; its shapes and notes are remembered."""
        found = [_piece(element.text, look)]
        for part in element:
            found += self._part(part, look)
            found.append(_piece(part.tail, look))
        return [piece for piece in found if piece.text]

    def _part(self, part: Element, look: Look) -> list[Piece]:
        tag = part.tag
        if tag == TEXT + "s":
            return [Piece(" " * min(whole(part.get(TEXT + "c"), 1), _MOST_SPACES), look)]
        if tag in (TEXT + "tab", TEXT + "line-break"):
            return [Piece("\t" if tag == TEXT + "tab" else "\n", look)]
        if tag == TEXT + "note":
            self._notes += part.iterfind(TEXT + "note-body")
            return []
        if isinstance(tag, str) and tag.startswith((_DRAW, TABLE)):
            formulas = [self._formula(o.get(_TARGET) or "") for o in part.iter(_DRAW + "object")]
            if any(formulas):
                return [Piece(words, look, is_equation=True) for words in formulas if words]
            self._shapes.append(part)
            return []
        if tag in _ASIDE or tag in _PAGES or not isinstance(tag, str):
            return []
        if tag == TEXT + "ruby-text":
            return [Piece("(", look), *self._pieces(part, look), Piece(")", look)]
        if tag == TEXT + "hidden-text" and part.get(TEXT + "is-hidden") == "true":
            look = Look(hidden=True)
        if tag == TEXT + "span":
            own = self._styles.look("text", part.get(TEXT + "style-name") or "")
            look = own.over(look)
        return self._pieces(part, look)

    def _table(self, table: Element) -> Table:
        above: dict[int, tuple[Cell, int]] = {}  # a merged cell, and the rows it still takes
        rows: list[Row] = []
        for row, is_header in _rows(table):
            cells = self._row(row, above)
            shown = [cell for cell in cells if cell.words or cell.is_carried]
            times = min(whole(row.get(TABLE + "number-rows-repeated"), 1), _MOST_ROWS)
            if shown:
                rows += [Row(cells, is_header)] * times
        return Table(rows)

    def _row(self, row: Element, above: dict[int, tuple[Cell, int]]) -> list[Cell]:
        cells: list[Cell] = []
        place = 0
        for element in row:
            times = min(whole(element.get(TABLE + "number-columns-repeated"), 1), _WIDEST)
            if element.tag == TABLE + "covered-table-cell":
                for column in range(place, place + times):
                    upper, left = above.get(column, (Cell([]), 0))
                    if left:
                        above[column] = upper, left - 1
                        cells.append(carried(upper, upper.span))
            elif element.tag == TABLE + "table-cell":
                span = min(whole(element.get(TABLE + "number-columns-spanned"), 1), _WIDEST)
                cell = filled(list(self._blocks(element)), max(1, span))
                above[place] = cell, whole(element.get(TABLE + "number-rows-spanned"), 1) - 1
                cells += [cell] * times
            else:
                continue
            place += times
        return cells


def _rows(table: Element, *, is_header: bool = False) -> Iterator[tuple[Element, bool]]:
    for part in table:
        if part.tag == TABLE + "table-row":
            yield part, is_header
        elif part.tag in (TABLE + "table-rows", TABLE + "table-row-group"):
            yield from _rows(part, is_header=is_header)
        elif part.tag == TABLE + "table-header-rows":
            yield from _rows(part, is_header=True)


def _piece(words: str | None, look: Look) -> Piece:
    return Piece(_SPACES.sub(" ", words or ""), look)
