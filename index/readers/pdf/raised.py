"""Raised, lowered and stacked characters, written so that they join no number beside them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from index.readers.pdf.glyphs import Glyph
from index.readers.pdf.graphics import Bar
from index.readers.pdf.lines import Line, line, parts, words

__all__ = ["levelled"]

_UP = dict(zip("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ", strict=True))
_DOWN = dict(zip("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))
_ORDINAL = re.compile(r"st|nd|rd|th|er|re|e|ère|ème|o|a|os|as|ª|º|й|я|е|го|му|м|ая|ое|ый", re.I)
# Units and variables have powers, words have notes.
_UNIT = re.compile(r"(?:^|[\W\d_])(?:[cdkmµμ]?m|ft|yd|in|mi|[b-hj-zB-HJ-Zα-ω]|[сдкм]?м|мм)$")
_VARIABLE = re.compile(r"(?:^|[\W\d_])[^\W\d_]{1,2}$")
_POWER = re.compile(r"(?:(?:^|[^\d.,])10|[×·*^)\]])$")
# Marks of notes are short; exponents and indices are too.
_LONGEST = 12
_STROKES = ("/", "⁄", "∕")


def levelled(page: int, rows: Sequence[Sequence[Glyph]], bars: Sequence[Bar]) -> list[list[Glyph]]:
    """Return the rows of glyphs with the text raised or lowered beside them written into them."""
    levels = [list(row) for row in rows]
    bases = [-row[0].base for row in levels]
    small: list[tuple[Line, list[Glyph]]] = []
    largest = max((glyph.size for row in levels for glyph in row), default=0.0)
    for at, row in enumerate(levels):
        if all(glyph.size >= 0.87 * largest for glyph in row) and not _crowded(bases, at, largest):
            continue
        for part in parts(row):
            if len(part) > _LONGEST:
                continue
            piece = line(page, part, row)
            host = _host(levels, bases, row, piece)
            if host is not None:
                small.append((piece, host))
    fractions = _fractions(small, bars)
    small = [
        (piece, host)
        for number, (piece, host) in enumerate(small)
        if number in fractions or _near(host, piece) or _slashed(host, piece)
    ]
    slashed = {n for n, (piece, host) in enumerate(small) if host and _slashed(host, piece)}
    fractions = _fractions(small, bars)
    marks = frozenset(piece.text for piece, host in small if _begins(host, piece))
    gone = {id(glyph): number for number, (piece, _) in enumerate(small) for glyph in piece.glyphs}
    inner = _nested(small, gone, marks)
    for row in levels if gone else ():
        row[:] = [glyph for glyph in row if id(glyph) not in gone]
    for number, (piece, host) in enumerate(small):
        if number in inner:
            continue
        if not host:
            levels.append(list(piece.glyphs))
            continue
        lower = fractions.get(number)
        if number in slashed:
            _insert(host, piece.text, piece.glyphs, apart=True)
        elif lower is None:
            _insert(host, _written(piece, host, marks), piece.glyphs)
        elif lower > number:
            below = small[lower][0]
            text = f"{_bound(piece.text)}/{_bound(below.text)}"
            _insert(host, text, [*piece.glyphs, *below.glyphs], apart=True)
    return [row for row in levels if row]


def _crowded(bases: Sequence[float], at: int, size: float) -> bool:
    """Return True if a row stands nearer to another than lines of text do."""
    near = [bases[other] for other in (at - 1, at + 1) if 0 <= other < len(bases)]
    return any(abs(bases[at] - other) < 0.75 * size for other in near)


def _nested(
    small: Sequence[tuple[Line, list[Glyph]]], owners: Mapping[int, int], marks: frozenset[str]
) -> set[int]:
    """Write text raised or lowered beside another such piece into that piece; return which
    pieces those are.
    """
    found: set[int] = set()
    for number, (piece, host) in enumerate(small):
        near = _neighbour(host, piece)
        owner = owners.get(id(near), number) if near else number
        if owner != number and owner not in found:
            other = small[owner][0]
            assert near
            text = _written(piece, host, marks)
            left, right = min(g.left for g in piece.glyphs), max(g.right for g in piece.glyphs)
            written = replace(near, text=text, left=left, right=right, inner=left)
            at = other.glyphs.index(near) + (near.left < piece.left)
            other.glyphs.insert(at, written)
            other.text = line(other.page, other.glyphs, other.glyphs).text
            found.add(number)
    return found


def _fractions(small: Sequence[tuple[Line, list[Glyph]]], bars: Sequence[Bar]) -> dict[int, int]:
    """Return the number of the lower part of a fraction by that of its upper one, and the
    reverse.
    """
    found: dict[int, int] = {}
    for number, (piece, host) in enumerate(small):
        for other in range(number + 1, min(number + 8, len(small))):
            below, same = small[other]
            if (
                same is host
                and not {number, other} & found.keys()
                and _stacked(piece, below)
                and _bar(bars, piece, below)
            ):
                found[number], found[other] = other, number
    return found


def _host(
    levels: Sequence[list[Glyph]], bases: Sequence[float], own: list[Glyph], piece: Line
) -> list[Glyph] | None:
    """Return the row beside which a short piece of small type is raised or lowered; None if
    none.
    """
    reach = 2.2 * piece.size
    first = bisect_left(bases, -piece.base - reach)
    best: tuple[float, list[Glyph]] | None = None
    for row in levels[first : bisect_left(bases, -piece.base + reach)]:
        if row is own:
            continue
        near = _neighbour(row, piece)
        if near is None:
            continue
        up = (piece.base - near.base) / near.size
        if not (0.12 < up < 0.8 or -0.62 < up < -0.08):
            continue
        if not 0.4 < piece.size / near.size < (1.01 if _surely(row, near, piece, up) else 0.87):
            continue
        # a piece as far from two lines is raised above its own
        away = abs(up) + 2 * max(_gap(near, piece), 0.0) / near.size + 0.1 * (up < 0)
        if best is None or away < best[0]:
            best = away, row
    return best[1] if best else None


def _surely(row: Sequence[Glyph], near: Glyph, piece: Line, up: float) -> bool:
    """Return True if a piece that is hardly smaller is raised or lowered: it touches, and is
    short.
    """
    gap = _gap(near, piece)
    mark = 0.25 < up < 0.65 and piece.size <= near.size and not piece.text.isalpha()
    return (
        len(piece.glyphs) < min(len(row), 5)
        and gap < (0.45 if mark else 0.15) * near.size
        and (0.2 < up < 0.7 or -0.45 < up < -0.1)
        and (mark or near.left < piece.left)
    )


def _neighbour(row: Sequence[Glyph], piece: Line) -> Glyph | None:
    """Return the glyph of a row right before a piece, or else right after it."""
    before = _before(row, piece.left + 0.2 * piece.size)
    at = bisect_left(row, piece.left + 0.2 * piece.size, key=_left)
    after = next((glyph for glyph in islice(row, at, at + 9) if not glyph.text.isspace()), None)
    if after and after.left < piece.right - 0.25 * piece.size and after.text not in _STROKES:
        return None
    if before and piece.left - before.right < 1.2 * before.size:
        return before if (before.left + before.right) / 2 < piece.left else None
    return after if after and after.left - piece.right < 1.2 * after.size else None


def _near(row: Sequence[Glyph], piece: Line) -> bool:
    """Return True if a piece touches the glyph beside it, as parts of a fraction do not."""
    near = _neighbour(row, piece)
    if near is None:
        return False
    return _gap(near, piece) < 0.45 * near.size


def _gap(near: Glyph, piece: Line) -> float:
    return piece.left - near.right if near.left < piece.left else near.left - piece.right


def _slashed(row: Sequence[Glyph], piece: Line) -> bool:
    """Return True if a figure stands over or under a stroke on the line, as in ¹/₃."""
    if not piece.text.isdigit():
        return False
    near = bisect_left(row, piece.left - piece.size, key=_left)
    beside = [glyph for glyph in row[near : near + 4] if glyph.text in _STROKES]
    return any(
        abs(stroke.left - piece.right) < 0.4 * stroke.size
        or abs(piece.left - stroke.right) < 0.4 * stroke.size
        for stroke in beside
    )


def _begins(row: Sequence[Glyph], piece: Line) -> bool:
    """Return True if a piece stands at the beginning of what it is raised or lowered beside."""
    near = _neighbour(row, piece)
    return near is not None and near.left > piece.left


def _left(glyph: Glyph) -> float:
    return glyph.left


def _before(row: Sequence[Glyph], left: float) -> Glyph | None:
    """Return the last glyph of a row that begins before a place."""
    at = bisect_left(row, left, key=_left)
    return next((g for g in reversed(row[max(0, at - 9) : at]) if not g.text.isspace()), None)


def _stacked(one: Line, two: Line) -> bool:
    middle = (one.left + one.right - two.left - two.right) / 2
    return abs(middle) < 0.4 * one.size and 0.4 * one.size < one.base - two.base < 2.2 * one.size


def _bar(bars: Sequence[Bar], upper: Line, lower: Line) -> bool:
    left, right = min(upper.left, lower.left), max(upper.right, lower.right)
    return any(
        lower.base < bar.bottom < upper.base + 1
        and bar.left < left + 2
        and bar.right > right - 2
        and bar.width < right - left + 1.2 * upper.size
        for bar in bars
    )


def _bound(text: str) -> str:
    return text if re.fullmatch(r"\w+|[\d.,]+", text) else f"({text})"


def _written(piece: Line, host: Sequence[Glyph], marks: frozenset[str]) -> str:
    """Return a raised or lowered text as plain text shows it."""
    text = piece.text
    at = bisect_left(host, piece.left, key=_left)
    near = host[max(0, at - 8) : at]
    before = "".join(words(near, near)).rstrip() if near else ""
    up = piece.base > host[max(0, at - 1)].base
    if not before or _begins(host, piece):
        return f"[{text}] " if text in marks and re.fullmatch(r"\d+|[a-z]", text) else f"{text} "
    if not up:
        lowered = "".join(_DOWN.get(character, "") for character in text)
        return lowered if len(lowered) == len(text) else f"_{_group(text)}"
    raised = "".join(_UP.get(character, "") for character in text)
    whole = len(raised) == len(text)
    if re.fullmatch(r"[\d,;*–-]+", text):
        unit = _UNIT.search(before) or _POWER.search(before)
        variable = text not in marks and _VARIABLE.search(before)
        if whole and (unit or variable) and text.isdigit():
            return raised
        if whole and not text[0].isdigit():
            return raised
        return text if re.fullmatch(r"\*+", text) else f"[{text}]"
    if re.fullmatch(r"[*†‡§¶'′″’”\"®™©°]+", text):
        return text
    if text in ("TM", "SM"):
        return {"TM": "™", "SM": "℠"}[text]
    if before[-1:].isdigit() and text in ("a", "o"):
        return {"a": "ª", "o": "º"}[text]
    if before[-1:].isdigit() and _ORDINAL.fullmatch(text):
        return text
    if whole:
        return raised
    if re.fullmatch(r"[a-z](?:,\s?[a-z])*", text) and not before[-1:].isdigit():
        return f"[{text}]"
    return (
        text if text.isalpha() and before[-1:].isalpha() and len(text) < 4 else f"^{_group(text)}"
    )


def _group(text: str) -> str:
    return text if len(text) == 1 or text.isdigit() else f"({text})"


def _insert(host: list[Glyph], text: str, glyphs: Sequence[Glyph], *, apart: bool = False) -> None:
    """Insert a text into a row where the glyphs stood; `apart` from a word right before it."""
    left, right = min(glyph.left for glyph in glyphs), max(glyph.right for glyph in glyphs)
    near = _before(host, left)
    if apart:
        text = f" {text}" if near and near.text[-1:].isalnum() else text
        left = max(left, near.left + 0.01) if near else left
    elif near and left - near.right < 0.6 * near.size:
        left = max(min(left, near.right), near.left + 0.01)  # it belongs to the word before
    size, base = (near or host[0]).size, (near or host[0]).base
    glyph = replace(glyphs[0], text=text, left=left, right=right, base=base, size=size)
    host.insert(bisect_left(host, left, key=_left), glyph)
