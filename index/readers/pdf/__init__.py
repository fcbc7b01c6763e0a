"""PDF: the text layer, page by page; lines that were broken to fit the page are joined again."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers import pace
from index.readers.pdf import pages as sheets
from index.readers.pdf.columns import rows
from index.readers.pdf.direction import rightward
from index.readers.pdf.document import opened
from index.readers.pdf.furniture import Edges, furniture
from index.readers.pdf.grids import gridded
from index.readers.pdf.letters import DAMAGED
from index.readers.pdf.lines import Line
from index.readers.pdf.pages import Page
from index.readers.pdf.paragraphs import Block, blocks
from index.readers.pdf.scans import sheet
from index.readers.pdf.tables import Table, tables
from index.readers.pdf.titles import title_of
from index.readers.reading import Reading
from index.readers.scan.installed import SCANNED
from index.types import Document, Span

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

__all__ = ["count", "read"]

# Each takes Tesseract some five seconds.
_MOST_SCANS = 300


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a PDF file; `pages` has one span for each page.

    The span of a page without a text layer is empty. Text set larger than the rest is a heading;
    running heads, page numbers, and hidden or crossed-out text are left out and reported. Raises
    DocumentError if it is encrypted or no page has text.
    """
    with opened(data) as (pdf, form):
        title = _title(pdf)
        pages = list(_pages(pdf, form))
        labels = [_label(pdf, number) for number in range(len(pdf))]
    if not any(page.lines or page.slanted for page in pages):
        raise _why_empty(pages)
    reading = Reading()
    spans: list[Span | None] = [None] * len(pages)
    items = list(_items(reading, pages, labels))
    for block in _found(list(blocks(items))):
        _add(reading, block, spans)
    _say_recognised(reading, pages, spans)
    return reading.document(
        id, digest, title=title_of(title, reading.headings, items), pages=_filled(spans)
    )


def _pages(pdf: PdfDocument, form: object) -> Iterator[Page]:
    scans = 0
    for number in range(len(pdf)):
        pace.at(number, len(pdf))
        page = sheets.page(number, sheet(pdf, form, number))
        scans += page.sure is not None
        if scans > _MOST_SCANS:
            raise DocumentError("it has more than 300 scanned pages; split it", "scanned_many")
        yield page


def _why_empty(pages: Sequence[Page]) -> DocumentError:
    """Return why there is no text."""
    if any(page.sure is not None for page in pages):
        return DocumentError(
            "the text in its pictures cannot be read reliably; scan it again, upright, at 300 dpi",
            "scan_unsure",
        )
    if any(page.scanned for page in pages):
        return DocumentError(SCANNED, "pages_scanned")
    return DocumentError("no text layer; run OCR first", "no_text_layer")


def _say_recognised(reading: Reading, pages: Sequence[Page], spans: Sequence[Span | None]) -> None:
    """Name the places from which on text was read from pictures, and from which on it was not."""
    before = False
    for page, span in zip(pages, spans, strict=True):
        recognised = page.sure is not None
        if span and (recognised or before):
            reading.anchor_at(span.start, "ocr", str(page.sure) if recognised else "")
            before = recognised


def count(data: bytes) -> int:
    """Return the number of pages; DocumentError as in `read`."""
    with opened(data) as (pdf, _):
        return len(pdf)


def _title(pdf: PdfDocument) -> str:
    """Return the title that the file gives itself; empty if it has none that can be read."""
    from pypdfium2 import raw

    room = ctypes.create_string_buffer(4096)
    size = raw.FPDF_GetMetaText(pdf, b"Title", room, len(room))
    try:
        return room.raw[: max(min(size, len(room)) - 2, 0)].decode("utf-16-le").strip("\0 \n\r\t")
    except UnicodeDecodeError:
        return ""


def _label(pdf: PdfDocument, number: int) -> str:
    from pypdfium2 import raw

    room = ctypes.create_string_buffer(128)
    size = raw.FPDF_GetPageLabel(pdf, number, room, len(room))
    return room.raw[: max(min(size, len(room)) - 2, 0)].decode("utf-16-le", "ignore")


def _items(
    reading: Reading, pages: Sequence[Page], labels: Sequence[str]
) -> Iterator[Line | Table]:
    """Return the lines and tables of all pages in reading order."""
    edges = [
        Edges(page.lines, page.height, label) for page, label in zip(pages, labels, strict=True)
    ]
    aside = furniture(edges)
    aslant = Counter(words for page in pages for words in dict.fromkeys(page.slanted))
    before = False
    for number, (page, out) in enumerate(zip(pages, aside, strict=True)):
        for line in sorted(out, key=lambda line: (-line.base, line.left)):
            reading.omit("furniture", line.text)
        reading.omit("hidden", page.hidden)
        if page.scanned and page.sure is None:
            reading.omit("scan", f"page {number + 1}")
        for words in page.unsure:
            reading.omit("unsure", words)
        for words in page.struck:
            reading.omit("struck", words)
        gone = set(map(id, out))
        kept = [line for line in page.lines if id(line) not in gone]
        for line in kept:
            if DAMAGED in line.text:
                reading.omit("damaged", line.text)
        first = True
        for item in tables(list(rows(gridded(kept, page.bars))), page.bars):
            if isinstance(item, Line):
                item.cut = first and (before or bool(out))
                if rightward(item.text):
                    item.left, item.right = -item.right, -item.left
            first = False
            yield item
        before = bool(out)
        for words in page.slanted:
            if aslant[words] > 1:
                reading.omit("furniture", words)
            else:
                yield Table(number, 0.0, [], [words])


def _found(found: Sequence[Block]) -> Iterator[Block]:
    """Return the blocks; headings with nothing under them at the end are paragraphs."""
    last = max((at for at, block in enumerate(found) if not block.heads), default=-1)
    for at, block in enumerate(found):
        if at > last:
            block.level, block.asks = None, False
        yield block


def _add(reading: Reading, block: Block, spans: list[Span | None]) -> None:
    if block.table:
        place = reading.table(block.table.header, block.table.rows)
        parts = [(block.table.page, 0, place.end - place.start)]
    elif block.asks:
        place, parts = reading.question(block.text), block.parts
    elif block.level:
        place, parts = reading.heading(block.text, block.level), block.parts
    else:
        place, parts = reading.paragraph([block.text]), block.parts
    for page, start, end in parts:
        before = spans[page]
        begin = before.start if before else place.start + start
        spans[page] = Span(begin, place.start + end)


def _filled(spans: Sequence[Span | None]) -> tuple[Span, ...]:
    """Return the spans, with an empty one for each gap, at the end of the page before."""
    filled: list[Span] = []
    for span in spans:
        end = filled[-1].end if filled else 0
        filled.append(span or Span(end, end))
    return tuple(filled)
