"""Workbooks for the tests, each made by another writer."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Sequence

import openpyxl
import xlsxwriter
import xlwt
from odf.number import CurrencyStyle  # noqa: F401 - the namespace of formats is loaded by it
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TextProperties
from odf.table import Table, TableCell, TableRow
from odf.text import P

__all__ = ["PRICES", "by_odfpy", "by_openpyxl", "by_xlsxwriter", "by_xlwt"]

Cells = Sequence[tuple[object, str]]
"""A row: each value with its number format, empty for none."""

PRICES: Sequence[Cells] = [
    [("Dish", ""), ("Price", ""), ("From", ""), ("Off", "")],
    [
        ("Soup", ""),
        (6.5, '#,##0.00 "€"'),
        (datetime.date(2026, 3, 15), "dd.mm.yyyy"),
        (0.125, "0.0%"),
    ],
    [("Rice", ""), (1250, '#,##0.00 "€"'), (datetime.date(2026, 4, 1), "dd.mm.yyyy"), (0, "0%")],
]
"""A table that reads `Soup | 6.50 € | 15.03.2026 | 12.5%` and `Rice | 1,250.00 € | …`."""


def by_openpyxl(rows: Sequence[Cells], change: Callable[[object], None] | None = None) -> bytes:
    """An `.xlsx` file; `change` has a look at the sheet before it is saved."""
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for column, (value, code) in enumerate(row, 1):
            cell = book.active.cell(number, column, value)
            cell.number_format = code or "General"
    if change:
        change(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter(rows: Sequence[Cells]) -> bytes:
    """An `.xlsx` file whose header is bold."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Menu")
        for number, row in enumerate(rows):
            for column, (value, code) in enumerate(row):
                form = book.add_format({"num_format": code} if code else {"bold": number == 0})
                sheet.write(number, column, value, form)
    return stream.getvalue()


def by_xlwt(rows: Sequence[Cells]) -> bytes:
    """An `.xls` file."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Menu")
    for number, row in enumerate(rows):
        for column, (value, code) in enumerate(row):
            style = xlwt.easyxf(num_format_str=code) if code else xlwt.Style.default_style
            sheet.write(number, column, value, style)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_odfpy(rows: Sequence[Sequence[str]], struck: Sequence[str] = ()) -> bytes:
    """An `.ods` file of what its cells show; `struck` are words that are crossed out."""
    book = OpenDocumentSpreadsheet()
    crossed = Style(name="crossed", family="table-cell")
    crossed.addElement(TextProperties(textlinethroughstyle="solid"))
    book.automaticstyles.addElement(crossed)
    table = Table(name="Menu")
    for row in rows:
        line = TableRow()
        for words in row:
            cell = TableCell(stylename=crossed if words in struck else None, valuetype="string")
            cell.addElement(P(text=words))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
