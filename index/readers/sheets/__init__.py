"""Spreadsheets and tables of values: rows with their header, shown as the sheet shows them."""

from __future__ import annotations

from collections.abc import Sequence

from index.readers.reading import Reading
from index.readers.sheets import delimited, opendocument, xls, xlsx
from index.readers.sheets.compose import compose
from index.readers.sheets.sheet import Sheet
from index.types import Document

__all__ = ["read_csv", "read_ods", "read_xls", "read_xlsx"]


def read_csv(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a `.csv` or `.tsv` file, whatever separates its columns."""
    return _document(id, digest, delimited.sheets(data))


def read_ods(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of an `.ods` file."""
    return _document(id, digest, opendocument.sheets(data))


def read_xls(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of an `.xls` file, of Excel 97 to 2003."""
    return _document(id, digest, xls.sheets(data))


def read_xlsx(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of an `.xlsx` file."""
    return _document(id, digest, xlsx.sheets(data))


def _document(id: str, digest: str, sheets: Sequence[Sheet]) -> Document:
    reading = Reading()
    shown = [sheet for sheet in sheets if sheet.rows and not sheet.is_hidden]
    for sheet in sheets:
        if sheet.is_hidden:
            reading.omit("hidden", "\n".join([sheet.name, *(row.words for row in sheet.rows)]))
        for words in sheet.hidden:
            reading.omit("hidden", words)
        for words in sheet.struck:
            reading.omit("struck", words)
        for words in sheet.unknown:
            reading.omit("damaged", words)
    for sheet in shown:
        # a single sheet is the document; several are its sections
        if sheet.name and len(shown) > 1:
            reading.heading(sheet.name, 2)
        compose(sheet, reading)
    return reading.document(id, digest)
