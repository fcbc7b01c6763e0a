"""Ruled tables: what stands between two rules is one row."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.readers.blocks import row as barred
from index.readers.pdf.direction import rightward
from index.readers.pdf.graphics import Bar
from index.readers.pdf.lines import Line
from index.readers.pdf.tables import Table

__all__ = ["gridded"]

# How far apart the ends of rules that meet may be, in points.
_NEAR = 4.0
_MOST = 2_000
# The longest words of one cell, in characters, that are not running text.
_PHRASE = 40


@dataclass(slots=True)
class _Level:
    """The rules at one height, from left to right."""

    height: float
    bars: list[Bar] = field(default_factory=list)

    @property
    def left(self) -> float:
        return min(bar.left for bar in self.bars)

    @property
    def right(self) -> float:
        return max(bar.right for bar in self.bars)

    def covers(self, x: float) -> bool:
        """Return True if one of them runs over or under a place."""
        return any(bar.left - 1 <= x <= bar.right + 1 for bar in self.bars)


def gridded(lines: Sequence[Line], bars: Sequence[Bar]) -> list[Line]:
    """Return the lines, with a single one in place of each ruled table, which holds its
    contents.
    """
    rest = list(lines)
    for levels in itertools.chain.from_iterable(_apart(one, lines) for one in _stacks(bars)):
        low, high = levels[-1].height, levels[0].height
        left, right = levels[0].left - _NEAR, levels[0].right + _NEAR
        inside = [
            line
            for line in rest
            if low < line.base + 0.3 * line.size < high
            and left <= line.left
            and line.right <= right
        ]
        table = _table(inside, levels) if 0 < len(inside) < _MOST else None
        if table is None:
            continue
        gone = set(map(id, inside))
        top = max(inside, key=lambda line: line.base)
        text = "\n".join((*table.header, *table.rows))
        place = Line(top.page, text, left + _NEAR, right - _NEAR, top.base, top.size, grid=table)
        rest = [line for line in rest if id(line) not in gone]
        rest.append(place)
    return rest


def _stacks(bars: Sequence[Bar]) -> Iterator[list[_Level]]:
    """Return runs of three or more levels of rules of the same width, from the top down."""
    levels: list[_Level] = []
    for bar in sorted(bars[:_MOST], key=lambda bar: -bar.bottom):
        if levels and levels[-1].height - bar.bottom <= 2.5:
            levels[-1].bars.append(bar)
        else:
            levels.append(_Level(bar.bottom, [bar]))
    stack: list[_Level] = []
    for level in levels:
        if stack and not _fits(stack[0], level):
            if len(stack) > 2:
                yield stack
            stack = []
        stack.append(level)
    if len(stack) > 2:
        yield stack


def _apart(levels: Sequence[_Level], lines: Sequence[Line]) -> Iterator[list[_Level]]:
    """Return the levels of each table: text that reaches past them stands between two tables."""
    left, right = levels[0].left - _NEAR, levels[0].right + _NEAR
    wide = sorted(
        line.base + 0.3 * line.size
        for line in lines
        if line.left < right and line.right > left and (line.left < left or line.right > right)
    )
    part: list[_Level] = []
    for level in levels:
        if part and bisect_right(wide, level.height) < bisect_right(wide, part[-1].height):
            if len(part) > 2:
                yield part
            part = []
        part.append(level)
    if len(part) > 2:
        yield part


def _fits(first: _Level, level: _Level) -> bool:
    within = level.left >= first.left - _NEAR and level.right <= first.right + _NEAR
    return within and level.right - level.left > 0.3 * (first.right - first.left)


def _table(lines: Sequence[Line], levels: Sequence[_Level]) -> Table | None:
    heights = [-level.height for level in levels]
    columns = _columns(lines)
    if len(columns) < 2:
        return None
    cells: list[list[list[Line]]] = [[[] for _ in columns] for _ in levels[1:]]
    for line in lines:
        at = min(bisect_right(heights, -(line.base + 0.3 * line.size)) - 1, len(cells) - 1)
        column = max(
            range(len(columns)),
            key=lambda n: min(line.right, columns[n][1]) - max(line.left, columns[n][0]),
        )
        cells[max(at, 0)][column].append(line)
    filled = [row for row in cells if any(row)]
    if len(filled) < 2 or sum(len([cell for cell in row if cell]) > 1 for row in filled) < 2:
        return None
    texts = [[_text(cell) for cell in row] for row in cells]
    _spread(texts, levels, columns)
    texts = [row for row, lines in zip(texts, cells, strict=True) if any(lines)]
    if rightward(" ".join(map(" ".join, texts))):
        texts = [row[::-1] for row in texts]
    page, size = lines[0].page, lines[-1].size
    if _heads(filled, texts):
        return Table(page, size, [barred(texts[0])], [barred(row) for row in texts[1:]])
    if len(columns) > 2:
        return Table(page, size, [], [barred(row) for row in texts])
    # a label and its value are one phrase; two texts are not
    apart = barred if any(len(text) > _PHRASE for row in texts for text in row) else _phrase
    return Table(page, size, [], [apart(row) for row in texts])


def _phrase(cells: Sequence[str]) -> str:
    return " ".join(filter(None, cells))


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Return the columns: those of lines above each other, without lines that span columns."""
    found: list[tuple[float, float]] = []
    ordered = sorted(lines, key=lambda line: (line.left, line.right))
    rows: dict[float, int] = {}
    for line in lines:
        key = round(line.base)
        rows[key] = rows.get(key, 0) + 1
    for line in ordered:
        if (
            rows[round(line.base)] < 2
            and len(rows) > 1
            and max(rows.values()) > 1
            and _alone(line, lines)
        ):
            continue
        if found and line.left < found[-1][1] - 0.5:
            found[-1] = found[-1][0], max(found[-1][1], line.right)
        else:
            found.append((line.left, line.right))
    return found


