"""Shared by all readers: from blocks of text to paragraphs and sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Sequence
from pathlib import PurePosixPath

from index.text import sentences
from index.types import Heading, Span

__all__ = ["collapse", "lines", "row", "settle", "split", "title_of", "trim"]

# Invisible marks that belong to no sentence: byte order mark, zero-width space.
_INVISIBLE = "\ufeff\u200b"
# A non-breaking space is kept: it is a character of the text.
_SPACES = re.compile(r"[ \t\n\r\f]+")
# A row of more characters than this is split into sentences.
_LONG_ROW = 400
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


def collapse(words: str) -> str:
    """Return the words on one line with single spaces; soft hyphens, which show nothing, are
    removed.
    """
    return _SPACES.sub(" ", words.replace("\xad", "")).strip(" ")


def lines(text: str) -> Iterable[Span]:
    """Return the lines of `text`, each with its line ending."""
    for match in _LINE.finditer(text):
        if match.end() > match.start():
            yield Span(*match.span())


def row(cells: Iterable[str]) -> str:
    """Return a row of a table as text, its cells with a bar between; empty if all of them are."""
    words = list(cells)
    return " | ".join(words).strip() if any(words) else ""


def trim(text: str, start: int, end: int) -> Span:
    """Return the range without the white space and invisible marks at its ends."""
    while start < end and (text[start].isspace() or text[start] in _INVISIBLE):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _INVISIBLE):
        end -= 1
    return Span(start, end)


def split(
    text: str, units: Iterable[Span], language: str, rows: Container[Span] = ()
) -> tuple[Span, ...]:
    """Return the sentences of the units (paragraphs, list items, table rows) of `text`, in order.

    A unit of `rows` is one sentence, unless it is long: a cell means nothing without the others.
    """
    found: list[Span] = []
    for unit in units:
        if unit in rows and unit.end - unit.start <= _LONG_ROW:
            found.append(unit)
        else:
            found += sentences.split(text, unit.start, unit.end, language)
    return tuple(found)


def settle(
    headings: Sequence[Heading], paragraphs: Sequence[Span], units: Sequence[Span]
) -> tuple[list[Heading], list[Span], list[Span]]:
    """Return the headings that have something below them, and the paragraphs and units with the
    others.

    A heading that does not belong to the next one is content, as on a poster. The first heading of
    a document is its name, even so.
    """
    starts = [paragraph.start for paragraph in paragraphs]
    kept: list[Heading] = []
    alone: list[Span] = []
    for number, heading in enumerate(headings):
        below = headings[number + 1] if number + 1 < len(headings) else None
        first = bisect_right(starts, heading.start)
        text_below = first < len(starts) and (below is None or starts[first] < below.start)
        names_all = number == 0 and first == 0 and below is not None
        if text_below or names_all or (below is not None and below.level > heading.level):
            kept.append(heading)
        else:
            alone.append(Span(heading.start, heading.end))
    return kept, sorted([*paragraphs, *alone]), sorted([*units, *alone])


def title_of(id: str) -> str:
    """Return a title for a document that names none: its file's name in words."""
    stem = PurePosixPath(id).stem
    return re.sub(r"[_\-\s]+", " ", stem).strip() or stem
