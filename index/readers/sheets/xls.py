"""Excel's workbooks of 1997 to 2003, read by xlrd with their formats."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers.sheets import numbers
from index.readers.sheets.sheet import MOST_CELLS, Cells, Sheet

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Sheet as Page

__all__ = ["sheets"]

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_FALSE_TRUE = ("FALSE", "TRUE")


def sheets(data: bytes) -> list[Sheet]:
    """Return the sheets of a workbook in order; DocumentError if it is damaged or has macros."""
    import xlrd

    if not data.startswith(_OLD):
        raise DocumentError("not an old Excel workbook; save it as .xlsx", "not_xls")
    if _MACROS in data:
        raise DocumentError("it holds macros; save it as .xlsx without them", "macros_xlsx")
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=io.StringIO(), ragged_rows=True
        )
    except MemoryError:
        raise
    except Exception as error:
        # it raises anything on a broken file
        if "encrypted" in str(error):
            raise DocumentError(
                "it is encrypted; save it without a password", "encrypted"
            ) from None
        raise DocumentError("a damaged workbook; save it again as .xlsx", "xls_damaged") from None
    room = [MOST_CELLS]
    return [_sheet(book, page, room) for page in book.sheets()]


def _sheet(book: Book, page: Page, room: list[int]) -> Sheet:
    cells = Cells(room)
    struck = []
    for row in range(page.nrows):
        for column in range(page.row_len(row)):
            cell = page.cell(row, column)
            look = book.xf_list[cell.xf_index] if cell.xf_index is not None else None
            font = book.font_list[look.font_index] if look else None
            words = _shown(book, cell.ctype, cell.value, look.format_key if look else 0)
            if font and font.struck_out:
                struck.append(words)
            else:
                cells.add(row, column, words, bold=bool(font and font.bold))
    for top, bottom, left, right in page.merged_cells:
        cells.merge(top, left, bottom - 1, right - 1)
    sheet = cells.sheet(
        page.name,
        is_hidden=page.visibility != 0,
        rows=[number for number, row in page.rowinfo_map.items() if row.hidden],
        columns=[number for number, column in page.colinfo_map.items() if column.hidden],
    )
    sheet.struck = [words for words in struck if words]
    return sheet


def _shown(book: Book, kind: int, value: object, key: int) -> str:
    import xlrd

    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE) and isinstance(value, float):
        code = book.format_map[key].format_str if key in book.format_map else ""
        # the short date of the reader's own system, shown in ISO's form
        code = "yyyy-mm-dd" if key == 14 else code
        return numbers.shown(value, code, date1904=book.datemode == 1)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return _FALSE_TRUE[bool(value)]
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    return str(value)
