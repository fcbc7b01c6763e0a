"""From a page of a PDF to its characters with their places, as the reader of the page sees them."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from index.errors import DocumentError
from index.readers.pdf import forms
from index.readers.pdf.graphics import Bar, Graphics, Sight, drawn, turned
from index.readers.pdf.letters import letters
from index.readers.pdf.pdfium import Characters

__all__ = ["Glyph", "Sheet", "sheet"]

# A page of a newspaper has about 50,000.
_MOST = 500_000
# The size of type too small to read, on a page of A4.
_TINY = 1.5
_BOLD = re.compile(rb"bold|black|heavy|demi|[a-z]bx\d|cmb\d", re.IGNORECASE)
_FORCED = 1 << 18


@dataclass(slots=True, eq=False)
class Glyph:
    """One character, or the letters of a ligature: its ends, its baseline and size in points.

    `inner` is where its ink begins: the letters of a ligature share their left end. `order` counts
    glyphs as they are drawn, in runs that each have their own `run`; `after_blank` if PDFium sees a
    blank before it.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    order: int
    bold: bool
    after_blank: bool
    inner: float = 0.0
    run: int = 0
    drop: float = 0.0


@dataclass(slots=True)
class Sheet:
    """A page, turned by `turn` degrees so that its text runs from left to right.

    `slanted` is text at an angle, `hidden` what no reader sees, `notes` the contents of fields.
    """

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    graphics: Graphics = field(default_factory=Graphics)
    slanted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    notes: list[tuple[str, Bar]] = field(default_factory=list)
    struck: list[Bar] = field(default_factory=list)
    turn: int = 0
    scanned: bool = False
    sure: int | None = None
    unsure: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ink:
    """How a text object is drawn: its size, its direction in degrees, whether it can be seen.

    `level` if its pen moves along one baseline from box to box, as it does in most fonts.
    """

    size: float
    turn: int
    bold: bool
    shown: bool
    base: float
    level: bool


def sheet(pdf: Any, form: Any, number: int) -> Sheet:
    """Return the page of this number, from 0; empty if it is not one. DocumentError if it is a
    trap.
    """
    from pypdfium2 import PdfiumError

    try:
        page = pdf[number]
    except PdfiumError:
        return Sheet(0, 0)
    try:
        text = page.get_textpage()
        try:
            return _Reader(page, text).sheet(number, form)
        finally:
            text.close()
    except PdfiumError:
        return Sheet(0, 0)
    finally:
        page.close()


def _ligates(before: Glyph, left: float, order: int, words: str) -> bool:
    """Return True if letters that run from right to left are those of one glyph, in their order."""
    return (
        order == before.order + len(before.text)
        and abs(left - before.left) < 0.01 * before.size
        and all(unicodedata.bidirectional(letter) in ("R", "AL") for letter in words)
        and all(unicodedata.bidirectional(letter) in ("R", "AL") for letter in before.text)
    )


