"""What every reader shares: bytes -> characters, and blocks of text -> paragraphs, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from index.errors import DocumentError
from index.text import sentences
from index.types import Span

__all__ = ["collapse", "decode", "lines", "row", "split", "title_of", "trim"]

# Marks that show nothing and belong to no sentence: byte order mark, zero-width space.
_INVISIBLE = "\ufeff\u200b"
# A space that does not break is kept: it is a character of the text.
_SPACES = re.compile(r"[ \t\n\r\f]+")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


def decode(data: bytes, encoding: str = "utf-8") -> str:
    """The characters of a file, to the letter; UTF-16 where its first bytes say so."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise DocumentError("a binary file, not text; remove it or convert it") from None
        raise DocumentError(
            f"not {encoding.upper()} (byte {error.start:,} of {len(data):,}); save it as UTF-8, "
            "for example with iconv -f WINDOWS-1251 -t UTF-8"
        ) from None
    if "\0" in text:
        raise DocumentError("a binary file, not text; remove it or convert it")
    return text


def collapse(words: str) -> str:
    """The words on one line, single spaces between; a soft hyphen, which shows nothing, is out."""
    return _SPACES.sub(" ", words.replace("\xad", "")).strip(" ")


def lines(text: str) -> Iterable[Span]:
    """The lines of `text`, each with its line ending."""
    for match in _LINE.finditer(text):
        if match.end() > match.start():
            yield Span(*match.span())


def row(cells: Iterable[str]) -> str:
    """A row of a table as it is read, its cells with a bar between; empty if all of them are."""
    words = list(cells)
    return " | ".join(words).strip() if any(words) else ""


def trim(text: str, start: int, end: int) -> Span:
    """The range without the white space and invisible marks at its ends."""
    while start < end and (text[start].isspace() or text[start] in _INVISIBLE):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _INVISIBLE):
        end -= 1
    return Span(start, end)


def split(text: str, units: Iterable[Span], language: str) -> tuple[Span, ...]:
    """The sentences of the units (paragraphs, list items, table rows) of `text`, in order."""
    return tuple(
        sentence
        for unit in units
        for sentence in sentences.split(text, unit.start, unit.end, language)
    )


def title_of(id: str) -> str:
    """A title for a document that names none: its file's name in words."""
    stem = PurePosixPath(id).stem
    return re.sub(r"[_\-\s]+", " ", stem).strip() or stem
