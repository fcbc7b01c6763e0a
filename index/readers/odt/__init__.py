"""Texts of OpenDocument (`.odt`): as they are printed, with all changes accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers import archive, mathml, opendocument
from index.readers.odt.story import Story
from index.readers.odt.styles import STYLE, Styles
from index.readers.opendocument import OFFICE
from index.readers.reading import Reading
from index.readers.word.compose import compose, title
from index.readers.word.margins import add_margins, paragraphs
from index.readers.word.story import Paragraph
from index.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read"]

_TITLE = ".//{http://purl.org/dc/elements/1.1/}title"
_MARGINS = tuple(
    STYLE + name + side for name in ("header", "footer") for side in ("", "-left", "-first")
)


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of an `.odt` file.

    It is read as a Word document is: headings by their level, list items with their mark, rows with
    a bar between the cells, notes at the end. Raises DocumentError if it is encrypted, damaged or
    holds macros.
    """
    content = opendocument.content(data, "text")
    parts = archive.Archive(data)
    styled = opendocument.part(parts, "styles.xml")
    reading = Reading()
    story = Story(Styles(content, styled), reading.omit, lambda name: _formula(parts, name))
    try:
        blocks = story.read(content.find(f"{OFFICE}body/{OFFICE}text"))
        margins = [] if styled is None else _margins(story, styled)
        compose(blocks, reading)
    except RecursionError:
        raise DocumentError(
            "its elements are nested too deeply; save it as plain text", "elements_deep"
        ) from None
    add_margins(margins, blocks, reading)
    meta = opendocument.part(parts, "meta.xml")
    named = None if meta is None else meta.findtext(_TITLE)
    lines = [line.text for paragraph in margins for line in paragraph.lines]
    return reading.document(id, digest, title=title(blocks, " ".join((named or "").split()), lines))


def _margins(story: Story, styles: Element) -> list[Paragraph]:
    """Return what the headers and footers say, each once."""
    found: dict[str, Paragraph] = {}
    for margin in styles.iter(*_MARGINS):
        if margin.get(STYLE + "display") != "false":
            for paragraph in paragraphs(story.read(margin)):
                found.setdefault(paragraph.words, paragraph)
    return list(found.values())


def _formula(parts: archive.Archive, name: str) -> str:
    """Return the formula in an embedded object, on one line; empty if it is something else."""
    root = opendocument.part(parts, f"{name.removeprefix('./').rstrip('/')}/content.xml")
    if root is None or not str(root.tag).endswith("}math"):
        return ""
    for element in root.iter("{*}*"):
        element.tag = str(element.tag).rpartition("}")[2]
    return mathml.line(root)
