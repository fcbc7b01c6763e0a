"""The reading text of a document that is written anew: block by block, spans kept as it grows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from index.errors import DocumentError
from index.readers import blocks
from index.text import languages
from index.types import Document, Heading, Omission, Source, Span

__all__ = ["QUESTION", "Reading"]

# The level of a question line of an FAQ: below every heading that a format has.
QUESTION = 7


class Reading:
    """A reading text as it grows: blocks with an empty line between, rows on lines of their own."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._parts: list[str] = []
        self._length = 0
        self._paragraphs: list[Span] = []
        self._units: list[Span] = []
        self._labels: list[Span] = []
        self._omissions: list[Omission] = []

    def paragraph(self, rows: Iterable[str]) -> Span:
        """Add a paragraph of these rows, each read on its own; where it stands, empty if it is."""
        units: list[Span] = []
        for row in rows:
            unit = self._append(row, "\n" if units else "\n\n")
            if unit.start < unit.end:
                units.append(unit)
        if not units:
            return Span(self._length, self._length)
        self._units += units
        self._paragraphs.append(Span(units[0].start, units[-1].end))
        return self._paragraphs[-1]

    def table(self, header: Iterable[str], rows: Iterable[str]) -> Span:
        """Add a table, a row a line; the rows of its header are labels. Where it stands."""
        before = len(self._units)
        names = [row for row in header if row.strip()]
        span = self.paragraph([*names, *rows])
        self._labels += self._units[before : before + len(names)]
        return span

    def question(self, words: str) -> Span:
        """Add a line that asks or names what the next lines answer: `Q:`, a bold line, a term."""
        return self.heading(words, QUESTION)

    def omit(self, kind: str, words: str) -> None:
        """Say that these words of the file are left out; see index.types.Omission."""
        if words.strip():
            self._omissions.append(Omission(kind, words.strip()))

    def heading(self, words: str, level: int) -> Span:
        """Add a heading, which is in no paragraph; where it stands, empty if it is."""
        span = self._append(words, "\n\n")
        if span.start < span.end:
            text = blocks.trim(words, 0, len(words)).of(words)
            self.headings.append(Heading(span.start, span.end, level, text))
        return span

    def document(
        self,
        id: str,
        digest: str,
        *,
        title: str | None = None,
        language: str | None = None,
        url: str | None = None,
        date: datetime.date | None = None,
        pages: tuple[Span, ...] = (),
    ) -> Document:
        """The document of what was added; without a title the file's name is it.

        Raises DocumentError where it has no paragraph.
        """
        if not self._paragraphs:
            raise DocumentError("holds no text; remove it or fill it")
        text = "".join(self._parts)
        language = language or languages.detect(text)
        return Document(
            source=Source(id, title or blocks.title_of(id), language, url, date),
            text=text,
            paragraphs=tuple(self._paragraphs),
            sentences=blocks.split(text, self._units, language),
            headings=tuple(self.headings),
            pages=pages,
            digest=digest,
            labels=tuple(self._labels),
            omissions=tuple(self._omissions),
        )

    def _append(self, words: str, separator: str) -> Span:
        if self._length and words.strip():
            self._write(separator)
        start = self._length
        self._write(words.rstrip())
        inner = blocks.trim(words, 0, len(words.rstrip()))
        return Span(start + inner.start, start + inner.end)

    def _write(self, words: str) -> None:
        self._parts.append(words)
        self._length += len(words)
