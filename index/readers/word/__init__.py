"""Word documents: the text as it is printed, with all changes accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers.reading import Reading
from index.readers.word import chunks
from index.readers.word.compose import compose, title
from index.readers.word.margins import add_margins, paragraphs
from index.readers.word.numbering import Numbering
from index.readers.word.package import Package, is_word, opened
from index.readers.word.story import Block, Paragraph, Story
from index.readers.word.styles import Styles
from index.readers.word.wordml import W, child
from index.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["is_word", "read"]

_NOTES = ("footnotes", "endnotes")
_MARGINS = ("header", "footer")
_CORE = "{http://purl.org/dc/elements/1.1/}title"


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a `.docx` file.

    Headings are known by their style, list items show their bullet or number, table rows their
    cells with a bar between; notes come at the end, followed by what headers and footers say.
    Raises DocumentError if it is encrypted, damaged or holds macros.
    """
    package = opened(data)
    body = child(package.xml(package.main), "body")
    if body is None:
        raise DocumentError("a damaged Word document; save it again", "word_damaged")
    try:
        return _document(id, digest, package, body)
    except RecursionError:
        raise DocumentError(
            "its elements are nested too deeply; save it as plain text", "elements_deep"
        ) from None


def _document(id: str, digest: str, package: Package, body: Element) -> Document:
    reading = Reading()
    relations = {relation.id: relation.target for relation in package.relations(package.main)}

    def chunk(reference: str) -> list[Block]:
        name = relations.get(reference, "")
        found = chunks.read(name, package.part(name) or b"", reading.omit) if name else None
        if found is None:
            reading.omit("damaged", name or reference)
        return found or []

    story = Story(
        Styles(package.related("styles")),
        Numbering(package.related("numbering")),
        reading.omit,
        chunk,
    )
    blocks = story.read(body)
    for note in _notes(package, reading):
        blocks += story.read(note)
    margins = _margins(package, story)
    compose(blocks, reading)
    add_margins(margins, blocks, reading)
    lines = [line.text for paragraph in margins for line in paragraph.lines]
    return reading.document(id, digest, title=title(blocks, _named(package), lines))


def _notes(package: Package, reading: Reading) -> Iterator[Element]:
    for relation in package.relations(package.main):
        if relation.kind in _NOTES:
            root = package.xml(relation.target)
            if root is None:
                reading.omit("damaged", relation.target)
            for note in () if root is None else root:
                if note.get(W + "type") in (None, "normal"):
                    yield note


def _margins(package: Package, story: Story) -> list[Paragraph]:
    """Return what the headers and footers say, each once."""
    found: dict[str, Paragraph] = {}
    for relation in package.relations(package.main):
        if relation.kind in _MARGINS:
            root = package.xml(relation.target)
            for paragraph in () if root is None else paragraphs(story.read(root)):
                found.setdefault(paragraph.words, paragraph)
    return list(found.values())


def _named(package: Package) -> str:
    """Return the title among the properties of the file."""
    for relation in package.relations(""):
        if relation.kind == "core-properties":
            root = package.xml(relation.target)
            words = None if root is None else root.findtext(_CORE)
            return " ".join((words or "").split())
    return ""