class _Reader:
    """Reads the characters of one page."""

    def __init__(self, page: Any, text: Any) -> None:
        self._page, self._text = page, text
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._inks: dict[int, _Ink] = {}
        self._graphics = drawn(page)
        self._sight = Sight(page, self._graphics)

    def sheet(self, number: int, form: Any) -> Sheet:
        count = self._text.count_chars()
        if count > _MOST:
            raise DocumentError(
                f"page {number + 1} has {count:,} characters; split it",
                "page_large",
                number=number + 1,
                count=f"{count:,}",
            )
        width, height = self._right - self._left, self._top - self._bottom
        layers: dict[int, list[Glyph]] = {}
        hidden: list[str] = []
        for turn, glyph in self._glyphs(count):
            if turn < 0:
                hidden.append(" " * glyph.after_blank + glyph.text)
            else:
                layers.setdefault(turn, []).append(glyph)
        counts = Counter({turn: len(layer) for turn, layer in layers.items() if turn % 90 == 0})
        main = counts.most_common(1)[0][0] if counts else 0
        if main % 180:
            width, height = height, width
        place = partial(self._turned, main)
        found = Sheet(width, height, graphics=self._graphics.turned(place), turn=main)
        found.notes = [(words, turned(bar, place)) for words, bar in forms.notes(self._page, form)]
        found.struck = [turned(bar, place) for bar in forms.struck(self._page)]
        found.glyphs = layers.pop(main, [])
        found.hidden = ["".join(hidden)]
        for layer in layers.values():
            found.slanted += _runs(layer)
        return found

    def _glyphs(self, count: int) -> Iterator[tuple[int, Glyph]]:
        """Return the glyphs, each with the direction of its text in degrees, -1 if it is hidden."""
        characters = Characters(self._text)
        get_ink, get_code, get_box, get_pen = (
            characters.ink,
            characters.code,
            characters.box,
            characters.pen,
        )
        inks = self._inks
        blank, high = False, 0
        before: Glyph | None = None
        grows = False
        for at in range(count):
            address = get_ink(at)
            code = get_code(at)
            if address is None:
                blank = blank or code == 32
                continue
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
            high = 0
            ink = inks.get(address) or self._ink(characters, address, at)
            left, bottom, right, top = get_box(at)
            # in other scripts, the pen tells the letters of one glyph apart
            x, y = (left, ink.base) if ink.level and code < 0x0590 else get_pen(at)
            if 32 <= code < 127:
                words = chr(code)
            else:
                length = top - bottom if ink.turn % 180 else right - left
                words = letters(code, width=length / ink.size)
                if not words:
                    continue
            x, y = x - self._left, y - self._bottom
            left, right = left - self._left, right - self._left
            if ink.turn:
                place = self._level(ink.turn, x, y, (left, bottom, right, top))
            else:
                place = (x if x < left else left, right if right > x else x, y, left)
            begin, end, base, inner = place
            if code >= 0x0590 and before and _ligates(before, begin, at, words):
                # no glyph is alef and lam in this order; PDFium may hand letters out as they stand
                turned = words == "ل" or (grows and before.text != "ل")
                before.text = words + before.text if turned else before.text + words
                before.right = max(before.right, end)
                continue
            grows = before is not None and before.left < begin
            glyph = before = Glyph(
                words, begin, end, base, ink.size, at, ink.bold, blank, inner, address
            )
            if 48 <= code < 58 and not ink.turn:
                _level_small(glyph, *characters.drawn(at), self._bottom)
            blank = False
            yield ink.turn if ink.shown else -1, glyph

    def _level(
        self, turn: int, x: float, y: float, box: tuple[float, float, float, float]
    ) -> tuple[float, float, float, float]:
        """Return the left, right, baseline and inner left of a glyph after its text is turned
        level.
        """
        if turn % 90:
            return x, x, y, x
        left, bottom, right, top = box
        pen, base = self._turn(turn, x, y)
        one = self._turn(turn, left, bottom - self._bottom)[0]
        two = self._turn(turn, right, top - self._bottom)[0]
        return min(pen, one, two), max(pen, one, two), base, min(one, two)

    def _turned(self, turn: int, x: float, y: float) -> tuple[float, float]:
        """Return a place of the page after text in this direction is turned level."""
        return self._turn(turn, x - self._left, y - self._bottom)

    def _turn(self, turn: int, x: float, y: float) -> tuple[float, float]:
        width, height = self._right - self._left, self._top - self._bottom
        return {
            0: (x, y),
            90: (y, width - x),
            180: (width - x, height - y),
            270: (height - y, x),
        }[turn]

    def _ink(self, characters: Characters, address: int, at: int) -> _Ink:
        from pypdfium2 import raw

        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self._text, at, matrix)
        size = raw.FPDFText_GetFontSize(self._text, at) * math.hypot(matrix.c, matrix.d)
        turn = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
        if min(turn % 90, 90 - turn % 90) <= 3:
            turn = round(turn / 90) * 90 % 360
        drawing = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
        scale = min(1.0, max(self._right - self._left, self._top - self._bottom) / 842)
        (x, y), box = characters.pen(at), characters.box(at)
        shown = size > _TINY * scale or size == 0
        shown = shown and self._left - 1 <= x <= self._right + 1
        shown = shown and self._bottom - 1 <= y <= self._top + 1
        shown = shown and self._sight.shows(drawing, box)
        level = turn == 0 and abs(x - box[0]) < 0.01 * size
        bold = self._bold(drawing)
        ink = self._inks[address] = _Ink(abs(size) or 1.0, turn, bold, shown, y, level)
        return ink

    def _bold(self, drawing: Any) -> bool:
        from pypdfium2 import raw

        name = ctypes.create_string_buffer(128)
        font = raw.FPDFTextObj_GetFont(drawing)
        raw.FPDFFont_GetBaseFontName(font, name, len(name))
        # PDFium guesses the weight from the width of stems
        return _BOLD.search(name.value) is not None or bool(raw.FPDFFont_GetFlags(font) & _FORCED)


def _level_small(glyph: Glyph, low: float, high: float, bottom: float) -> None:
    """Give a digit that the font itself draws raised or lowered its own size and baseline."""
    low, high = (low - bottom - glyph.base) / glyph.size, (high - bottom - glyph.base) / glyph.size
    if 0 < high - low < 0.58 and (low > 0.18 or (low < -0.06 and high < 0.46)):
        glyph.base += low * glyph.size
        glyph.size *= 0.62


def _runs(layer: list[Glyph]) -> Iterator[str]:
    """Return the text of glyphs at an angle, in drawing order."""
    words, before = "", None
    for glyph in layer:
        if before and glyph.order > before.order + 2:
            yield words
            words = ""
        words += " " * glyph.after_blank + glyph.text
        before = glyph
    yield words