def _alone(line: Line, lines: Sequence[Line]) -> bool:
    """Return True if a line is wider than two others on one baseline, and so spans their
    columns.
    """
    below = [
        other
        for other in lines
        if other is not line and other.left < line.right and line.left < other.right
    ]
    return any(
        abs(one.base - two.base) < 1 and (one.right < two.left or two.right < one.left)
        for one, two in itertools.pairwise(below)
    )


def _text(cell: Sequence[Line]) -> str:
    order = sorted(cell, key=lambda line: (-round(line.base), line.left))
    return " ".join(line.text for line in order)


def _spread(
    texts: Sequence[list[str]], levels: Sequence[_Level], columns: Sequence[tuple[float, float]]
) -> None:
    """Give a cell that runs over several rows to each of them."""
    for column, (left, right) in enumerate(columns):
        middle = (left + right) / 2
        begin = 0
        for at in range(1, len(texts) + 1):
            if at < len(texts) and not levels[at].covers(middle):
                continue
            if at - begin > 1:
                words = " ".join(filter(None, (row[column] for row in texts[begin:at])))
                for row in texts[begin:at]:
                    row[column] = words
            begin = at


def _heads(cells: Sequence[Sequence[Sequence[Line]]], texts: Sequence[Sequence[str]]) -> bool:
    """Return True if the first row certainly names the columns."""
    first = [line for cell in cells[0] for line in cell]
    rest = [line for row in cells[1:] for cell in row for line in cell]
    if sum(map(bool, texts[0])) < max(2, len(texts[0]) - 1):
        return False
    if all(line.bold for line in first) and sum(line.bold for line in rest) < 0.6 * len(rest):
        return True
    if any(character.isdigit() for text in texts[0] for character in text) or len(texts) < 3:
        return False
    return len(texts[0]) > 2 and any(
        all(any(map(str.isdigit, row[column])) for row in texts[1:])
        for column in range(len(texts[0]))
    )
