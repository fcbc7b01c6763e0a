"""From a page of a PDF to its lines, with what was left out of it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index.readers.pdf.direction import rightward
from index.readers.pdf.glyphs import Glyph, Sheet
from index.readers.pdf.graphics import Bar
from index.readers.pdf.lines import Line, baselines, line, parts
from index.readers.pdf.raised import levelled

__all__ = ["Page", "page", "parted"]

# The most large initials on a page.
_INITIALS = 20
# A page with more vertical rules is a drawing.
_POSTS = 2_000
_MARK = re.compile(r"[•‣◦▪●○■–—·►▶➢✓✔]|\(?\d{1,2}[.)]|\(?[a-z][.)]")


@dataclass(slots=True)
class Page:
    """The lines of a page in no order, its rules, its height, and what else is on it."""

    lines: list[Line]
    bars: list[Bar]
    height: float
    slanted: list[str] = field(default_factory=list)
    hidden: str = ""
    struck: list[str] = field(default_factory=list)
    scanned: bool = False
    sure: int | None = None
    unsure: list[str] = field(default_factory=list)


def page(number: int, sheet: Sheet) -> Page:
    """Return the page of this number, from 0."""
    rows, bars, struck = parted(number, sheet)
    found = (line(number, part, row) for row, pieces in rows for part in pieces)
    lines = [one for one in found if one.text]
    _initials(lines)
    _numbered(lines)
    lines += _filled(number, sheet.notes, lines)
    _listed(lines, sheet.graphics.dots)
    for one in lines:
        one.glyphs = []
    return Page(
        lines,
        bars,
        sheet.height,
        [" ".join(words.split()) for words in sheet.slanted if words.strip()],
        " ".join("".join(sheet.hidden).split()),
        [line(number, row, row).text for row in struck],
        sheet.scanned,
        sheet.sure,
        sheet.unsure,
    )


def parted(
    number: int, sheet: Sheet
) -> tuple[list[tuple[list[Glyph], list[list[Glyph]]]], list[Bar], list[list[Glyph]]]:
    """Return the glyphs of each baseline and the lines that they make, from the top down; the level
    rules; the glyphs that are crossed out.
    """
    bars = sorted(sheet.graphics.rules, key=lambda bar: bar.bottom)
    rows, struck = _unstruck(baselines(sheet.glyphs), bars, sheet.struck)
    posts = sheet.graphics.posts if len(sheet.graphics.posts) < _POSTS else []
    found = [
        (row, list(parts(row, _beside(row[0], posts)))) for row in levelled(number, rows, bars)
    ]
    return found, bars, struck


def _beside(glyph: Glyph, posts: Sequence[Bar]) -> list[float]:
    """Return where vertical rules stand on the line of a glyph."""
    level = glyph.base + 0.3 * glyph.size
    return sorted((post.left + post.right) / 2 for post in posts if post.bottom < level < post.top)


def _unstruck(
    rows: Iterable[list[Glyph]], bars: Sequence[Bar], marks: Sequence[Bar]
) -> tuple[list[list[Glyph]], list[list[Glyph]]]:
    """Return the rows without what is crossed out, and what that is."""
    heights = [bar.bottom for bar in bars]
    kept: list[list[Glyph]] = []
    struck: list[list[Glyph]] = []
    for row in rows:
        base, size = row[0].base, max(glyph.size for glyph in row)
        first = bisect_left(heights, base + 0.1 * size)
        across = sorted(
            (bar.left - 0.5, bar.right + 0.5)
            for bar in bars[first : bisect_right(heights, base + 0.45 * size)]
        )
        level = base + 0.3 * size
        across += sorted(
            (mark.left, mark.right) for mark in marks if mark.bottom < level < mark.top
        )
        out = [glyph for glyph in row if across and _crossed(glyph, across)]
        if any(not glyph.text.isspace() for glyph in out):
            struck.append(out)
            gone = set(map(id, out))
            row = [glyph for glyph in row if id(glyph) not in gone]
        if row:
            kept.append(row)
    return kept, struck


def _crossed(glyph: Glyph, across: Sequence[tuple[float, float]]) -> bool:
    middle = (glyph.left + glyph.right) / 2
    return any(left < middle < right for left, right in across[:200])


def _numbered(lines: list[Line]) -> None:
    """Put bullets and numbers that stand far before their items in front of them."""
    marks = [one for one in lines if _MARK.fullmatch(one.text)]
    if not marks:
        return
    order = sorted(lines, key=lambda one: one.base)
    bases = [one.base for one in order]
    for mark in marks:
        near = 0.4 * mark.size
        beside = order[bisect_left(bases, mark.base - near) : bisect_right(bases, mark.base + near)]
        items = [one for one in beside if 0 < one.left - mark.right < 3.5 * one.size]
        item = min(items, key=lambda one: one.left, default=None)
        if item is None or _MARK.fullmatch(item.text) or item.bullet:
            continue
        item.text, item.left = f"{mark.text} {item.text}", mark.left
        item.bullet = not mark.text[0].isalnum() and mark.text[0] != "("
        lines.remove(mark)


def _initials(lines: list[Line]) -> None:
    """Put large initials in front of the lines that they begin."""
    known: set[str] | None = None
    letters = [one for one in lines if len(one.text) == 1 and one.text.isalpha()]
    for large in sorted(letters, key=lambda one: -one.size)[:_INITIALS]:
        beside = [
            one
            for one in lines
            if large.size > 1.8 * one.size
            and large.base < one.base < large.base + large.size
            and -0.3 * one.size < one.left - large.right < 1.5 * one.size
        ]
        if not beside:
            continue
        first = max(beside, key=lambda one: one.base)
        if known is None:
            known = {word.lower() for one in lines for word in one.text.split()}
        rest = first.text.split()[0].lower()
        apart = rest in known - {first.text.lower()} and f"{large.text}{rest}".lower() not in known
        alone = large.text in "AIOaoiВКСУИОЯàÀÉéÓóYyEe" and apart and _times(lines, rest) > 1
        first.text = f"{large.text}{' ' * alone}{first.text}"
        lines.remove(large)


def _times(lines: Iterable[Line], word: str) -> int:
    return sum(one.text.lower().split().count(word) for one in lines)


def _filled(number: int, notes: Iterable[tuple[str, Bar]], lines: Sequence[Line]) -> list[Line]:
    """Return the values of fields as lines, each on the baseline of the label beside it."""
    order = sorted(lines, key=lambda one: one.base)
    bases = [one.base for one in order]
    found: list[Line] = []
    for words, bar in notes:
        rows = [
            row
            for row in words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            if row.strip()
        ]
        beside = order[bisect_left(bases, bar.bottom - 2) : bisect_right(bases, bar.top)]
        near = min(
            (one for one in beside if one.right <= bar.left + 2 or one.left >= bar.right - 2),
            key=lambda one: min(abs(bar.left - one.right), abs(one.left - bar.right)),
            default=None,
        )
        size = near.size if near else min(max(bar.height * 0.7, 6.0), 12.0)
        base = (
            near.base
            if near
            else bar.top - size
            if len(rows) > 1
            else bar.bottom + 0.3 * bar.height
        )
        for at, row in enumerate(rows):
            text = " ".join(row.split())
            right = max(bar.left + 1, min(bar.right, bar.left + 0.5 * size * len(text)))
            found.append(Line(number, text, bar.left, right, base - 1.2 * size * at, size))
    return found


def _listed(lines: Sequence[Line], dots: Sequence[Bar]) -> None:
    """Put a bullet before each line that has one drawn beside it."""
    order = sorted(lines, key=lambda one: one.base)
    bases = [one.base for one in order]
    largest = max((one.size for one in lines), default=0.0)
    for dot in dots:
        middle = (dot.bottom + dot.top) / 2
        first = bisect_left(bases, middle - 0.75 * largest)
        best: tuple[float, Line] | None = None
        for one in order[first : bisect_right(bases, middle)][:50]:
            if (
                not 0.12 * one.size
                < min(dot.width, dot.height)
                <= max(dot.width, dot.height)
                < 0.75 * one.size
                or middle - one.base > 0.75 * one.size
            ):
                continue
            away = dot.left - one.right if rightward(one.text) else one.left - dot.right
            if 0 < away < 3.5 * one.size and (best is None or away < best[0]):
                best = away, one
        if best and not best[1].bullet:
            best[1].bullet = True
            best[1].text = f"• {best[1].text}"
