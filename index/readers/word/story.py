"""From a text of Word (the body, a note, a header) to its paragraphs and tables, in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers import blocks
from index.readers.word.fields import Fields
from index.readers.word.numbering import Numbering
from index.readers.word.styles import Shape, Styles
from index.readers.word.wordml import R, W, child, inside, is_on, value, whole
from index.readers.word.words import (
    Line,
    Piece,
    is_drop_cap,
    is_mark_removed,
    lines,
    pieces,
)

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Block", "Cell", "Paragraph", "Row", "Story", "Table", "carried", "filled"]

_WIDEST = 63  # columns that Word allows
# A longer cell says something itself, and does not name rows.
_LONGEST_LABEL = 200
_ENDS = re.compile(r"[.!?…:;,。！？؟|][\"'”’»)]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its lines, its level if it is a heading, and its mark if it is in a list.

    `name` is that of its style, in small letters.
    """

    lines: tuple[Line, ...]
    level: int | None = None
    indent: str = ""
    marker: str = ""
    name: str = ""

    @property
    def words(self) -> str:
        """All of it on one line, with its mark."""
        return " ".join([self.marker, *(line.text for line in self.lines)]).strip()

    @property
    def is_bold(self) -> bool:
        return all(line.bold for line in self.lines)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its contents, the same on one line, and how many columns it takes.

    `is_carried` if it belongs to a merged one that begins in a row above, whose words it has.
    """

    blocks: list[Block]
    words: str = ""
    span: int = 1
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `is_header` if it is repeated on each page."""

    cells: list[Cell]
    is_header: bool = False

    @property
    def words(self) -> str:
        """The row as it is read."""
        return blocks.row(cell.words for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `has_head` if its style sets its first row off."""

    rows: list[Row]
    has_head: bool = False


Block = Paragraph | Table


@dataclass(slots=True)
class _Carried:
    """Characters that stand before those of the next paragraph."""

    pieces: list[Piece] = field(default_factory=list)


class Story:
    """Reads texts of one document one after another; its lists keep counting."""

    def __init__(
        self,
        styles: Styles,
        numbering: Numbering,
        omit: Callable[[str, str], None],
        chunk: Callable[[str], list[Block]],
    ) -> None:
        self._styles = styles
        self._numbering = numbering
        self._omit = omit
        self._chunk = chunk
        self._fields: Fields

    def read(self, root: Element) -> list[Block]:
        """Return the blocks of a text."""
        self._fields = Fields(root)
        return list(self._blocks(root))

    def _blocks(self, container: Element) -> Iterator[Block]:
        carried = _Carried()
        for block in inside(container, W + "p", W + "tbl", W + "altChunk"):
            if block.tag == W + "tbl":
                if (table := self._table(block)).rows:
                    yield table
                continue
            if block.tag == W + "altChunk":
                yield from self._chunk(block.get(R + "id") or "")
                continue
            paragraph = self._paragraph(block, carried)
            if paragraph:
                yield paragraph
            for box in inside(block, W + "txbxContent", deep=True):
                yield from self._blocks(box)
        if carried.pieces:
            yield Paragraph(tuple(lines(carried.pieces, self._omit)))

    def _paragraph(self, element: Element, carried: _Carried) -> Paragraph | None:
        shape, properties = self._styles.shape(element), child(element, "pPr")
        found = carried.pieces + pieces(element, self._styles, shape, self._fields)
        carried.pieces = []
        if found and (is_drop_cap(properties) or is_mark_removed(properties)):
            carried.pieces = found
            return None
        rows = tuple(lines(found, self._omit))
        if shape.is_contents or self._fields.is_contents(element):
            self._omit("furniture", Paragraph(rows).words)
            return None
        # an empty item counts too, unless it was never there
        if not rows and (is_mark_removed(properties) or _is_hidden(element, shape)):
            return None
        indent, marker = self._numbering.marker(shape)
        if not rows:
            return None
        return Paragraph(rows, shape.level, indent, marker, shape.name)

    def _table(self, table: Element) -> Table:
        above: dict[int, Cell] = {}
        rows = []
        for row in inside(table, W + "tr"):
            place = whole(value(row, "trPr", "gridBefore")) or 0
            cells = [Cell([])] * max(0, min(place, _WIDEST))
            for element in inside(row, W + "tc"):
                cell = self._cell(element, cells, above.get(place))
                if cell is None:
                    continue
                above[place] = cell
                place += cell.span
                cells.append(cell)
            if cells:
                rows.append(Row(cells, is_on(child(row, "trPr", "tblHeader")) is True))
        return Table(rows, self._styles.heads_rows(table) and _uses_head(table))

    def _cell(self, element: Element, before: list[Cell], above: Cell | None) -> Cell | None:
        """Return a cell; None if it only widens the one before it."""
        settings = child(element, "tcPr")
        found = list(self._blocks(element))
        span = max(1, min(whole(value(settings, "gridSpan")) or 1, _WIDEST))
        merged = child(settings, "vMerge")
        if value(settings, "hMerge") == "continue" and before:
            before[-1] = filled([*before[-1].blocks, *found], before[-1].span + span)
            return None
        if merged is None or merged.get(W + "val") == "restart" or above is None:
            return filled(found, span)
        for block in found:
            # Word keeps the contents of a cell before it was merged, and does not show them
            self._omit("hidden", " ".join(_lines(block)))
        return carried(above, span)


def carried(above: Cell, span: int) -> Cell:
    """Return a merged cell's part in a row below its first, with its words if they name rows."""
    return Cell([], above.words if len(above.words) <= _LONGEST_LABEL else "", span, True)


def filled(found: list[Block], span: int) -> Cell:
    """Return a cell with its words on one line; separate lines are kept apart."""
    text = ""
    for line in (words for block in found for words in _lines(block)):
        if text and not _ENDS.search(text) and not line[:1].islower():
            text += ";"
        text += f" {line}" if text else line
    return Cell(found, text, span)


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        for row in block.rows:
            yield row.words
        return
    marker = block.marker
    for line in block.lines:
        yield f"{marker} {line.text}".strip()
        marker = ""


def _is_hidden(element: Element, shape: Shape) -> bool:
    mark = is_on(element.find(f"{W}pPr/{W}rPr/{W}vanish"))
    return mark is True or (mark is None and shape.look.hidden is True)


def _uses_head(table: Element) -> bool:
    look = child(table, "tblPr", "tblLook")
    if look is None:
        return True
    first = look.get(W + "firstRow")
    if first is not None:
        return first not in ("0", "false", "off")
    try:
        return bool(int(look.get(W + "val") or "0", 16) & 0x20)
    except ValueError:
        return False
