"""A document as bytes between two processes: a header, the text, and the spans as numbers.

The header is JSON; each span takes eight bytes. The bytes cannot run code, and inconsistent ones
are refused, since the process that wrote them may have been taken over.
"""

from __future__ import annotations

import datetime
import json
import struct
import sys
from array import array
from collections.abc import Sequence
from typing import Any

from index.types import Anchor, Document, Heading, Omission, Source, Span

__all__ = ["decode", "encode"]

_HEAD = struct.Struct("<II")
_SPANS = ("paragraphs", "sentences", "pages", "labels")
# the largest number that four bytes can count, far above every limit
_NUMBER = "I"


def encode(document: Document) -> bytes:
    """Encode a document as bytes."""
    source = document.source
    spans = {name: getattr(document, name) for name in _SPANS}
    head = {
        "source": [
            source.id,
            source.title,
            source.language,
            source.url,
            source.date.isoformat() if source.date else None,
        ],
        "digest": document.digest,
        "headings": [[h.start, h.end, h.level, h.text] for h in document.headings],
        "omissions": [[omission.kind, omission.text] for omission in document.omissions],
        "anchors": [[anchor.start, anchor.kind, anchor.name] for anchor in document.anchors],
        "spans": [len(spans[name]) for name in _SPANS],
    }
    # a title may contain half of a surrogate pair, which JSON writes as an escape
    named = json.dumps(head, separators=(",", ":")).encode()
    text = document.text.encode()
    parts = [_HEAD.pack(len(named), len(text)), named, text]
    parts += [_packed(spans[name]) for name in _SPANS]
    return b"".join(parts)


def decode(data: bytes) -> Document:
    """Decode a document; ValueError if the bytes do not hold one."""
    try:
        return _decode(data)
    except (struct.error, ArithmeticError, LookupError, RecursionError, TypeError) as error:
        raise ValueError(f"not a document: {error}") from None


def _decode(data: bytes) -> Document:
    named, length = _HEAD.unpack_from(data)
    start = _HEAD.size + named
    head = json.loads(data[_HEAD.size : start])
    text = data[start : start + length].decode()
    numbers = array(_NUMBER)
    numbers.frombytes(data[start + length :])
    if sys.byteorder == "big":
        numbers.byteswap()
    counts = [int(count) for count in head["spans"]]
    if len(counts) != len(_SPANS) or min(counts) < 0 or 2 * sum(counts) != len(numbers):
        raise ValueError("not a document: its spans are not as many as it says")
    spans, at = [], 0
    for count in counts:
        spans.append(_unpacked(numbers[at : at + 2 * count], len(text)))
        at += 2 * count
    id, title, language, url, date = head["source"]
    return Document(
        source=Source(
            _words(id),
            _words(title),
            _words(language),
            None if url is None else _words(url),
            None if date is None else datetime.date.fromisoformat(date),
        ),
        text=text,
        paragraphs=spans[0],
        sentences=spans[1],
        headings=tuple(_heading(found, len(text)) for found in head["headings"]),
        pages=spans[2],
        digest=_words(head["digest"]),
        labels=spans[3],
        omissions=tuple(Omission(_words(kind), _words(words)) for kind, words in head["omissions"]),
        anchors=tuple(_anchor(found, len(text)) for found in head["anchors"]),
    )


def _packed(spans: Sequence[Span]) -> bytes:
    numbers = array(_NUMBER, (number for span in spans for number in (span.start, span.end)))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _unpacked(numbers: array[int], length: int) -> tuple[Span, ...]:
    spans = tuple(map(Span, numbers[::2], numbers[1::2]))
    if any(span.start > span.end or span.end > length for span in spans):
        raise ValueError("not a document: a span lies outside its text")
    return spans


def _heading(found: Sequence[Any], length: int) -> Heading:
    start, end, level, text = found
    if not all(type(number) is int for number in (start, end, level)) or not (
        0 <= start <= end <= length
    ):
        raise ValueError("not a document: a heading lies outside its text")
    return Heading(start, end, level, _words(text))


def _anchor(found: Sequence[Any], length: int) -> Anchor:
    start, kind, name = found
    if type(start) is not int or not 0 <= start <= length:
        raise ValueError("not a document: an anchor lies outside its text")
    return Anchor(start, _words(kind), _words(name))


def _words(value: object) -> str:
    """Return text that can be stored: half of a surrogate pair cannot."""
    if not isinstance(value, str):
        raise ValueError("not a document: a number stands for words")
    return value.encode(errors="replace").decode()
