"""Documents -> passages: what is found, shown and cited."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.types import Document, Heading, Passage, Span

__all__ = ["split"]

# A paragraph is a passage. One longer than _LONG is cut at sentences into parts of about _TARGET;
# paragraphs shorter than _SHORT are joined with their neighbours under the same heading, and one
# that leads to a longer one goes with it up to _LONG. The heading goes with the first of what
# stands under it: in a list of questions it says the most. The document's title does so only where
# it asks or, having so many words, tells something: what merely names the topic fits what answers
# no better than what does not. The figures are in docs/decisions/0003-score.md.
_TARGET = 1_000
_LONG = 2_000
_SHORT = 160
_TELLING = 10


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole sentences of one paragraph, or of several short ones, under one heading."""

    sentences: tuple[Span, ...]
    first: int
    last: int
    heading: int

    @property
    def length(self) -> int:
        return self.sentences[-1].end - self.sentences[0].start

    def takes(self, other: _Piece) -> bool:
        most = _LONG if self.length < _SHORT else _TARGET
        return (
            self.heading == other.heading
            and min(self.length, other.length) < _SHORT
            and other.sentences[-1].end - self.sentences[0].start <= most
        )

    def joined(self, other: _Piece) -> _Piece:
        return _Piece(self.sentences + other.sentences, self.first, other.last, self.heading)


def split(document: Document) -> tuple[Passage, ...]:
    """The passages of a document, in order; each sentence is in exactly one of them."""
    pieces: list[_Piece] = []
    for piece in _pieces(document):
        if pieces and pieces[-1].takes(piece):
            pieces[-1] = pieces[-1].joined(piece)
        else:
            pieces.append(piece)
    pages = [page.start for page in document.pages]
    return tuple(_passage(document, piece, pages) for piece in pieces)


def _pieces(document: Document) -> Iterator[_Piece]:
    headings = [heading.start for heading in document.headings]
    starts = [sentence.start for sentence in document.sentences]
    before = 0
    for number, paragraph in enumerate(document.paragraphs, start=1):
        first = bisect_right(starts, paragraph.start - 1)
        last = bisect_right(starts, paragraph.end - 1)
        heading = bisect_right(headings, paragraph.start)
        for part in _cut(document.sentences[first:last]):
            above = document.headings[heading - 1 : heading] if heading > before else ()
            before = heading
            spans = [Span(h.start, h.end) for h in above if _belongs(h, document)]
            yield _Piece((*spans, *part), number, number, heading)


def _belongs(heading: Heading, document: Document) -> bool:
    if heading.text != document.title:
        return True
    return heading.text.endswith(("?", "؟")) or len(heading.text.split()) >= _TELLING


def _cut(sentences: tuple[Span, ...]) -> Iterator[tuple[Span, ...]]:
    """The sentences of a paragraph in runs of about equal length, none much over the target."""
    if not sentences:
        return
    start, length = sentences[0].start, sentences[-1].end - sentences[0].start
    parts = round(length / _TARGET) if length > _LONG else 1
    first = 0
    for number in range(1, parts):
        goal = start + length * number / parts
        ends = [sentence.end for sentence in sentences]
        cut = max(first + 1, bisect_right(ends, goal))
        # the boundary before or after the goal, whichever is nearer
        if cut < len(ends) and ends[cut] - goal < goal - ends[cut - 1]:
            cut += 1
        if cut >= len(sentences):
            break
        yield sentences[first:cut]
        first = cut
    yield sentences[first:]


def _passage(document: Document, piece: _Piece, pages: Sequence[int]) -> Passage:
    start, end = piece.sentences[0].start, piece.sentences[-1].end
    above = document.headings[piece.heading - 1].text if piece.heading else None
    return Passage(
        source=document.source,
        text=document.text[start:end],
        start=start,
        end=end,
        sentences=piece.sentences,
        first_paragraph=piece.first,
        last_paragraph=piece.last,
        # a document's own title says nothing about the place in it
        heading=None if above == document.title else above,
        page=bisect_right(pages, start) or None,
    )
