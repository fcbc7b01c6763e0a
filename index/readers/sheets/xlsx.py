"""Excel's workbooks since 2007: what each cell shows, by its number format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers.sheets import numbers
from index.readers.sheets.sheet import MOST_CELLS, Cells, Sheet
from index.readers.word.package import Package
from index.readers.word.raised import lowered, raised

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["sheets"]

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.I)
_OLD = b"\xd0\xcf\x11\xe0"
# Formats that every workbook has. The short date depends on the reader's system, so ISO's form is
# shown.
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    37: "#,##0 ;(#,##0)", 38: "#,##0 ;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    5: "$#,##0;($#,##0)", 6: "$#,##0;($#,##0)", 7: "$#,##0.00;($#,##0.00)",
    8: "$#,##0.00;($#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: "#,##0;(#,##0);-",
    42: "$#,##0;($#,##0);-", 43: "#,##0.00;(#,##0.00);-", 44: "$#,##0.00;($#,##0.00);-",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Style:
    code: str = ""
    bold: bool = False
    struck: bool = False


def sheets(data: bytes) -> list[Sheet]:
    """Return the sheets of a workbook in order; DocumentError if it is damaged or has macros."""
    if data.startswith(_OLD):
        raise DocumentError(
            "it is encrypted or of an old Excel; save it as .xlsx without password",
            "encrypted_xlsx",
        )
    package = Package(data)
    main = package.document
    book = package.xml(main) if main else None
    if book is None or book.tag != S + "workbook":
        raise DocumentError("not an Excel workbook; save it as .xlsx", "not_xlsx")
    if package.has_macros:
        raise DocumentError("it holds macros; save it as .xlsx without them", "macros_xlsx")
    relations = {relation.id: relation for relation in package.relations(main)}
    kinds = {relation.kind: relation.target for relation in relations.values()}
    reader = _Reader(
        _shared(package.xml(kinds.get("sharedStrings", ""))),
        _styles(package.xml(kinds.get("styles", ""))),
        (book.find(f"{S}workbookPr") is not None) and _on(book.find(f"{S}workbookPr"), "date1904"),
    )
    found = []
    for entry in book.iterfind(f"{S}sheets/{S}sheet"):
        relation = relations.get(entry.get(_RELATION) or "")
        if relation is None or relation.kind != "worksheet":
            continue
        root = package.xml(relation.target)
        if root is None:
            raise DocumentError("a damaged workbook; save it again", "workbook_damaged")
        hidden = (entry.get("state") or "visible") != "visible"
        found.append(reader.sheet(root, entry.get("name") or "", is_hidden=hidden))
    return found


class _Reader:
    """Reads the sheets of one workbook."""

    def __init__(self, shared: list[str], styles: list[_Style], date1904: bool) -> None:
        self._shared = shared
        self._styles = styles
        self._date1904 = date1904
        self._room = [MOST_CELLS]

    def sheet(self, root: Element, name: str, *, is_hidden: bool) -> Sheet:
        """Return the cells of one sheet."""
        cells = Cells(self._room)
        rows, struck, unknown = set(), [], []
        for place, row in enumerate(root.iterfind(f"{S}sheetData/{S}row")):
            number = _whole(row.get("r")) - 1 if row.get("r") else place
            if _on(row, "hidden"):
                rows.add(number)
            for column, cell in enumerate(row.iterfind(f"{S}c")):
                at = _place(cell.get("r"))
                words, style = self._shown(cell)
                formula = "" if words else cell.findtext(f"{S}f")
                # some programs write no values; Excel works them out as it opens the file
                if formula and cell.get("t") != "str":
                    unknown.append(f"{cell.get('r') or ''}: ={formula}")
                if style.struck:
                    struck.append(words)
                else:
                    cells.add(number, at[1] if at else column, words, bold=style.bold)
        for merged in root.iterfind(f"{S}mergeCells/{S}mergeCell"):
            first, _, last = (merged.get("ref") or "").partition(":")
            top, bottom = _place(first), _place(last)
            if top and bottom:
                cells.merge(*top, *bottom)
        columns = [
            column
            for each in root.iterfind(f"{S}cols/{S}col")
            if _on(each, "hidden")
            for column in range(_whole(each.get("min")) - 1, min(_whole(each.get("max")), 1_000))
        ]
        sheet = cells.sheet(name, is_hidden=is_hidden, rows=rows, columns=columns)
        sheet.struck = [words for words in struck if words]
        sheet.unknown = unknown
        return sheet

    def _shown(self, cell: Element) -> tuple[str, _Style]:
        kind = cell.get("t") or "n"
        index = _whole(cell.get("s"))
        style = self._styles[index] if index < len(self._styles) else _Style()
        if kind == "inlineStr":
            return _text(cell.find(f"{S}is")), style
        value = cell.findtext(f"{S}v") or ""
        if kind == "s":
            number = _whole(value)
            return (self._shared[number] if number < len(self._shared) else ""), style
        if kind == "b":
            return ("TRUE" if value == "1" else "FALSE"), style
        if kind != "n" or not value:
            return value, style
        try:
            return numbers.shown(float(value), style.code, date1904=self._date1904), style
        except (ValueError, OverflowError):
            return value, style


def _shared(root: Element | None) -> list[str]:
    return [] if root is None else [_text(item) for item in root.iterfind(f"{S}si")]


def _text(item: Element | None) -> str:
    """Return the words of a cell, with raised and lowered ones marked, without crossed-out ones."""
    parts: list[str] = []
    for part in () if item is None else item:
        if part.tag == S + "t":
            parts.append(part.text or "")
        elif part.tag == S + "r":
            look = part.find(f"{S}rPr")
            words = part.findtext(f"{S}t") or ""
            if look is not None and look.find(f"{S}strike") is not None:
                continue
            shift = None if look is None else look.find(f"{S}vertAlign")
            where = "" if shift is None else shift.get("val")
            if where in ("superscript", "subscript"):
                shifted = raised if where == "superscript" else lowered
                words = shifted(words, "".join(parts))
            parts.append(words)
    return "".join(parts)


def _styles(root: Element | None) -> list[_Style]:
    if root is None:
        return []
    codes = dict(_BUILT_IN)
    for given in root.iterfind(f"{S}numFmts/{S}numFmt"):
        codes[_whole(given.get("numFmtId"))] = given.get("formatCode") or ""
    fonts = [(_has(font, "b"), _has(font, "strike")) for font in root.iterfind(f"{S}fonts/{S}font")]
    found = []
    for look in root.iterfind(f"{S}cellXfs/{S}xf"):
        font = _whole(look.get("fontId"))
        bold, struck = fonts[font] if font < len(fonts) else (False, False)
        found.append(_Style(codes.get(_whole(look.get("numFmtId")), ""), bold, struck))
    return found


def _has(font: Element, tag: str) -> bool:
    found = font.find(f"{S}{tag}")
    return found is not None and (found.get("val") or "1") not in ("0", "false")


def _on(element: Element | None, name: str) -> bool:
    return element is not None and element.get(name) in ("1", "true", "on")


def _whole(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0


def _place(reference: str | None) -> tuple[int, int] | None:
    """Return row and column, from 0, of a reference such as `B12`."""
    match = _REFERENCE.fullmatch(reference or "")
    if match is None:
        return None
    column = 0
    for letter in match.group(1).upper():
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)) - 1, column - 1
