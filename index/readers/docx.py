"""Word documents: the text as it is printed, with all changes accepted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers import archive, blocks
from index.readers.numbering import Numbering
from index.readers.reading import Reading
from index.readers.styles import Styles
from index.readers.wordml import W, inside
from index.types import Document

if TYPE_CHECKING:
    from docx.opc.part import Part
    from lxml.etree import _Element as Element

__all__ = ["read"]

_BODY = "word/document.xml"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of Office before 2007, and of what is encrypted
_RELATED = {"styles", "numbering", "footnotes", "endnotes"}
# A cell of several paragraphs that are longer together is text set in columns.
_LONG_CELL = 300


def read(id: str, data: bytes, digest: str) -> Document:
    """The document in the bytes of a `.docx` file.

    Headings are known by their style, list items show their bullet or number, table rows their
    cells with a bar between; notes stand at the end. Deleted and hidden text, headers and footers
    are left out. Raises DocumentError where it is encrypted, damaged or holds macros.
    """
    body, notes, title, styles, numbering = _parts(data)
    page = _Page(styles, numbering)
    page.add(body)
    for note in notes:
        page.add(note)
    page.end()
    first = next((heading.text for heading in page.reading.headings), None)
    return page.reading.document(id, digest, title=title or first)


def _parts(data: bytes) -> tuple[Element, list[Element], str, Styles, Numbering]:
    """The body, the notes, the title, and what tells how paragraphs look."""
    import docx
    from lxml import etree

    if data.startswith(_OLD):
        raise DocumentError("it is encrypted or of an old Word; save it as .docx without password")
    if not data.startswith(b"PK") or _BODY not in (names := archive.parts(data)):
        raise DocumentError("not a Word document; save it as .docx")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise DocumentError("it holds macros; save it as .docx without them")
    archive.check(data)
    try:
        word = docx.Document(io.BytesIO(data))
        related = {
            kind: _root(relation.target_part)
            for relation in word.part.rels.values()
            if (kind := relation.reltype.rpartition("/")[2]) in _RELATED
            and not relation.is_external
        }
        title = " ".join(word.core_properties.title.split())
        notes = [
            note
            for kind in ("footnotes", "endnotes")
            if kind in related
            for note in related[kind]
            if note.get(W + "type") in (None, "normal")
        ]
        return (
            word.element.body,
            notes,
            title,
            Styles(related.get("styles")),
            Numbering(related.get("numbering")),
        )
    except (etree.LxmlError, KeyError, ValueError, AttributeError, IndexError, TypeError) as error:
        # python-docx raises whichever comes first in a file that is not as it should be
        if "macroEnabled" in str(error):
            raise DocumentError("it holds macros; save it as .docx without them") from None
        raise DocumentError("a damaged Word document; save it again") from None


def _root(part: Part) -> Element:
    from docx.oxml.parser import parse_xml

    element = getattr(part, "element", None)
    return element if element is not None else parse_xml(part.blob)


class _Page:
    """The paragraphs and tables of a document on their way into its reading text."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.reading = Reading()
        self._styles = styles
        self._numbering = numbering
        self._rows: list[str] = []  # of the list that is being read

    def add(self, container: Element) -> None:
        """Read the paragraphs and tables of a body, a note, a cell or a text box."""
        for block in inside(container, W + "p", W + "tbl"):
            if block.tag == W + "tbl":
                self._table(block)
                continue
            self._paragraph(block)
            for box in _boxes(block):
                self.add(box)

    def end(self) -> None:
        """End the list that is open, if any."""
        self.reading.paragraph(self._rows)
        self._rows.clear()

    def _paragraph(self, paragraph: Element) -> None:
        words = _words(paragraph)
        if not words:
            return
        indent, marker = self._numbering.marker(*self._styles.numbering(paragraph))
        level = self._styles.level(paragraph)
        if marker and level is None:
            self._rows.append(f"{indent}{marker} {words}")
            return
        self.end()
        words = f"{marker} {words}".strip()
        if level is not None:
            self.reading.heading(words, level)
        else:
            self.reading.paragraph([words])

    def _table(self, table: Element) -> None:
        self.end()
        rows = [list(inside(row, W + "tc")) for row in inside(table, W + "tr")]
        if any(self._is_text(cell) for row in rows for cell in row):
            for row in rows:
                for cell in row:
                    self.add(cell)
                    self.end()
            return
        self.reading.paragraph(
            blocks.row(" ".join(_paragraphs(cell)) for cell in row) for row in rows
        )

    def _is_text(self, cell: Element) -> bool:
        paragraphs = list(_paragraphs(cell))
        return (
            next(inside(cell, W + "tbl"), None) is not None
            or (len(paragraphs) > 1 and sum(map(len, paragraphs)) > _LONG_CELL)
            or any(map(self._styles.level, inside(cell, W + "p")))
        )


def _paragraphs(cell: Element) -> Iterator[str]:
    yield from filter(None, map(_words, inside(cell, W + "p")))


def _boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes that hang on a paragraph, not those inside them."""
    yield from inside(paragraph, W + "txbxContent", deep=True)


_SPACES = {W + "tab", W + "br", W + "cr", W + "ptab"}
_TEXT = {W + "t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}


def _words(paragraph: Element) -> str:
    """The words of a paragraph on one line, without those of its text boxes."""
    parts = []
    wanted = (*_TEXT, *_SPACES, W + "noBreakHyphen", W + "txbxContent")
    for element in inside(paragraph, *wanted, deep=True):
        if element.tag in _TEXT:
            parts.append(element.text or "")
        elif element.tag in _SPACES:
            parts.append(" ")
        elif element.tag == W + "noBreakHyphen":
            parts.append("-")
    return blocks.collapse("".join(parts))
