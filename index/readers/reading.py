"""The reading text of a document that is composed block by block; spans are kept as it grows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from itertools import islice

from index.errors import DocumentError
from index.readers import blocks
from index.text import languages
from index.types import Anchor, Document, Heading, Omission, Source, Span

__all__ = ["QUESTION", "Reading"]

# The level of a question line of an FAQ: below every heading that a format has.
QUESTION = 7

# A table longer than this, in characters, becomes several paragraphs, each with the header rows.
_LONG_TABLE = 1_000


class Reading:
    """A reading text as it grows: blocks with an empty line between, rows on lines of their own."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._parts: list[str] = []
        self._length = 0
        self._paragraphs: list[Span] = []
        self._units: list[Span] = []
        self._rows: set[Span] = set()
        self._labels: list[Span] = []
        self._omissions: list[Omission] = []
        self._anchors: list[Anchor] = []

    def paragraph(self, rows: Iterable[str]) -> Span:
        """Add a paragraph of these rows, each read by itself; return its span, empty if it is
        empty.
        """
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

    def table(
        self, header: Iterable[str], rows: Iterable[str], numbers: Sequence[int] = ()
    ) -> Span:
        """Add a table, one row per line; the rows of its header are labels. Return its span.

        A row is one sentence. A long table is cut between rows; each part begins with the header,
        as a printed one does on each page. `numbers` are those of the rows in their sheet, if it
        has any; then each row must show something.
        """
        names, said = _shown(header), _shown(rows)
        start = None
        number = iter(numbers)
        span = Span(self._length, self._length)
        # a header with no row below is all that the table says
        for part in _parts(said, sum(map(len, names))) if said else [names]:
            before = len(self._units)
            span = self.paragraph([*names, *part] if said else part)
            start = span.start if start is None else start
            self._rows.update(self._units[before:])
            if said:
                self._labels += self._units[before : before + len(names)]
            for unit in self._units[before + len(names) :]:
                self._anchors += [Anchor(unit.start, "row", str(n)) for n in islice(number, 1)]
        return span if start is None else Span(start, span.end)

    def anchor(self, kind: str, name: str) -> None:
        """Name the place of what is added next; see index.types.Anchor."""
        start = self._length + 2 if self._length else 0
        self._anchors.append(Anchor(start, kind, name))

    def anchor_at(self, start: int, kind: str, name: str) -> None:
        """Name a place of what was added."""
        self._anchors.append(Anchor(start, kind, name))
        self._anchors.sort(key=lambda anchor: anchor.start)

    def question(self, words: str) -> Span:
        """Add a line that asks or names what the next lines answer: `Q:`, a bold line, a term."""
        return self.heading(words, QUESTION)

    def omit(self, kind: str, words: str) -> None:
        """Record that these words of the file are left out; see index.types.Omission."""
        if words.strip():
            self._omissions.append(Omission(kind, words.strip()))

    def heading(self, words: str, level: int) -> Span:
        """Add a heading, which is in no paragraph; return its span, empty if it is empty."""
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
        """Return the document of everything added; without a title, the file's name is the title.

        A heading with nothing below is a paragraph. Raises DocumentError if there is no text.
        """
        kept, paragraphs, units = blocks.settle(self.headings, self._paragraphs, self._units)
        if not paragraphs:
            raise DocumentError("contains no text; remove it or add some", "no_text")
        text = "".join(self._parts)
        language = language or languages.detect(text)
        return Document(
            source=Source(id, title or blocks.title_of(id), language, url, date),
            text=text,
            paragraphs=tuple(paragraphs),
            sentences=blocks.split(text, units, language, self._rows),
            headings=tuple(kept),
            pages=pages,
            digest=digest,
            labels=tuple(self._labels),
            omissions=tuple(self._omissions),
            anchors=tuple(a for a in self._anchors if a.start <= len(text)),
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


def _shown(rows: Iterable[str]) -> list[str]:
    """Return the rows that show something."""
    places = ((row, blocks.trim(row, 0, len(row))) for row in rows)
    return [row for row, place in places if place.start < place.end]


def _parts(rows: Sequence[str], header: int) -> list[Sequence[str]]:
    """Return the rows in parts of about equal length, none much longer than a passage with its
    header.
    """
    room = max(_LONG_TABLE - header, _LONG_TABLE // 2)
    whole = sum(map(len, rows))
    if header + whole <= _LONG_TABLE:
        return [rows]
    most = whole / -(-whole // room)
    parts: list[list[str]] = [[]]
    length = 0
    for row in rows:
        # cut if the middle of a row lies past the end of a part
        if parts[-1] and length + len(row) / 2 > most * len(parts):
            parts.append([])
        parts[-1].append(row)
        length += len(row)
    return list(parts)
