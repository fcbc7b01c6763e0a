"""The headers and footers of a text, after its body: what they tell, and what they only repeat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.readers.reading import Reading
from index.readers.word.compose import compose
from index.readers.word.story import Block, Paragraph

__all__ = ["add_margins", "paragraphs"]

# A line of a header with fewer words is a name: of the document, the chapter or the company.
_TELLING = 8


def add_margins(margins: Sequence[Paragraph], blocks: Sequence[Block], reading: Reading) -> None:
    """Add the lines of headers and footers that say something, such as an address; omit others."""
    seen = {paragraph.words for paragraph in paragraphs(blocks)}
    told = [paragraph for paragraph in margins if _tells(paragraph.words)]
    for paragraph in margins:
        if paragraph not in told or paragraph.words in seen:
            reading.omit("furniture", paragraph.words)
        else:
            compose([Paragraph(paragraph.lines)], reading)


def paragraphs(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    """Return the paragraphs among blocks and in the cells of their tables, in order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from paragraphs(cell.blocks)


def _tells(words: str) -> bool:
    """Return True if a line of a header is more than a name: it has a figure, an address or a
    sentence.
    """
    return any(map(str.isdigit, words)) or "@" in words or len(words.split()) >= _TELLING
