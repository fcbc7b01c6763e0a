"""From documents to passages: the units that are found, shown and cited."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index.text import words
from index.types import Anchor, Document, Heading, Passage, Source, Span

__all__ = ["names", "split", "terms"]

# A paragraph is a passage. One longer than _LONG is cut at sentences into parts of about _TARGET.
# One shorter than _SHORT is joined with its neighbours under the same heading and on the same page;
# if it is the first there, with a long one that follows up to _LONG. A table is joined with the
# paragraph above it, which says what the figures are of. Headings go with the first text under
# them: in a list of questions they say the most. They are labels, which answer nothing, except a
# title that says something. The figures are in docs/decisions/0003-score.md.
_TARGET = 1_000
_LONG = 2_000
_SHORT = 160
# Words of a title that says something, and words from which on a number in it does.
_TELLING = 10
_TELLING_A_NUMBER = 4

# Anchors before a passage that are searched for the last of each kind.
_REACH = 50

# Readers put this between the cells of a row.
_CELL = " | "

_ASKING = re.compile(r"[?؟？][\"'»”’)]*$")

# The words of a file name: those of conference.txt and parental-leave_2026.md, not of scan0001.pdf.
_NAMING = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")


# Signs that a short title says something: text after a colon, a stop, a verb.
_COLON = re.compile(r":\s+\S")
_STOP = re.compile(r"[.!。！][\"'»”’)]*$")
_VERB = {
    "en": re.compile(r"\b(?:is|are|was|were|will|must|may|cannot|has|have)\b", re.IGNORECASE),
    "ru": re.compile(
        r"\b(?:будет|будут|был[аио]?|нельзя|можно|нужно|закрыт[аоы]?)\b", re.IGNORECASE
    ),
}
_NUMBER = re.compile(r"\d")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole sentences of one paragraph, or of several short ones, under one heading and on one
    page, with the headings that they begin with; `labels` of them answer nothing. `table` if the
    last of them are rows.
    """

    sentences: tuple[Span, ...]
    labels: tuple[Span, ...]
    first: int
    last: int
    heading: int
    page: int
    table: bool

    @property
    def length(self) -> int:
        return self.sentences[-1].end - self.sentences[0].start

    def takes(self, other: _Piece) -> bool:
        leads = other.table and not self.table
        most = _LONG if self.length < _SHORT else _TARGET
        return (
            (self.heading, self.page) == (other.heading, other.page)
            and (leads or min(self.length, other.length) < _SHORT)
            and other.sentences[-1].end - self.sentences[0].start <= most
        )

    def joined(self, other: _Piece) -> _Piece:
        return replace(
            self,
            sentences=self.sentences + other.sentences,
            labels=self.labels + other.labels,
            last=other.last,
            table=other.table,
        )


def split(document: Document) -> tuple[Passage, ...]:
    """Return the passages of a document, in order; each sentence is in exactly one of them."""
    title = _title(document)
    pieces: list[_Piece] = []
    for piece in _pieces(document, title):
        if pieces and pieces[-1].takes(piece):
            pieces[-1] = pieces[-1].joined(piece)
        else:
            pieces.append(piece)
    return tuple(_passage(document, title, piece) for piece in pieces)


def terms(passage: Passage) -> list[str]:
    """Return the terms that a passage is found by: its own twice, and once those of its document's
    title and file name.

    People name the document when they ask, and a passage seldom repeats its name.
    """
    source, title = passage.source, passage.title
    own = passage.text[title.end - passage.start :] if title else passage.text
    return words.terms(own, source.language) * 2 + names(source)


def names(source: Source) -> list[str]:
    """Return the terms that name a document: those of its title, and those its file name adds."""
    titled = words.terms(source.title, source.language)
    told = _NAMING.findall(PurePosixPath(source.id).stem)
    found = words.terms(" ".join(told), source.language)
    return titled + [term for term in found if term not in titled]


