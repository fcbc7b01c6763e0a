"""Documents and passages as rows of the database, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from index.types import Anchor, Document, Heading, Omission, Passage, Source, Span

__all__ = [
    "DOCUMENT",
    "PASSAGE",
    "document",
    "document_row",
    "passage",
    "passage_row",
    "source",
    "written",
]

DOCUMENT = """
SELECT d.id, d.title, d.language, d.url, d.date, d.digest, d.text, d.paragraphs, d.sentences,
       d.headings, d.pages, d.labels, d.omissions, d.anchors
FROM documents d
"""

PASSAGE = """
SELECT d.id, d.title, d.language, d.url, d.date, p.passage, p.text, p.start, p."end", p.sentences,
       p.first_paragraph, p.last_paragraph, p.heading, p.page, p.labels, p.anchors
FROM passages p
JOIN documents d ON d.generation = p.generation AND d.document = p.document
"""

# PostgreSQL's texts have every character except U+0000; the last code point, which Unicode assigns
# to no character, stands for it.
_NUL, _STAND_IN = "\0", "\U0010ffff"


def document_row(document: Document) -> tuple[object, ...]:
    """Return the columns of a document from its id on, without the number of its passages."""
    source = document.source
    return (
        source.id,
        written(source.title),
        source.language,
        source.url,
        source.date,
        document.digest,
        written(document.text),
        _pack(document.paragraphs),
        _pack(document.sentences),
        [[h.start, h.end, h.level, h.text] for h in document.headings],
        _pack(document.pages),
        _pack(document.labels),
        [[each.kind, each.text] for each in document.omissions],
        _named(document.anchors),
    )


def document(row: Sequence[Any]) -> Document:
    """Return the document of a row of DOCUMENT."""
    digest, text, paragraphs, sentences, headings, pages, labels, omissions, anchors = row[5:]
    return Document(
        source=source(row),
        text=_read(text),
        paragraphs=_unpack(paragraphs),
        sentences=_unpack(sentences),
        headings=tuple(Heading(*heading) for heading in headings),
        pages=_unpack(pages),
        digest=digest,
        labels=_unpack(labels),
        omissions=tuple(Omission(*each) for each in omissions),
        anchors=tuple(Anchor(*each) for each in anchors),
    )


def passage_row(passage: Passage) -> tuple[object, ...]:
    """Return the columns of a passage from its text on, without its vector."""
    return (
        written(passage.text),
        passage.start,
        passage.end,
        _pack(passage.sentences),
        passage.first_paragraph,
        passage.last_paragraph,
        None if passage.heading is None else written(passage.heading),
        passage.page,
        _pack(passage.labels),
        _named(passage.anchors),
    )


def passage(row: Sequence[Any]) -> Passage:
    """Return the passage of a row of PASSAGE."""
    _, text, start, end, sentences, first, last, heading, page, labels, anchors = row[5:]
    return Passage(
        source=source(row),
        text=_read(text),
        start=start,
        end=end,
        sentences=_unpack(sentences),
        first_paragraph=first,
        last_paragraph=last,
        heading=None if heading is None else _read(heading),
        page=page,
        labels=_unpack(labels),
        anchors=tuple(Anchor(*each) for each in anchors),
    )


def source(row: Sequence[Any]) -> Source:
    """Return the source in the first five columns of a row."""
    id, title, language, url, date = row[:5]
    return Source(id, _read(title), language, url, date)


def written(text: str) -> str:
    """Return a text as PostgreSQL can hold it."""
    return text.replace(_NUL, _STAND_IN)


def _read(text: str) -> str:
    return text.replace(_STAND_IN, _NUL)


def _named(anchors: Iterable[Anchor]) -> list[list[object]]:
    return [[each.start, each.kind, each.name] for each in anchors]


def _pack(spans: Iterable[Span]) -> list[int]:
    return [number for span in spans for number in (span.start, span.end)]


def _unpack(numbers: Sequence[int]) -> tuple[Span, ...]:
    pairs = iter(numbers)
    return tuple(Span(start, end) for start, end in zip(pairs, pairs, strict=True))
