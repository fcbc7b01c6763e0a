"""OpenDocument's spreadsheets, which hold what each cell shows as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.readers import opendocument
from index.readers.opendocument import TABLE, TEXT
from index.readers.sheets.sheet import MOST_CELLS, Cells, Sheet

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["sheets"]

_HIDDEN = ("collapse", "filter")
# Empty rows and columns up to the edge are declared as a single repeated one.
_MOST_REPEATED = 10_000


def sheets(data: bytes) -> list[Sheet]:
    """Return the sheets of a file in order; DocumentError if it is not one, or damaged."""
    content = opendocument.content(data, "spreadsheet")
    styles = opendocument.automatic(content)
    room = [MOST_CELLS]
    tables = content.iter(TABLE + "table")
    # no cell contains another sheet
    own = [table for table in tables if next(table.iterancestors(TABLE + "table"), None) is None]
    return [_sheet(table, styles, room) for table in own]


def _sheet(table: Element, styles: dict[str, opendocument.Look], room: list[int]) -> Sheet:
    cells = Cells(room)
    hidden: list[int] = []
    merged: list[tuple[int, int, int, int]] = []
    struck: list[str] = []
    number = 0
    for row in table.iter(TABLE + "table-row"):
        times = opendocument.whole(row.get(TABLE + "number-rows-repeated"), 1)
        if row.get(TABLE + "visibility") in _HIDDEN:
            hidden += range(number, number + min(times, _MOST_REPEATED))
        column = 0
        for cell in row:
            if cell.tag not in (TABLE + "table-cell", TABLE + "covered-table-cell"):
                continue
            wide = opendocument.whole(cell.get(TABLE + "number-columns-repeated"), 1)
            look = styles.get(cell.get(TABLE + "style-name") or "", opendocument.PLAIN)
            words = "\n".join(opendocument.words(part, styles) for part in cell.iter(TEXT + "p"))
            down = opendocument.whole(cell.get(TABLE + "number-rows-spanned"), 1)
            across = opendocument.whole(cell.get(TABLE + "number-columns-spanned"), 1)
            if down > 1 or across > 1:
                merged.append((number, column, number + down - 1, column + across - 1))
            if words and look.struck:
                struck.append(words)
            elif words and cell.tag == TABLE + "table-cell":
                for across in range(min(wide, _MOST_REPEATED)):
                    for below in range(min(times, _MOST_REPEATED)):
                        cells.add(number + below, column + across, words, bold=look.bold)
            column += wide
        number += times
    for top, left, bottom, right in merged:
        cells.merge(top, left, bottom, right)
    look = styles.get(table.get(TABLE + "style-name") or "", opendocument.PLAIN)
    sheet = cells.sheet(
        table.get(TABLE + "name") or "",
        is_hidden=look.hidden,
        rows=hidden,
        columns=_hidden_columns(table),
    )
    sheet.struck = struck
    return sheet


def _hidden_columns(table: Element) -> list[int]:
    found: list[int] = []
    number = 0
    for column in table.iter(TABLE + "table-column"):
        times = opendocument.whole(column.get(TABLE + "number-columns-repeated"), 1)
        if column.get(TABLE + "visibility") in _HIDDEN:
            found += range(number, number + min(times, _MOST_REPEATED))
        number += times
    return found
