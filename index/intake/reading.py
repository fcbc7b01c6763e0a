"""An untrusted file is read only if it is what its name says, and no larger than allowed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import readers
from index.errors import DocumentError
from index.intake.limits import Limits
from index.readers import archive, formats, pdf, word
from index.readers.pdf.views import View
from index.types import Document

__all__ = ["drawn", "read"]

# How to tell an archive's kind: a part of it, and the beginning of that part's content.
_ARCHIVES = (
    ("xl/workbook.xml", b"", ".xlsx"),
    ("ppt/presentation.xml", b"", ".pptx"),
    ("mimetype", b"application/epub+zip", ".epub"),
    ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", ".ods"),
    ("mimetype", b"application/vnd.oasis.opendocument.presentation", ".odp"),
    ("mimetype", b"application/vnd.oasis.opendocument.text", ".odt"),
)
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The streams that hold the text of an old Office file.
_STREAMS = (("WordDocument", ".doc"), ("Workbook", ".xls"), ("__substg1.0_", ".msg"))
# Documents that are archives themselves.
_PACKED = (".docx", ".xlsx", ".pptx", ".epub", ".ods", ".odt")
_PICTURES = ((b"\x89PNG\r\n\x1a\n", ".png"), (b"\xff\xd8\xff", ".jpg"))
_TAG = re.compile(rb"<\0?[!a-z]", re.I)


def read(name: str, data: bytes, limits: Limits) -> Document:
    """Read a file into a document; DocumentError says why it is refused.

    Any text that can be decoded may be called plain text or Markdown.
    """
    suffix = readers.kind(name)
    if limits.strict:
        _refuse_disguised(suffix, data)
    if suffix == ".pdf":
        _refuse_over("pages", pdf.count(data), limits.pages)
    if limits.strict and suffix in _PACKED and (part := archive.nested(data)):
        raise DocumentError(
            f"its part {part} is an archive; save it without embedded files",
            "part_archive",
            part=part,
        )
    document = readers.read(readers.File(name), data)
    _refuse_over("characters", len(document.text), limits.characters)
    _refuse_over("sentences", len(document.sentences), limits.sentences)
    _refuse_over("headings", len(document.headings), limits.sentences)
    return document


def drawn(data: bytes, views: Sequence[tuple[int, str, Sequence[tuple[int, int]]]]) -> bytes:
    """The picture of pages of a PDF file that is asked for, after a 1 if all is marked, else 0."""
    from index.readers.pdf.picture import picture
    from index.readers.scan.pictures import page_of

    if _kind(data) in formats.PICTURES:
        data = page_of(data)
    asked = [View(number, text, tuple(marks)) for number, text, marks in views]
    made, sure = picture(data, asked)
    return b"01"[sure : sure + 1] + made


def _refuse_disguised(suffix: str, data: bytes) -> None:
    found = _kind(data)
    if found and found != suffix.replace(".jpeg", ".jpg"):
        raise DocumentError(
            f"named {suffix}, but its content is that of {found}; name it so",
            "suffix_wrong",
            suffix=suffix,
            found=found,
        )
    if suffix in (".html", ".htm") and not _TAG.search(data):
        raise DocumentError(
            f"named {suffix}, but has no tags; name it .txt", "suffix_text", suffix=suffix
        )


def _kind(data: bytes) -> str | None:
    """Return the suffix that fits a file's first bytes; None for text and for unknown content."""
    if b"%PDF-" in data[:1024]:
        return ".pdf"
    if kind := next((kind for begins, kind in _PICTURES if data.startswith(begins)), None):
        return kind
    if data.startswith(b"PK\x03\x04"):
        if word.is_word(data):
            return ".docx"
        parts = archive.Archive(data)
        for name, begins, kind in _ARCHIVES:
            if name in parts.names and parts.part(name, len(begins)).startswith(begins):
                return kind
        return ".zip"
    if data.startswith(_OLD):
        found = (kind for name, kind in _STREAMS if name.encode("utf-16-le") in data)
        return next(found, None)
    return None


def _refuse_over(what: str, count: int, most: int) -> None:
    if count > most:
        raise DocumentError(
            f"it has {count:,} {what}; the limit is {most:,}, split it",
            "file_many",
            count=f"{count:,}",
            what=what,
            most=f"{most:,}",
        )
