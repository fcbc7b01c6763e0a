"""Slides (`.pptx`): what each says, its tables, and the notes of its speaker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers import blocks, drawn
from index.readers.headers import names_columns
from index.readers.outline import Outline
from index.readers.reading import Reading
from index.readers.word.package import Package
from index.readers.word.raised import lowered, raised
from index.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read"]

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_TRUE = ("1", "true")
_TITLES = ("title", "ctrTitle")
_FURNITURE = ("ftr", "dt", "sldNum", "hdr")
_OLD = b"\xd0\xcf\x11\xe0"
_SHAPES = (P + "sp", P + "graphicFrame", P + "grpSp")


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a presentation; a passage names its slide.

    The title of a slide is a heading. Raises DocumentError if it is damaged or has macros.
    """
    if data.startswith(_OLD):
        raise DocumentError(
            "it is encrypted or of an old PowerPoint; save it as .pptx", "encrypted_pptx"
        )
    package = Package(data)
    main = package.document
    root = package.xml(main) if main else None
    if root is None or root.tag != P + "presentation":
        raise DocumentError("not a PowerPoint presentation; save it as .pptx", "not_pptx")
    if package.has_macros:
        raise DocumentError("it holds macros; save it as .pptx without them", "macros_pptx")
    relations = {relation.id: relation.target for relation in package.relations(main)}
    reading = Reading()
    for number, entry in enumerate(root.iterfind(f"{P}sldIdLst/{P}sldId"), 1):
        name = relations.get(entry.get(_RELATION) or "", "")
        slide = package.xml(name) if name else None
        if slide is None:
            reading.omit("damaged", name or f"slide {number}")
        elif slide.get("show") in ("0", "false"):
            reading.omit("hidden", "\n".join(_lines(slide)))
        else:
            reading.anchor("slide", str(number))
            _add(slide, reading, partial(_related, package, name))
            for run in filter(_is_struck, slide.iter(A + "r")):
                reading.omit("struck", run.findtext(A + "t") or "")
            for relation in package.relations(name):
                notes = package.xml(relation.target) if relation.kind == "notesSlide" else None
                if notes is not None:
                    reading.paragraph(_notes(notes))
    first = reading.headings[0].text if reading.headings else None
    return reading.document(id, digest, title=first)


def _related(package: Package, name: str, id: str) -> Element | None:
    """Return the part that a part refers to by this id, if the file has it."""
    found = (relation.target for relation in package.relations(name) if relation.id == id)
    return package.xml(next(found, ""))


def _add(slide: Element, reading: Reading, part: Callable[[str], Element | None]) -> None:
    """Add what a slide says; `part` gives the part of the file with this relation."""
    shapes = [s for s in slide.iter(*_SHAPES) if s.tag != P + "grpSp"]
    for shape in sorted(shapes, key=lambda shape: _kind(shape) not in _TITLES):
        kind = _kind(shape)
        if kind in _FURNITURE:
            reading.omit("furniture", "\n".join(_lines(shape)))
        elif kind in _TITLES:
            reading.heading(" ".join(_lines(shape)), 2)
        elif (table := next(shape.iter(A + "tbl"), None)) is not None:
            _add_table(table, reading)
        elif (chart := next(shape.iter(drawn.CHART), None)) is not None:
            _add_chart(part(chart.get(_RELATION) or ""), reading)
        elif (diagram := next(shape.iter(drawn.DIAGRAM), None)) is not None:
            data = part(diagram.get(_DATA) or "")
            reading.paragraph(drawn.diagram(data) if data is not None else ())
        else:
            reading.paragraph(_lines(shape))


def _add_chart(data: Element | None, reading: Reading) -> None:
    """Add the words of a chart, and its figures if they stand in it."""
    if data is None:
        return
    chart = drawn.chart(data)
    if chart.is_labelled and chart.rows:
        reading.table([chart.title, chart.names], chart.rows)
    else:
        reading.paragraph(chart.lines)
        reading.omit("hidden", "\n".join([chart.names, *chart.rows]))


def _add_table(table: Element, reading: Reading) -> None:
    rows: list[list[str]] = []
    for row in table.iter(A + "tr"):
        words: list[str] = []
        for column, cell in enumerate(row.iter(A + "tc")):
            above = rows[-1][column] if rows and column < len(rows[-1]) else ""
            # a merged cell is said in each of the rows and columns that it covers
            own = above if cell.get("vMerge") in _TRUE else " ".join(_lines(cell))
            words.append(words[-1] if words and cell.get("hMerge") in _TRUE else own)
        rows.append(words)
    look = table.find(A + "tblPr")
    first = look is not None and look.get("firstRow") in _TRUE
    heads = int(len(rows) > 1 and (first or names_columns(rows[0], rows[1:])))
    if heads and len(rows) > 2 and any(cell.get("gridSpan") for cell in next(table.iter(A + "tr"))):
        # it names groups of the columns that the next row names
        heads = 2
    said = [blocks.row(row) for row in rows]
    reading.table(said[:heads], said[heads:])


def _kind(shape: Element) -> str:
    holder = next(shape.iter(P + "ph"), None)
    return "" if holder is None else holder.get("type") or ""


def _notes(notes: Element) -> list[str]:
    bodies = [shape for shape in notes.iter(P + "sp") if _kind(shape) == "body"]
    return [line for shape in bodies for line in _lines(shape)]


def _lines(shape: Element) -> list[str]:
    """Return the paragraphs of a shape, one per line, except those that a line break divides."""
    found: list[str] = []
    outline = Outline()
    for paragraph in shape.iter(A + "p"):
        words = "".join(_words(paragraph))
        found += f"{outline.number(paragraph) if words.strip() else ''}{words}".split("\n")
    return [line for line in map(blocks.collapse, found) if line]


def _is_struck(run: Element) -> bool:
    look = run.find(A + "rPr")
    return look is not None and (look.get("strike") or "noStrike") != "noStrike"


def _words(paragraph: Element) -> Iterator[str]:
    before = ""
    for run in paragraph.iter(A + "r", A + "br", A + "fld"):
        look = run.find(A + "rPr")
        words = "\n" if run.tag == A + "br" else run.findtext(A + "t") or ""
        if _is_struck(run):
            continue
        shift = look.get("baseline") or "0" if look is not None else "0"
        if shift not in ("0", "0%"):
            words = (lowered if shift.startswith("-") else raised)(words, before)
        before += words
        yield words
