"""From rows with gaps to tables: cells that wrap are joined, headers are known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.readers.blocks import row as barred
from index.readers.pdf.columns import Row
from index.readers.pdf.direction import rightward
from index.readers.pdf.graphics import Bar
from index.readers.pdf.lines import Line

__all__ = ["Table", "tables"]


@dataclass(slots=True)
class Table:
    """Rows of one page that are read one by one; `header` names the columns, if it is certain.

    `size` is that of its type in points.
    """

    page: int
    size: float
    header: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


def tables(rows: Sequence[Row], bars: Sequence[Bar]) -> Iterator[Table | Line]:
    """Return the rows of a page in order: tables, and the lines outside them."""
    at = 0
    while at < len(rows):
        grid = rows[at][0].grid if len(rows[at]) == 1 else None
        if isinstance(grid, Table):
            yield grid
            at += 1
            continue
        end = _end(rows, at)
        if end > at:
            if _justified(rows[at:end]):
                for row in rows[at:end]:
                    yield from _words(row)
            else:
                yield _table(rows[at:end], bars)
            at = end
        else:
            yield from _words(rows[at])
            at += 1


def _end(rows: Sequence[Row], begin: int) -> int:
    """Return where the table ends that begins at a row; `begin` if none does."""
    if len(rows[begin]) < 2:
        return begin
    end = last = begin + 1
    edges = [line.left for line in rows[begin]], [line.right for line in rows[begin]]
    for at in range(begin + 1, len(rows)):
        row, before = rows[at], rows[at - 1]
        down = before[0].base - row[0].base
        if not 0 < down < 4.5 * row[0].size or row[0].page != before[0].page:
            break
        if len(row) >= 2:
            if not _fits(row, edges):
                break
            last = at + 1
        elif not _wrapped(row[0], edges, down):
            break
        edges[0].extend(line.left for line in row)
        edges[1].extend(line.right for line in row)
        end = at + 1
    end = max(last, end) if end > last and last > begin + 1 else last
    return end if last > begin + 1 or _row_of_its_own(rows[begin]) else begin


def _justified(rows: Sequence[Row]) -> bool:
    """Return True if rows are lines of one text, whose words a narrow column has drawn apart."""
    figures = sum(row[-1].text[-1:].isdigit() for row in rows)
    if len(rows) < 2 or 2 * figures > len(rows):
        return False
    left, size = min(row[0].left for row in rows), rows[0][0].size
    right = max(row[-1].right for row in rows)
    full = all(row[0].left < left + size and row[-1].right > right - size for row in rows[:-1])
    on = sum(row[0].text[:1].islower() for row in rows[1:])
    narrow = right - left < 30 * size
    return full and narrow and 2 * on >= len(rows) - 1


def _row_of_its_own(row: Row) -> bool:
    return all(two.left - one.right > 1.6 * one.size for one, two in pairwise(row))


def _fits(row: Row, edges: tuple[list[float], list[float]]) -> bool:
    """Return True if the cells of a row stand below others."""
    fitting = sum(
        any(abs(line.left - left) < line.size for left in edges[0][-24:])
        or any(abs(line.right - right) < line.size for right in edges[1][-24:])
        for line in row
    )
    return fitting >= max(2, len(row) - 1)


def _wrapped(line: Line, edges: tuple[list[float], list[float]], down: float) -> bool:
    """Return True if a line alone continues a cell above it."""
    if down > 1.5 * line.size:
        return False
    columns = sorted(edges[0][-24:])
    first = columns[0] if columns else line.left
    return any(abs(line.left - left) < 0.5 * line.size for left in columns if left > first + 9)


def _table(rows: Sequence[Row], bars: Sequence[Bar]) -> Table:
    columns = _places(rows)
    cut = _cuts(rows, bars)
    cells: list[list[list[Line]]] = []
    for at, row in enumerate(rows):
        if at in cut or not cells:
            cells.append([[] for _ in columns])
        for line in row:
            cells[-1][_column(line, columns)].append(line)
    texts = [[" ".join(line.text for line in cell) for cell in row] for row in cells]
    if rightward(" ".join(map(" ".join, texts))):
        texts = [row[::-1] for row in texts]
    page, size = rows[0][0].page, rows[-1][-1].size
    if len(texts) > 1 and len(columns) > 1 and _heads(cells, bars):
        return Table(page, size, [barred(texts[0])], [barred(row) for row in texts[1:]])
    return Table(page, size, [], [" ".join(filter(None, row)) for row in texts])


def _places(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Return the columns, each from the left to the right of its contents."""
    found: list[tuple[float, float]] = []
    for left, right in sorted(
        (line.left, line.right) for row in rows for line in row[:-1] + row[1:]
    ):
        if found and left < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], right)
        else:
            found.append((left, right))
    fullest = max(rows, key=len)
    if len(found) >= len(fullest):
        return found
    # a cell spans columns: those of the fullest row
    return sorted((line.left, line.right) for line in fullest)


