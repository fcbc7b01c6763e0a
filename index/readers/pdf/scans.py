"""Pages that are pictures -> their characters, as Tesseract reads them, with their places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import mean, median
from typing import Any

from index.readers.pdf import glyphs
from index.readers.pdf.glyphs import Glyph, Sheet
from index.readers.scan import engine
from index.readers.scan.engine import Word

__all__ = ["sheet"]

# Of a page whose text layer is only a stamp on a picture: its characters, its share of the page.
_STAMP, _COVERED = 40, 0.5
# Dots an inch, and the most pixels of the longer side.
_DPI, _LONG = 300, 4_200
# How sure a line must be to be quoted, and below which mean the page is read turned as well.
_SURE, _TURNED = 60, 65
_DEEPEST = 3


def sheet(pdf: Any, form: Any, number: int) -> Sheet:
    """Return the page of this number, from 0, read from its picture if it has no text of its own.

    If pictures cannot be read in this process, a page that is one has `scanned` set and no text.
    """
    found = glyphs.sheet(pdf, form, number)
    if len(found.glyphs) + sum(map(len, found.slanted)) >= _STAMP or not found.width:
        return found
    page = pdf[number]
    try:
        if not _is_picture(page, found):
            return found
        found.scanned = True
        return _recognised(page) if engine.ready() else found
    finally:
        page.close()


def _is_picture(page: Any, found: Sheet) -> bool:
    """Return True if the page has a picture and no text, or little text on a large picture."""
    from pypdfium2 import raw

    width, height = page.get_size()
    covered = 0.0
    for shape in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST):
        left, bottom, right, top = shape.get_bounds()
        covered = max(covered, (right - left) * (top - bottom) / max(width * height, 1.0))
    if not found.glyphs and not found.slanted:
        return covered > 0.05
    return covered > _COVERED


def _recognised(page: Any) -> Sheet:
    """Return what Tesseract reads on a page, turned as it is read best."""
    width, height = page.get_size()
    scale = min(_DPI / 72, _LONG / max(width, height, 1.0))
    tries: list[tuple[float, int, list[Word], tuple[int, int]]] = []
    for turn in (0, 180, 90, 270):
        image = page.render(scale=scale, grayscale=True, rotation=turn).to_pil().convert("L")
        across, down = image.size
        words = engine.words(image.tobytes(), across, down, round(72 * scale))
        sure = mean([word.sure for word in words]) if words else 0.0
        tries.append((sure, -turn, words, (across, down)))
        if sure >= _TURNED:
            break
    sure, turn, words, (across, down) = max(tries, key=lambda one: one[:2])
    found = Sheet(across / scale, down / scale, turn=(-turn + page.get_rotation()) % 360)
    found.scanned = True
    kept, found.unsure = _sure(words)
    found.sure = round(mean([word.sure for word in kept])) if kept else 0
    found.glyphs = list(_glyphs(kept, scale, down))
    return found


def _sure(words: Sequence[Word]) -> tuple[list[Word], list[str]]:
    """Return the words of lines that are read surely, and the other lines."""
    lines: defaultdict[int, list[Word]] = defaultdict(list)
    for word in words:
        lines[word.line].append(word)
    kept: list[Word] = []
    unsure: list[str] = []
    for line in lines.values():
        letters = sum(len(word.text) for word in line)
        if sum(word.sure * len(word.text) for word in line) >= _SURE * letters:
            kept += line
        else:
            unsure.append(" ".join(word.text for word in line))
    return kept, unsure


def _glyphs(words: Sequence[Word], scale: float, height: int) -> Iterator[Glyph]:
    """Return the letters of words, each with its share of the box, on level baselines."""
    slope = median([word.slope for word in words]) if words else 0.0
    usual = median([word.size for word in words for _ in word.text]) if words else 1.0
    order = 0
    before: Word | None = None
    for word in words:
        size = word.size if abs(word.size / usual - 1) > 0.2 else usual
        level = (height - word.base + slope * word.left) / scale
        drop = slope * word.left / scale
        same = before is not None and before.line == word.line
        left, right = word.left / scale, word.right / scale
        if before and same:
            # boxes of neighbours may touch
            left = max(left, before.right / scale + 0.1 * size / scale)
            right = max(right, left + 0.1)
            gap = Glyph(" ", before.right / scale, left, level, size / scale, order, False, True)
            order += 1
            yield gap
        wide = (right - left) / len(word.text)
        for number, letter in enumerate(word.text):
            at = left + wide * number
            yield Glyph(
                letter,
                at,
                at + wide,
                level,
                size / scale,
                order,
                bold=False,
                after_blank=not number,
                inner=at,
                drop=drop,
            )
            order += 1
        before = word
