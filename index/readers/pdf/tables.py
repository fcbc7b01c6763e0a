"""Rows with gaps -> tables: cells that wrap are whole again, headers are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.readers.blocks import row as barred
from index.readers.pdf.columns import Row
from index.readers.pdf.graphics import Bar
from index.readers.pdf.lines import Line

__all__ = ["Table", "tables"]


@dataclass(slots=True)
class Table:
    """Rows of one page that are read one by one; `header` names the columns, if it is sure."""

    page: int
    header: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


def tables(rows: Sequence[Row], bars: Sequence[Bar]) -> Iterator[Table | Line]:
    """The rows of a page in order: tables, and the lines that are in none."""
    at = 0
    while at < len(rows):
        if len(rows[at]) == 1 and isinstance(rows[at][0].grid, Table):
            yield rows[at][0].grid
            at += 1
            continue
        end = _end(rows, at)
        if end > at:
            yield _table(rows[at:end], bars)
            at = end
        else:
            yield from _words(rows[at])
            at += 1


def _end(rows: Sequence[Row], begin: int) -> int:
    """Where the table ends that begins at a row; `begin` if none does."""
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


def _row_of_its_own(row: Row) -> bool:
    return all(two.left - one.right > 1.6 * one.size for one, two in zip(row, row[1:], strict=False))


def _fits(row: Row, edges: tuple[list[float], list[float]]) -> bool:
    """Whether the cells of a row stand below others."""
    fitting = sum(
        any(abs(line.left - left) < line.size for left in edges[0][-24:])
        or any(abs(line.right - right) < line.size for right in edges[1][-24:])
        for line in row
    )
    return fitting >= max(2, len(row) - 1)


def _wrapped(line: Line, edges: tuple[list[float], list[float]], down: float) -> bool:
    """Whether a line alone goes on with a cell above it."""
    if down > 1.5 * line.size:
        return False
    columns = sorted(edges[0][-24:])
    first = columns[0] if columns else line.left
    later = any(abs(line.left - left) < 0.5 * line.size for left in columns if left > first + 9)
    return later


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
    page = rows[0][0].page
    if len(texts) > 1 and len(columns) > 1 and _heads(cells, rows, bars):
        return Table(page, [barred(texts[0])], [barred(row) for row in texts[1:]])
    return Table(page, [], [" ".join(filter(None, row)) for row in texts])


def _places(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """The columns, each from the left to the right of what stands in it."""
    found: list[tuple[float, float]] = []
    most = max(len(row) for row in rows)
    spans = sorted(
        (line.left, line.right) for row in rows if len(row) == most or len(row) > 1 for line in row
    )
    wide = sorted(spans)
    for left, right in wide:
        if found and left < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], right)
        else:
            found.append((left, right))
    if len(found) >= most:
        return found
    # a cell spans columns: those of the fullest row
    fullest = next(row for row in rows if len(row) == most)
    return [(line.left, line.right) for line in fullest]


def _column(line: Line, columns: Sequence[tuple[float, float]]) -> int:
    def away(column: tuple[float, float]) -> float:
        overlap = min(line.right, column[1]) - max(line.left, column[0])
        return -overlap

    return min(range(len(columns)), key=lambda at: (away(columns[at]), at))


def _cuts(rows: Sequence[Row], bars: Sequence[Bar]) -> set[int]:
    """The rows with which a row of the table begins."""
    left = min(line.left for row in rows for line in row)
    right = max(line.right for row in rows for line in row)
    ruled = set()
    for at, (one, two) in enumerate(zip(rows, rows[1:], strict=False), start=1):
        above, below = one[0].base, two[0].base
        if any(
            below + 0.3 * two[0].size < bar.top < above + 0.2
            and bar.left < right
            and bar.right > left
            for bar in bars
        ):
            ruled.add(at)
    if len(ruled) >= 2 and len(ruled) * 4 >= len(rows):
        return ruled
    most = max(len(row) for row in rows)
    begun = {at for at, row in enumerate(rows) if at and len(row) > 1}
    first = min(line.left for row in rows for line in row)
    for at in sorted(begun):
        # a row without its first cell goes on with the one above
        row = rows[at]
        if len(row) < most and row[0].left > first + 2 * row[0].size and _close(rows, at):
            begun.discard(at)
    return begun


def _close(rows: Sequence[Row], at: int) -> bool:
    gaps = [one[0].base - two[0].base for one, two in zip(rows, rows[1:], strict=False)]
    return gaps[at - 1] < 0.85 * max(gaps)


def _heads(cells: Sequence[Sequence[Sequence[Line]]], rows: Sequence[Row], bars: Sequence[Bar]) -> bool:
    """Whether the first row of cells surely names the columns."""
    first = [line for cell in cells[0] for line in cell]
    rest = [line for row in cells[1:] for cell in row for line in cell]
    if sum(bool(cell) for cell in cells[0]) < max(2, len(cells[0]) - 1) or not rest:
        return False
    if any(character.isdigit() for line in first for character in line.text) and len(first) > 1:
        return all(line.bold for line in first) and not any(line.bold for line in rest)
    if all(line.bold for line in first) and sum(line.bold for line in rest) < 0.5 * len(rest):
        return True
    low = min(line.base for line in first)
    high = max(line.base for line in cells_lines(cells[1]))
    under = [bar for bar in bars if high + 2 < bar.top < low + 0.5]
    top = max(rows[0][0].base, low)
    others = [
        bar
        for bar in bars
        if rows[-1][0].base + 2 < bar.top < high - 2 and bar.width > rows[0][0].size * 2
    ]
    return bool(under) and not others and top >= low


def cells_lines(row: Sequence[Sequence[Line]]) -> list[Line]:
    return [line for cell in row for line in cell]


def _words(row: Row) -> Iterator[Line]:
    """One line of the pieces of a row between which there is only a wide blank."""
    first = row[0]
    for line in row[1:]:
        first.text = f"{first.text} {line.text}"
        first.right = max(first.right, line.right)
        first.broken, first.soft = line.broken, line.soft
        first.bold = first.bold and line.bold
    yield first
