"""Plain text: paragraphs stand between blank lines; the reading text is the file to the letter."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import DocumentError
from index.readers import blocks
from index.text import languages
from index.types import Document, Heading, Source, Span

__all__ = ["read"]

# Hard-wrapped text keeps its lines under this; where a line of a block is longer, its author ended
# lines only to end paragraphs.
_WRAPPED = 160
_LONGEST_TITLE = 150


def read(id: str, data: bytes, digest: str) -> Document:
    """The document in the bytes of a `.txt` file.

    A first line that stands alone, is short and ends like no sentence is the title.
    """
    text = blocks.decode(data)
    paragraphs = tuple(_paragraphs(text))
    if not paragraphs:
        raise DocumentError("holds no text; remove it or fill it")
    language = languages.detect(text)
    title, headings = blocks.title_of(id), tuple[Heading, ...]()
    if len(paragraphs) > 1 and _is_title(first := paragraphs[0].of(text)):
        title = first
        headings = (Heading(paragraphs[0].start, paragraphs[0].end, 1, first),)
        paragraphs = paragraphs[1:]
    return Document(
        source=Source(id, title, language),
        text=text,
        paragraphs=paragraphs,
        sentences=blocks.split(text, paragraphs, language),
        headings=headings,
        digest=digest,
    )


def _paragraphs(text: str) -> Iterator[Span]:
    block: list[Span] = []
    for line in [*blocks.lines(text), Span(len(text), len(text))]:
        if not _is_blank(text, line):
            block.append(line)
            continue
        if block and max(line.end - line.start for line in block) > _WRAPPED:
            yield from (blocks.trim(text, line.start, line.end) for line in block)
        elif block:
            yield blocks.trim(text, block[0].start, block[-1].end)
        block = []


def _is_blank(text: str, line: Span) -> bool:
    trimmed = blocks.trim(text, line.start, line.end)
    return trimmed.start == trimmed.end


def _is_title(line: str) -> bool:
    return len(line) <= _LONGEST_TITLE and "\n" not in line and line[-1] not in '.!?…:;,"”»)'