def _column(line: Line, columns: Sequence[tuple[float, float]]) -> int:
    """Return the column that a line shares most of its width with."""
    shared = [min(line.right, right) - max(line.left, left) for left, right in columns]
    return shared.index(max(shared))


def _cuts(rows: Sequence[Row], bars: Sequence[Bar]) -> set[int]:
    """Return the rows with which a row of the table begins."""
    left = min(line.left for row in rows for line in row)
    right = max(line.right for row in rows for line in row)
    ruled = set()
    for at, (one, two) in enumerate(pairwise(rows), start=1):
        between = _between(bars, two[0].base + 0.3 * two[0].size, one[0].base + 0.2)
        if any(bar.left < right and bar.right > left for bar in between):
            ruled.add(at)
    if len(ruled) >= 2 and len(ruled) * 4 >= len(rows):
        return ruled
    most = max(len(row) for row in rows)
    widest = max((one[0].base - two[0].base for one, two in pairwise(rows)), default=0.0)
    begun: set[int] = set()
    for at, row in enumerate(rows[1:], start=1):
        # a row without its first cell continues the one above
        close = rows[at - 1][0].base - row[0].base < 0.85 * widest
        inset = len(row) < most and row[0].left > left + 2 * row[0].size
        if len(row) > 1 and not (close and inset):
            begun.add(at)
    return begun


def _between(bars: Sequence[Bar], low: float, high: float) -> Sequence[Bar]:
    """Return the rules between two heights; they are in the order of their own."""
    first = bisect_left(bars, low, key=_height)
    return bars[first : bisect_right(bars, high, key=_height)]


def _height(bar: Bar) -> float:
    return bar.bottom


def _heads(cells: Sequence[Sequence[Sequence[Line]]], bars: Sequence[Bar]) -> bool:
    """Return True if the first row of cells certainly names the columns."""
    first = [line for cell in cells[0] for line in cell]
    rest = [line for row in cells[1:] for cell in row for line in cell]
    if sum(bool(cell) for cell in cells[0]) < max(2, len(cells[0]) - 1) or not rest:
        return False
    if any(character.isdigit() for line in first for character in line.text) and len(first) > 1:
        return all(line.bold for line in first) and not any(line.bold for line in rest)
    if all(line.bold for line in first) and sum(line.bold for line in rest) < 0.5 * len(rest):
        return True
    if _counted(cells):
        return True
    # a rule below the first row alone
    size = first[0].size
    low, high = min(line.base for line in first), max(line.base for line in rest)
    last = min(line.base for line in rest)
    others = [bar for bar in _between(bars, last + 2, high - 2) if bar.width > 2 * size]
    return bool(_between(bars, high + 2, low + 0.5)) and not others


def _counted(cells: Sequence[Sequence[Sequence[Line]]]) -> bool:
    """Return True if the first of three or more columns' names stands above figures only."""
    texts = [[" ".join(line.text for line in cell) for cell in row] for row in cells]
    if len(texts) < 3 or len(texts[0]) < 3 or not all(texts[0]):
        return False
    if any(character.isdigit() for text in texts[0] for character in text):
        return False
    return any(
        all(row[column][:1].isdigit() for row in texts[1:]) for column in range(len(texts[0]))
    )


def _words(row: Row) -> Iterator[Line]:
    """Join the pieces of a row that have only a wide blank between them into one line."""
    first = row[0]
    for line in row[1:]:
        first.text = f"{first.text} {line.text}"
        first.right = max(first.right, line.right)
        first.broken, first.soft = line.broken, line.soft
        first.bold = first.bold and line.bold
    yield first
