"""From the rows of a sheet to its reading text: titles, tables with headers, questions, answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import mean

from index.readers import blocks
from index.readers.headers import names_columns
from index.readers.reading import Reading
from index.readers.sheets.asking import Asking, asking, names_pairs
from index.readers.sheets.sheet import Row, Sheet

__all__ = ["compose"]

_ASKS = re.compile(r"[?？؟][\"'»”’)]*$")
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"[\d\s.,'%€$£₽₸+−-]*\d[\d\s.,'%€$£₽₸+−-]*")
_STOP = re.compile(r"[.!…;]$")
_MOST_HEADERS = 4
# A cell that names a column, or the rows below, is shorter.
_NAME = 60


def compose(sheet: Sheet, reading: Reading) -> None:
    """Add what a sheet shows: the text above and between its tables, and their rows."""
    for part in _parts(sheet.rows):
        body = part
        while body and _is_alone(body[0], body):
            _line(body[0], reading)
            body = body[1:]
        for block in _beside(body) if body else ():
            _block(block, reading)


def _block(body: Sequence[Row], reading: Reading) -> None:
    """Add a table, or questions with their answers."""
    heads = _headers(body)
    header, rows = body[:heads], body[heads:]
    columns = asking(header[-1] if header else None, rows)
    if columns is None and not heads and (columns := asking(None, body[1:])):
        # the columns may be named in any words, which ask nothing
        header, rows = body[:1], body[1:]
    if columns is None:
        _table(header, rows, reading)
    else:
        # they name what each pair is
        reading.omit("furniture", "\n".join(row.words for row in header))
        _questions(rows, columns, reading)


def _beside(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the tables that stand beside each other, from the left; one without the columns left
    of it.

    An empty column stands between them, and each has its own header and height. Columns with a gap
    between them that are as high as each other are one table.
    """
    used = sorted({column for row in rows for column in row.filled})
    ends = [n for n, (a, b) in enumerate(pairwise(used), 1) if b > a + 1]
    groups = [used[a:b] for a, b in pairwise([0, *ends, len(used)])]
    found = [_columns(rows, group[0], group[-1] + 1) for group in groups]
    heights = {(block[0].number, block[-1].number) for block in found}
    apart = len(heights) == len(found) and all(
        len(group) > 1 and _headers(block) for group, block in zip(groups, found, strict=True)
    )
    yield from found if apart else [_columns(rows, used[0], used[-1] + 1)]


def _columns(rows: Sequence[Row], first: int, end: int) -> list[Row]:
    """Return the rows that show something in these columns, without the others."""
    cut = [replace(row, cells=row.cells[first:end]) for row in rows]
    return [row for row in cut if any(row.cells)]


def _headers(rows: Sequence[Row]) -> int:
    """Return how many of the first rows name the columns: two if the first names groups of them,
    and more if groups are named within groups.
    """
    if len(rows) < 2:
        return 0
    merged = next((n for n, row in enumerate(rows[:_MOST_HEADERS]) if not row.has_groups), 0)
    if 0 < merged < len(rows) - 1:
        return merged + 1
    if len(rows) > 3 and not rows[0].cells[0] and _names_groups(rows[1], rows[2:]):
        return 2
    return int(_is_header(rows[0], rows[1:]))


def _names_groups(row: Row, rows: Sequence[Row]) -> bool:
    """Return True if the second row names the columns below the groups that the first one names."""
    if row.filled[0] or any(_FIGURE.fullmatch(row.cells[column]) for column in row.filled):
        return False
    below = [_filled(other, row)[1:] for other in rows]
    return all(other.cells[0] for other in rows) and any(
        all(cells[column] and _FIGURE.fullmatch(cells[column]) for cells in below)
        for column in range(len(row.filled) - 1)
    )


def _parts(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows in parts that begin with a header after an empty row, or that are one
    table.
    """
    parts: list[list[Row]] = []
    for number, row in enumerate(rows):
        after_gap = number > 0 and row.number > rows[number - 1].number + 1
        following = rows[number + 1 : number + 30]
        new = after_gap and (len(row.filled) < 2 or _is_header(row, following))
        if not parts or new:
            parts.append([])
        parts[-1].append(row)
    return parts


def _is_alone(row: Row, rows: Sequence[Row]) -> bool:
    """Return True if a row is a line above a table, and not a row of it."""
    return len(row.filled) == 1 and (len(rows) == 1 or max(len(r.filled) for r in rows) > 1)


def _is_header(row: Row, rows: Sequence[Row]) -> bool:
    """Return True if a row names the columns of those below it."""
    cells = [row.cells[column] for column in row.filled]
    if len(cells) < 2 or not rows or any(len(words) > _NAME for words in cells):
        return False
    if any(_ASKS.search(words) for words in cells):
        return False
    if names_pairs(cells):
        return True
    if row.is_bold and not all(other.is_bold for other in rows):
        return True
    if any(_DIGIT.search(words) for words in cells):
        return False
    if names_columns(cells, [_filled(other, row) for other in rows]):
        return True
    # words over longer texts, or over a column with figures
    below = [words for other in rows for words in _filled(other, row) if words]
    longer = bool(below) and mean(map(len, below)) > 2.5 * mean(map(len, cells))
    figures = sum(bool(_DIGIT.search(" ".join(_filled(other, row)[1:]))) for other in rows)
    wide = len(cells) > 2 and figures * 2 >= len(rows)
    return (longer or wide) and not any(map(_STOP.search, cells))


def _filled(row: Row, header: Row) -> list[str]:
    return [row.cells[column] if column < len(row.cells) else "" for column in header.filled]


def _line(row: Row, reading: Reading) -> None:
    reading.anchor("row", str(row.number))
    # a title, or a section of the sheet; a note is a sentence or has a figure
    if len(row.words) <= _NAME and not _STOP.search(row.words) and not _DIGIT.search(row.words):
        reading.heading(row.words, 3)
    else:
        reading.paragraph([row.words])


def _table(header: Sequence[Row], rows: Sequence[Row], reading: Reading) -> None:
    names = [row.words for row in header]
    part: list[Row] = []
    section: list[str] = []

    def end() -> None:
        if part:
            numbers = [row.number for row in part]
            reading.table([*names, *section], [row.words for row in part], numbers)
        part.clear()

    width = max(len(row.filled) for row in rows)
    for number, row in enumerate(rows):
        last = number + 1 == len(rows) or len(rows[number + 1].filled) < 2
        names_rows = len(row.filled) == 1 and width > 1 and row.filled[0] == 0 and not last
        if names_rows and len(row.words) <= _NAME and not _STOP.search(row.words):
            end()
            section[:] = [row.words]
        else:
            part.append(row)
    end()


def _questions(rows: Sequence[Row], columns: Asking, reading: Reading) -> None:
    """Add each question as a heading of its answer; what stands before it is read with it."""
    for row in rows:
        told = row.cells[columns.answer] if columns.answer < len(row.cells) else ""
        others = [n for n in range(len(row.cells)) if n != columns.answer]
        asked = [row.cells[n] for n in others if n <= columns.question]
        after = [row.cells[n] for n in others if n > columns.question and row.cells[n]]
        reading.anchor("row", str(row.number))
        if any(asked):
            reading.question(blocks.collapse(blocks.row(words for words in asked if words)))
        # the lines of an answer, and what stands beside it
        lines = [*told.split("\n"), blocks.collapse(blocks.row(after))]
        reading.paragraph([words for words in lines if words])
