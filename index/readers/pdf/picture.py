"""Pages of a PDF -> a picture with the quoted words marked."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from PIL import Image, ImageChops

from index.errors import DocumentError
from index.readers.pdf import document
from index.readers.pdf.glyphs import Sheet
from index.readers.pdf.graphics import Bar
from index.readers.pdf.matching import matched
from index.readers.pdf.pages import parted
from index.readers.pdf.places import ASIDE, Letter, boxes, letters
from index.readers.pdf.scans import sheet
from index.readers.pdf.views import View

__all__ = ["marked", "picture"]

# Pixels of the longer side of a page: A4 at 150 dots an inch. Telegram shows no more than 2,560.
_LONG = 1_754
_LARGEST = 4.0
# Telegram refuses a photo that is more than twenty times as long as wide.
_RATIO = 10
_BETWEEN = 12
# A sign that a font draws as two, or a bar that is none on the page, is no reason to doubt.
_ENOUGH = 0.9
_PAPER, _MARKER, _GROUND = (255, 255, 255), (255, 226, 92), (160, 160, 160)


def picture(data: bytes, views: Sequence[View]) -> tuple[bytes, bool]:
    """A PNG of these pages of a PDF file, one below the other, upright as their text is read; and
    whether nearly all that is to be marked was found on them.

    Raises DocumentError if a page cannot be drawn.
    """
    with document.opened(data) as (pdf, form):
        drawn = [_drawn(pdf, form, view) for view in views]
    pages, found = [page for page, _ in drawn], [share for _, share in drawn]
    tops = list(accumulate((page.height + _BETWEEN for page in pages), initial=0))
    width, height = max(page.width for page in pages), tops[-1] - _BETWEEN
    size = max(width, height // _RATIO + 1), max(height, width // _RATIO + 1)
    whole = Image.new("RGB", size, _GROUND)
    for page, top in zip(pages, tops, strict=False):
        whole.paste(page, (0, top))
    stream = io.BytesIO()
    whole.save(stream, "PNG", compress_level=3)
    return stream.getvalue(), min(found) >= _ENOUGH


def marked(found: Sheet, view: View) -> tuple[list[Bar], float]:
    """The boxes of what is marked on a page, in points of the page as its text runs level, and how
    much of it they show.
    """
    rows, _, _ = parted(view.number, found)
    lines = [[letters(part, row) for part in pieces] for row, pieces in rows]
    lines += [[[Letter(sign, bar) for sign in words]] for words, bar in found.notes]
    places = matched(lines, view.text)
    wanted = {
        at
        for start, end in view.marks
        for at in range(start, end)
        if view.text[at : at + 1] not in ASIDE
    }
    there = {
        at + step
        for line in places
        for letter, at in line
        if at is not None
        for step in range(len(letter.text))
    }
    return boxes(places, view.marks), len(wanted & there) / max(len(wanted), 1)


def _drawn(pdf: Any, form: Any, view: View) -> tuple[Image.Image, float]:
    from pypdfium2 import PdfiumError

    found = sheet(pdf, form, view.number)
    try:
        page = pdf[view.number]
    except (PdfiumError, IndexError):
        raise DocumentError(
            "the page cannot be drawn; open the file itself", "page_not_drawn"
        ) from None
    width, height = page.get_size()
    scale = min(_LONG / max(width, height, 1.0), _LARGEST)
    rotation = (found.turn - page.get_rotation()) % 360
    image: Image.Image = page.render(scale=scale, rotation=rotation).to_pil().convert("RGB")
    bars, share = marked(found, view)
    for box in _pixels(bars, found, image.size):
        part = image.crop(box)
        image.paste(ImageChops.multiply(part, Image.new("RGB", part.size, _MARKER)), box)
    return image, share


def _pixels(
    bars: Sequence[Bar], found: Sheet, size: tuple[int, int]
) -> Iterator[tuple[int, int, int, int]]:
    """The boxes in pixels from the top left corner, those that show."""
    across, down = size[0] / max(found.width, 1.0), size[1] / max(found.height, 1.0)
    for bar in bars:
        left, right = max(round(bar.left * across), 0), min(round(bar.right * across), size[0])
        top = max(round((found.height - bar.top) * down), 0)
        bottom = min(round((found.height - bar.bottom) * down), size[1])
        if left < right and top < bottom:
            yield left, top, right, bottom
