"""From the lines of a page to rows in reading order: columns are distinguished from tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, groupby, pairwise
from statistics import median

from index.readers.pdf.direction import rightward
from index.readers.pdf.lines import Line

__all__ = ["Row", "rows"]

Row = list[Line]
"""Lines side by side: words of one line, or the cells of a row."""

# The fewest lines on each side of a gutter; the same if one column is not running text; how deeply
# columns may nest.
_LEAST = 2
_MANY = 3
_DEEPEST = 6
_LEADING = 1.8


def rows(lines: Sequence[Line]) -> Iterator[Row]:
    """Return the rows of a page in reading order."""
    return _rows(lines, 0, count(1))


def _rows(lines: Sequence[Line], depth: int, regions: Iterator[int]) -> Iterator[Row]:
    region = next(regions)
    for line in lines:
        line.region = region
    gutter = _gutter(lines) if depth < _DEEPEST else None
    if gutter is None:
        yield from _level(lines)
        return
    for band in _bands(lines, gutter):
        region = next(regions)
        for line in band:
            line.region = region
        left = [line for line in band if line.right <= gutter]
        right = [line for line in band if line.left >= gutter]
        if len(left) + len(right) < len(band) or not _columns(left, right):
            yield from _entries(band, left, right) or _level(band)
        else:
            for side in (right, left) if _rightward(band) else (left, right):
                yield from _rows(side, depth + 1, regions)


def _level(lines: Sequence[Line]) -> Iterator[Row]:
    """Group the lines by their baselines, top down, each group from left to right."""
    row: Row = []
    for line in sorted(lines, key=lambda line: (-line.base, line.left)):
        if row and row[0].base - line.base > 0.3 * min(row[0].size, line.size):
            yield _across(row)
            row = []
        row.append(line)
    if row:
        yield _across(row)


def _across(row: Row) -> Row:
    """Return the lines of a row in reading order."""
    return sorted(row, key=lambda line: line.left, reverse=_rightward(row))


def _rightward(lines: Sequence[Line]) -> bool:
    return rightward(" ".join(line.text for line in lines))


def _gutter(lines: Sequence[Line]) -> float | None:
    """Return the middle of a gap from top to bottom that few lines cross; None if there is none."""
    if len(lines) < 2 * _LEAST:
        return None
    first, last = min(line.left for line in lines), max(line.right for line in lines)
    step = max(1.0, (last - first) / 2_000)
    steps = [0] * (int((last - first) / step) + 3)
    starts, ends = steps[:], steps[:]
    for line in lines:
        starts[int((line.left - first) / step)] += 1
        ends[int((line.right - first) / step) + 1] += 1
    size = median(line.size for line in lines)
    best: tuple[int, float, float] | None = None
    run: list[int] = []
    begun = ended = 0
    for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
        begun, ended = begun + start, ended + end
        before, crossing, after = ended, begun - ended, len(lines) - begun
        if min(before, after) >= _LEAST and crossing <= 0.5 * min(before, after):
            run.append(crossing)
            continue
        if len(run) * step >= 0.5 * size:
            least = min(run)
            places = [at - len(run) + n for n, crossed in enumerate(run) if crossed == least]
            middle = first + (places[len(places) // 2] + 0.5) * step
            found = (least, -len(run) * step, middle)
            best = min(best or found, found)
        run = []
    return best[2] if best else None


def _bands(lines: Sequence[Line], gutter: float) -> Iterator[list[Line]]:
    """Return the lines from the top down, cut where one crosses the gutter; each run is a band."""
    order = sorted(lines, key=lambda line: -line.base)
    crossing = [line for line in order if line.left < gutter < line.right]
    crosses = set(map(id, crossing))
    # lines on the baseline of a crossing line go with it
    bases = [line.base for line in crossing]
    at = 0
    flags = []
    for line in order:
        while at < len(bases) and bases[at] > line.base + 0.3 * line.size:
            at += 1
        beside = at < len(bases) and abs(bases[at] - line.base) <= 0.3 * line.size
        flags.append(id(line) in crosses or beside)
    for _, band in groupby(zip(flags, order, strict=True), key=lambda pair: pair[0]):
        yield [line for _, line in band]


def _entries(band: Sequence[Line], left: Sequence[Line], right: Sequence[Line]) -> list[Row]:
    """Return the rows of a table without rules in which cells wrap, each cell as one line; else
    none.
    """
    if len(left) + len(right) < len(band) or min(len(left), len(right)) < 2:
        return []
    order = sorted(band, key=lambda line: -line.base)
    gaps = [one.base - two.base for one, two in pairwise(order)]
    real = sorted(gap for gap in gaps if gap > 0.5 * order[0].size)
    # lines of one cell are no further apart than those of a paragraph
    if not real or real[-1] < 1.2 * real[0] or real[0] > _LEADING * order[0].size:
        return []
    groups: list[list[Line]] = [[]]
    for line, gap in zip(order, [0.0, *gaps], strict=True):
        if gap > 1.2 * real[0]:
            groups.append([])
        groups[-1].append(line)
    sides = [(set(map(id, left)), set(map(id, right)))] * len(groups)
    cells = [
        [[line for line in group if id(line) in side] for side in pair]
        for group, pair in zip(groups, sides, strict=True)
    ]
    wrapped = any(_wraps(row) for row in cells)
    if len(groups) < 2 or not wrapped or not all(all(row) for row in cells):
        return []
    return [[_cell(cell) for cell in row] for row in cells]


def _wraps(cells: Sequence[Sequence[Line]]) -> bool:
    """Return True if a cell of a row has more lines than another, or continues a sentence."""
    counts = {_lines_of(cell) for cell in cells}
    return len(counts) > 1 or any(
        line.text[:1].islower() for cell in cells for line in sorted(cell, key=_down)[1:]
    )


def _down(line: Line) -> float:
    return -line.base


def _lines_of(cell: Sequence[Line]) -> int:
    return len({round(line.base) for line in cell})


def _cell(lines: Sequence[Line]) -> Line:
    """Join all lines of a cell into one."""
    order = sorted(lines, key=lambda line: (-round(line.base), line.left))
    return replace(
        order[0],
        text=" ".join(line.text for line in order),
        left=min(line.left for line in lines),
        right=max(line.right for line in lines),
        bold=all(line.bold for line in lines),
    )


def _columns(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Return True if two sides are columns of text rather than the cells of a table."""
    if not left or not right:
        return False
    bases = sorted(line.base for line in left)
    aligned = 0
    at = 0
    for line in sorted(right, key=lambda line: line.base):
        while at < len(bases) and bases[at] < line.base - 0.15 * line.size:
            at += 1
        aligned += at < len(bases) and bases[at] <= line.base + 0.15 * line.size
    if _prose(left) and _prose(right):
        return True
    least = min(len(left), len(right))
    one, two = (median(line.size for line in side) for side in (left, right))
    if max(one, two) > 1.15 * min(one, two) and least >= _MANY and aligned < 0.75 * least:
        # a note beside the text, in smaller type
        return _prose(left) or _prose(right)
    return aligned < 0.35 * least and least >= _MANY and (_prose(left) or _prose(right))


def _prose(lines: Sequence[Line]) -> bool:
    """Return True if the lines are running text: of several words, continued or of equal width."""
    if len(lines) < 2:
        return bool(lines) and len(lines[0].text.split()) > 5
    words = median(len(re.findall(r"\w{2,}", line.text)) for line in lines)
    if words < 3:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    full = sum(line.right - line.left > 0.75 * width for line in lines) / len(lines)
    order = sorted(lines, key=lambda line: -line.base)
    pairs = list(pairwise(order))
    on = sum(two.goes_on and not one.ends for one, two in pairs) / len(pairs)
    return on >= 0.4 or (full >= 0.6 and words >= 4)
