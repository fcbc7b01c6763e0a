"""Documents -> passages: what is found, shown and cited."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.types import Document, Heading, Passage, Span

__all__ = ["split"]

# A paragraph is a passage. One longer than _LONG is cut at sentences into parts of about _TARGET.
# One shorter than _SHORT is joined with its neighbours under the same heading and on the same page;
# where it is the first there, with a long one that follows up to _LONG. Headings go with the first
# of what stands under them: in a list of questions they say the most. The document's title does so
# only where it asks or, having so many words, tells something: what merely names the topic fits
# what answers no better than what does not. The figures are in docs/decisions/0003-score.md.
_TARGET = 1_000
_LONG = 2_000
_SHORT = 160
_TELLING = 10

_ASKING = re.compile(r"[?؟？][\"'»”’)]*$")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole sentences of one paragraph, or of several short ones, under one heading and on one
    page, the first `headed` of them being headings.
    """

    sentences: tuple[Span, ...]
    headed: int
    first: int
    last: int
    heading: int
    page: int

    @property
    def length(self) -> int:
        return self.sentences[-1].end - self.sentences[0].start

    def takes(self, other: _Piece) -> bool:
        most = _LONG if self.length < _SHORT else _TARGET
        return (
            (self.heading, self.page) == (other.heading, other.page)
            and min(self.length, other.length) < _SHORT
            and other.sentences[-1].end - self.sentences[0].start <= most
        )

    def joined(self, other: _Piece) -> _Piece:
        return replace(self, sentences=self.sentences + other.sentences, last=other.last)


def split(document: Document) -> tuple[Passage, ...]:
    """The passages of a document, in order; each sentence is in exactly one of them."""
    pieces: list[_Piece] = []
    for piece in _pieces(document):
        if pieces and pieces[-1].takes(piece):
            pieces[-1] = pieces[-1].joined(piece)
        else:
            pieces.append(piece)
    return tuple(_passage(document, piece) for piece in pieces)


def _pieces(document: Document) -> Iterator[_Piece]:
    headings = [heading.start for heading in document.headings]
    starts = [sentence.start for sentence in document.sentences]
    pages = [page.start for page in document.pages]
    before = 0
    for number, paragraph in enumerate(document.paragraphs, start=1):
        first = bisect_right(starts, paragraph.start - 1)
        last = bisect_right(starts, paragraph.end - 1)
        heading = bisect_right(headings, paragraph.start)
        for part in _cut(document.sentences[first:last]):
            above = [h for h in document.headings[before:heading] if _belongs(h, document)]
            before = heading
            yield _Piece(
                sentences=(*(Span(h.start, h.end) for h in above), *part),
                headed=_asking_or_naming(above, document),
                first=number,
                last=number,
                heading=heading,
                page=bisect_right(pages, part[0].start),
            )


def _belongs(heading: Heading, document: Document) -> bool:
    """Whether a heading goes with what stands under it; only a title may not."""
    if not _is_title(heading, document) or _ASKING.search(heading.text):
        return True
    return sum(any(map(str.isalnum, word)) for word in heading.text.split()) >= _TELLING


def _asking_or_naming(above: Sequence[Heading], document: Document) -> int:
    """How many of the headings above a passage answer nothing: all but a title that tells."""
    if len(above) == 1 and _is_title(above[0], document) and not _ASKING.search(above[0].text):
        return 0
    return len(above)


def _is_title(heading: Heading, document: Document) -> bool:
    # readers differ in the blanks that they keep
    return heading.text.split() == document.title.split()


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


def _passage(document: Document, piece: _Piece) -> Passage:
    start, end = piece.sentences[0].start, piece.sentences[-1].end
    above = document.headings[piece.heading - 1] if piece.heading else None
    return Passage(
        source=document.source,
        text=document.text[start:end],
        start=start,
        end=end,
        sentences=piece.sentences,
        first_paragraph=piece.first,
        last_paragraph=piece.last,
        # a document's own title says nothing about the place in it
        heading=above.text if above and not _is_title(above, document) else None,
        page=piece.page or None,
        headed=piece.headed,
    )
