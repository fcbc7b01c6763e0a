"""A message as any program keeps it -> its reading text, and back into a file of mail."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from index.readers import encodings, formats, kinds, markup, stylesheets
from index.readers.page import Page
from index.readers.reading import Reading
from index.types import Document

__all__ = ["Attachment", "Body", "Letter", "is_read", "write"]

# Attached texts that no reader is for, read with the mail.
_TEXTS = (".ics", ".log", ".vcf")
# Pictures in the words of a mail are mostly the signs of firms; a page or a photo is larger.
_SIGN = 20_000  # bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; its name is a label. `drawn` is a picture that stands in the
    words of the message.
    """

    name: str
    data: bytes
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A part of what is written: its bytes, their encoding as the mail says, if it is a page."""

    data: bytes
    charset: str | None = None
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A message: its subject, its other headers as lines, when it was sent, and what it says."""

    subject: str
    headers: tuple[str, ...] = ()
    date: datetime.date | None = None
    bodies: tuple[Body, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def is_read(attachment: Attachment) -> bool:
    """Return True if an attachment is a document of its own, or holds some."""
    suffix = PurePosixPath(attachment.name).suffix.lower()
    is_sign = attachment.drawn and len(attachment.data) < _SIGN
    return suffix in formats.READERS and not (suffix in formats.PICTURES and is_sign)


def write(letter: Letter, id: str, digest: str) -> Document:
    """Return the document of a message; attachments that are not read are listed as left out."""
    page = Page(letter.subject)
    reading = page.reading
    if letter.subject:
        reading.heading(letter.subject, 1)
    reading.paragraph(letter.headers)
    for body in letter.bodies:
        if body.is_page:
            root = markup.parse(encodings.decode_page(body.data, body.charset))
            stylesheets.apply(root)
            kinds.settle(root)
            page.add(root)
        else:
            _add_text(_text(body.data, body.charset), reading)
    for attachment in letter.attachments:
        if PurePosixPath(attachment.name).suffix.lower() in _TEXTS:
            reading.heading(attachment.name, 2)
            _add_text(_text(attachment.data, None), reading)
        elif not is_read(attachment):
            reading.omit("furniture", attachment.name)
    return reading.document(id, digest, title=letter.subject or None, date=letter.date)


def _add_text(text: str, reading: Reading) -> None:
    """Add a plain text: paragraphs stand between empty lines, and each line is read on its own."""
    rows: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            rows.append(line.strip())
        elif rows:
            reading.paragraph(_joined(rows))
            rows = []


def _joined(rows: Sequence[str]) -> Sequence[str]:
    """Return the rows of a paragraph; lines that mail wraps at a width are one row."""
    wrapped = len(rows) > 1 and all(len(row) >= 50 for row in rows[:-1])
    return [" ".join(rows)] if wrapped else rows


def _text(data: bytes, charset: str | None) -> str:
    # Python knows more by these names than encodings, and some of it takes hours
    if charset and encodings.is_known(charset):
        return encodings.decode_page(data, charset)
    return encodings.decode(data)