def _pieces(document: Document, title: Heading | None) -> Iterator[_Piece]:
    headings = [heading.start for heading in document.headings]
    starts = [sentence.start for sentence in document.sentences]
    pages = [page.start for page in document.pages]
    named = [label.start for label in document.labels]
    before = 0
    for number, paragraph in enumerate(document.paragraphs, start=1):
        first = bisect_right(starts, paragraph.start - 1)
        last = bisect_right(starts, paragraph.end - 1)
        heading = bisect_right(headings, paragraph.start)
        for part in _cut(document.sentences[first:last]):
            above = document.headings[before:heading]
            before = heading
            yield _Piece(
                sentences=(*map(_span, above), *part),
                labels=(
                    *(_span(h) for h in above if h is not title or not _tells(title, document)),
                    *(s for s in part if _inside(s, document.labels, named)),
                ),
                first=number,
                last=number,
                heading=heading,
                page=bisect_right(pages, part[0].start),
                table=_CELL in part[0].of(document.text),
            )


def _span(heading: Heading) -> Span:
    return Span(heading.start, heading.end)


def _inside(sentence: Span, labels: Sequence[Span], starts: Sequence[int]) -> bool:
    before = bisect_right(starts, sentence.start)
    return before > 0 and sentence.end <= labels[before - 1].end


def _title(document: Document) -> Heading | None:
    """Return the heading that is the document's title, if one is: the first, if it says the same
    and no other is of its level, or if it stands right above another.
    """
    if not document.headings:
        return None
    first, *others = document.headings
    # readers differ in the blanks that they keep
    if first.text.split() != document.title.split():
        return None
    alone = all(other.level != first.level for other in others)
    below = others[0].start if others else len(document.text)
    empty = not any(first.end <= each.start < below for each in document.paragraphs)
    return first if alone or empty else None


def _tells(title: Heading, document: Document) -> bool:
    """Return True if a title says something that may answer, rather than name or ask."""
    text, language = title.text, document.source.language
    if _ASKING.search(text) or words.question_words(text, language):
        return False
    said = [word for word in text.split() if any(map(str.isalnum, word))]
    numbers = [word for word in said[1:] if _NUMBER.search(word) and not _YEAR.search(word)]
    named = len(said) > 1 and words.stems(said[-2], language) and not _COLON.search(text)
    if numbers == said[-1:] and named:
        # of a room or a model; “at 10” is not a name
        numbers = []
    return (
        len(said) >= _TELLING
        or bool(numbers and (len(said) >= _TELLING_A_NUMBER or _COLON.search(text)))
        or bool(_STOP.search(text))
        or bool(language in _VERB and len(said) > 2 and _VERB[language].search(text))
    )


def _cut(sentences: tuple[Span, ...]) -> Iterator[tuple[Span, ...]]:
    """Return the sentences of a paragraph in runs of about equal length, none much over the
    target.
    """
    if not sentences:
        return
    start, length = sentences[0].start, sentences[-1].end - sentences[0].start
    parts = round(length / _TARGET) if length > _LONG else 1
    ends = [sentence.end for sentence in sentences]
    first = 0
    for number in range(1, parts):
        goal = start + length * number / parts
        cut = max(first + 1, bisect_right(ends, goal))
        # the boundary before or after the goal, whichever is nearer
        if cut < len(ends) and ends[cut] - goal < goal - ends[cut - 1]:
            cut += 1
        if cut >= len(sentences):
            break
        yield sentences[first:cut]
        first = cut
    yield sentences[first:]


def _passage(document: Document, title: Heading | None, piece: _Piece) -> Passage:
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
        heading=" ".join(above.text.split()) if above and above is not title else None,
        page=piece.page or None,
        labels=piece.labels,
        anchors=tuple(_anchors(document, piece)),
    )


def _start(anchor: Anchor) -> int:
    return anchor.start


def _anchors(document: Document, piece: _Piece) -> Iterator[Anchor]:
    """Return the anchors in a piece, and the last of each kind before it that reaches into it."""
    if not document.anchors:
        return
    body = next((s for s in piece.sentences if s not in piece.labels), piece.sentences[0])
    first, last = (
        bisect_right(document.anchors, end, key=_start)
        for end in (body.start, piece.sentences[-1].end - 1)
    )
    # the mail that a document came with holds for all of it
    before = {anchor.kind: anchor for anchor in document.anchors[:1] if anchor.kind == "mail"}
    for anchor in document.anchors[max(0, first - _REACH) : first]:
        before[anchor.kind] = anchor
    yield from sorted(before.values(), key=lambda anchor: anchor.start)
    yield from document.anchors[first:last]
