"""Texts of other formats inside a Word document, which Word shows as parts of it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage

from index.readers import blocks, encodings, html
from index.readers.word.story import Block, Paragraph
from index.readers.word.words import Line
from index.types import Document

__all__ = ["read"]

_PAGES = (".htm", ".html", ".xhtml")
_ARCHIVED = (".mht", ".mhtml")


def read(name: str, data: bytes, omit: Callable[[str, str], None]) -> list[Block] | None:
    """Return the blocks of a part that holds a page or plain text; None if it cannot be read.

    What the page leaves out goes to `omit`.
    """
    suffix = "." + name.rpartition(".")[2].lower()
    try:
        if suffix == ".txt":
            rows = encodings.decode(data).splitlines()
            return [_paragraph(row) for row in rows if row.strip()]
        page = _unpacked(data) if suffix in _ARCHIVED else data
        if page is None or not (suffix in _PAGES or suffix in _ARCHIVED or _is_page(page)):
            return None
        document = html.read("page.html", page, "")
    except Exception:  # a broken part costs only the part
        return None
    for omission in document.omissions:
        omit(omission.kind, omission.text)
    return _of(document)


def _is_page(data: bytes) -> bool:
    return data.lstrip()[:14].lower().startswith((b"<html", b"<!doctype html"))


def _unpacked(data: bytes) -> bytes | None:
    """Return the page of a page saved with its pictures, in UTF-8."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            encoding = part.get_content_charset("utf-8")
            if isinstance(content, bytes):
                return encodings.decode_page(content, encoding).encode()
            return None
    return None


def _of(document: Document) -> list[Block]:
    """Return the blocks of a document that another reader read."""
    spans = sorted(
        [(span, None) for span in document.paragraphs]
        + [(heading, heading.level) for heading in document.headings],
        key=lambda pair: pair[0].start,
    )
    return [_paragraph(document.text[span.start : span.end], level) for span, level in spans]


def _paragraph(words: str, level: int | None = None) -> Paragraph:
    lines = [Line(blocks.collapse(row), raw=row) for row in words.splitlines() if row.strip()]
    return Paragraph(tuple(lines), level)
