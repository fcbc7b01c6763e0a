"""PDF: the text layer, page by page; lines that were broken to fit the page are joined again."""

from __future__ import annotations

import ctypes
import math
import re
import sys
from array import array
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers import layout
from index.readers.layout import Block, Line
from index.readers.reading import Reading
from index.types import Document, Span

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

__all__ = ["count", "read"]

# PDFium may be used by one thread at a time.
_LOCK = Lock()
_LOWER = {"title", "untitled", "untitled document", "document"}
_FILE = re.compile(r"\.(?:docx?|odt|rtf|pdf|txt|tex|dvi|indd|qxd|pptx?|html?)$|^Microsoft Word - ")


def read(id: str, data: bytes, digest: str) -> Document:
    """The document in the bytes of a PDF file; `pages` has one span for each page.

    The span of a page without a text layer is empty. What is set larger than the text is a
    heading; lines that are repeated at the edge of the pages are left out. Raises DocumentError
    where it is encrypted or no page has text.
    """
    with _LOCK:
        pdf = _open(data)
        try:
            title = (pdf.get_metadata_value("Title") or "").strip()
            pages = [_lines(pdf, number) for number in range(len(pdf))]
        finally:
            pdf.close()
    if not any(pages):
        raise DocumentError("no text layer; run OCR first")
    reading = Reading()
    spans: list[Span | None] = [None] * len(pages)
    for block in layout.blocks(layout.without_margins(pages)):
        _add(reading, block, spans)
    headings = reading.headings
    if not title or title.lower() in _LOWER or _FILE.search(title):
        title = headings[0].text if headings else ""
    return reading.document(id, digest, title=title or None, pages=_filled(spans))


def count(data: bytes) -> int:
    """The number of pages; DocumentError as of `read`."""
    with _LOCK:
        pdf = _open(data)
        try:
            return len(pdf)
        finally:
            pdf.close()


def _open(data: bytes) -> PdfDocument:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise DocumentError("it is encrypted; save it without a password") from None
        raise DocumentError("not a PDF file, or a damaged one; export it again") from None


# What stands for a hyphen at the end of a line, and what cannot be shown.
_BREAK = 2
_UNSEEN = re.compile("[\0-\x08\x0e-\x1f\x7f\xad\u200b\ufeff\ufffe\uffff]")


def _lines(pdf: PdfDocument, number: int) -> list[Line]:
    """The lines of a page in PDFium's order; none where there is no text, or no such page."""
    from pypdfium2 import PdfiumError, raw

    try:
        page = pdf[number]
        text = page.get_textpage()
    except PdfiumError:
        return []
    lines: list[Line] = []
    begin = 0
    codes = [raw.FPDFText_GetUnicode(text, place) for place in range(text.count_chars())]
    for end, code in enumerate([*codes, 10]):
        if code in (_BREAK, 10, 13):
            lines += _line(text, number, codes, begin, end, broken=code == _BREAK)
            begin = end + 1
    text.close()
    page.close()
    return lines


def _line(
    text: PdfTextPage, page: int, codes: Sequence[int], begin: int, end: int, *, broken: bool
) -> Iterator[Line]:
    """The line of these characters, none where they show nothing."""
    from pypdfium2 import raw

    # emoji come in two halves
    halves = array("H", (code & 0xFFFF for code in codes[begin:end]))
    words = halves.tobytes().decode(f"utf-16-{sys.byteorder[0]}e", "ignore")
    words = re.sub(r"\xad\s*$", "-", words + "-" * broken)
    words = " ".join(_UNSEEN.sub("", words).split())
    seen = [place for place in range(begin, end) if codes[place] > 32]
    if not words or not seen:
        return
    x, y, right, unused = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharOrigin(text, seen[0], x, y)
    raw.FPDFText_GetCharBox(text, seen[-1], unused, right, unused, unused)
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, seen[0], matrix)
    size = raw.FPDFText_GetFontSize(text, seen[0]) * math.hypot(matrix.c, matrix.d)
    yield Line(page, words, x.value, right.value, y.value, size or 1.0, _broken(words))


def _broken(words: str) -> bool:
    return re.search(r"\w[-‐]$", words) is not None


def _add(reading: Reading, block: Block, spans: list[Span | None]) -> None:
    if block.level:
        place = reading.heading(block.text, block.level)
    else:
        place = reading.paragraph([block.text])
    for page, start, end in block.parts:
        before = spans[page]
        begin = before.start if before else place.start + start
        spans[page] = Span(begin, place.start + end)


def _filled(spans: Sequence[Span | None]) -> tuple[Span, ...]:
    """The spans, with an empty one where there is none, at the end of the page before."""
    filled: list[Span] = []
    for span in spans:
        end = filled[-1].end if filled else 0
        filled.append(span or Span(end, end))
    return tuple(filled)
