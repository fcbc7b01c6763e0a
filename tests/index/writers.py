"""The same text, written in every format: headings, paragraphs, a table."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

import docx
import openpyxl
import typst
from odf.opendocument import OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import H, P
from pptx import Presentation
from pptx.util import Inches
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from tests.index.made import Text, pdf, word

__all__ = ["PRINTED", "TABLES", "TEXTS", "Section"]

_CONTAINER = (
    b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    b'<rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    b"</container>"
)
_BOOK = b"""<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></metadata><manifest>
<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine>
<itemref idref="a"/></spine></package>"""
# Of a page of tests.index.made, whose characters are half as wide as high.
_WIDE, _TOP, _FOOT = 88, 780.0, 60.0


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the paragraphs below it."""

    heading: str
    paragraphs: tuple[str, ...]


def _txt(sections: Sequence[Section]) -> bytes:
    blocks = (block for one in sections for block in (one.heading, *one.paragraphs))
    return "\n\n".join(blocks).encode()


def _md(sections: Sequence[Section]) -> bytes:
    blocks = (block for one in sections for block in (f"## {one.heading}", *one.paragraphs))
    return "\n\n".join(blocks).encode()


def _page(sections: Sequence[Section]) -> str:
    blocks = (
        f"<h2>{html.escape(one.heading)}</h2>"
        + "".join(f"<p>{html.escape(words)}</p>" for words in one.paragraphs)
        for one in sections
    )
    return f"<html><body>{''.join(blocks)}</body></html>"


def _html(sections: Sequence[Section]) -> bytes:
    return f'<meta charset="utf-8">{_page(sections)}'.encode()


def _docx(sections: Sequence[Section]) -> bytes:
    document = docx.Document()
    for one in sections:
        document.add_heading(one.heading, 2)
        for words in one.paragraphs:
            document.add_paragraph(words)
    return word(document)


def _odt(sections: Sequence[Section]) -> bytes:
    document = OpenDocumentText()
    for one in sections:
        document.text.addElement(H(outlinelevel=2, text=one.heading))
        for words in one.paragraphs:
            document.text.addElement(P(text=words))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _epub(sections: Sequence[Section]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", _CONTAINER)
        book.writestr("b.opf", _BOOK)
        book.writestr("a.xhtml", _page(sections))
    return stream.getvalue()


def _eml(sections: Sequence[Section]) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "Rules", "a@x.example"
    message.set_content(_page(sections), subtype="html")
    return message.as_bytes()


def _pptx(sections: Sequence[Section]) -> bytes:
    slides = Presentation()
    for one in sections:
        slide = slides.slides.add_slide(slides.slide_layouts[5])
        slide.shapes.title.text = one.heading
        box = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(8), Inches(4))
        box.text_frame.text = "\n".join(one.paragraphs)
    stream = io.BytesIO()
    slides.save(stream)
    return stream.getvalue()


def _pdf(sections: Sequence[Section]) -> bytes:
    pages: list[list[Text | str]] = [[]]
    y = _TOP
    for one in sections:
        for size, words in ((14.0, one.heading), *((10.0, words) for words in one.paragraphs)):
            for line in _broken(words):
                if y < _FOOT:
                    pages.append([])
                    y = _TOP
                pages[-1].append((72, y, size, line))
                y -= 1.2 * size
            y -= 8
    return pdf(*pages)


def _broken(words: str) -> Iterator[str]:
    line = ""
    for each in words.split():
        if line and len(line) + len(each) >= _WIDE:
            yield line
            line = ""
        line = f"{line} {each}".strip()
    yield line


def _typst(sections: Sequence[Section]) -> bytes:
    lines = []
    for one in sections:
        lines.append(f"= #{_quoted(one.heading)}")
        lines += [f"#{_quoted(words)}" for words in one.paragraphs]
    made: bytes = typst.compile("\n\n".join(lines).encode())
    return made


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _reportlab(sections: Sequence[Section]) -> bytes:
    stream, styles = io.BytesIO(), getSampleStyleSheet()
    story = []
    for one in sections:
        story.append(Paragraph(html.escape(one.heading), styles["Heading2"]))
        story += [Paragraph(html.escape(words), styles["BodyText"]) for words in one.paragraphs]
    SimpleDocTemplate(stream, pagesize=(595, 842)).build(story)
    return stream.getvalue()


PRINTED: dict[str, Callable[[Sequence[Section]], bytes]] = {
    "reportlab": _reportlab,
    "typst": _typst,
}
"""PDFs by programs that people use; reportlab's own fonts know Latin letters only."""

TEXTS: dict[str, Callable[[Sequence[Section]], bytes]] = {
    "docx": _docx,
    "eml": _eml,
    "epub": _epub,
    "html": _html,
    "md": _md,
    "odt": _odt,
    "pdf": _pdf,
    "pptx": _pptx,
    "txt": _txt,
}
"""Writes sections as a file with this suffix."""


Rows = Sequence[Sequence[str]]


def _csv(rows: Rows) -> bytes:
    return "\n".join(";".join(row) for row in rows).encode()


def _xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _table_md(rows: Rows) -> bytes:
    head, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|---" * len(rows[0]) + "|", *rest]).encode()


def _table_html(rows: Rows) -> bytes:
    cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>".encode()


def _table_docx(rows: Rows) -> bytes:
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    return word(document)


def _table_odt(rows: Rows) -> bytes:
    document, table = OpenDocumentText(), Table()
    for cells in rows:
        row = TableRow()
        for words in cells:
            cell = TableCell()
            cell.addElement(P(text=words))
            row.addElement(cell)
        table.addElement(row)
    document.text.addElement(table)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _table_pdf(rows: Rows) -> bytes:
    return pdf(
        [
            (72.0 + 150 * column, _TOP - 16 * number, 10.0, words)
            for number, row in enumerate(rows)
            for column, words in enumerate(row)
        ]
    )


TABLES: dict[str, Callable[[Rows], bytes]] = {
    "csv": _csv,
    "docx": _table_docx,
    "html": _table_html,
    "md": _table_md,
    "odt": _table_odt,
    "pdf": _table_pdf,
    "xlsx": _xlsx,
}
"""Writes a table as a file with this suffix."""
