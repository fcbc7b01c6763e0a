"""Mail (`.eml`): who wrote when about what, the words of the message, and attached texts."""

from __future__ import annotations

import email
import email.policy
from contextlib import suppress
from email.message import EmailMessage, MIMEPart
from pathlib import PurePosixPath

from index.errors import DocumentError
from index.readers import encodings, markup
from index.readers.page import Page
from index.readers.reading import Reading
from index.types import Document

__all__ = ["read"]

_NO_MAIL = "not a mail, or a damaged one; save it again as .eml"
_HEADERS = ("From", "To", "Cc", "Date")
_MOST_PARTS = 500
# The attachments that are read; others are listed as left out.
_TEXTS = (".txt", ".text", ".md", ".csv", ".ics")


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a message; its subject is the title, its date that of the mail.

    If a message has two forms, the formatted one is read. Raises DocumentError if it is not a
    message.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage):
        raise DocumentError(_NO_MAIL)
    head = {name: _header(message, name) for name in ("Subject", *_HEADERS)}
    if not (head["From"] or head["Subject"]):
        raise DocumentError(_NO_MAIL)
    subject = " ".join(str(head["Subject"] or "").split())
    page = Page(subject)
    reading = page.reading
    if subject:
        reading.heading(subject, 1)
    named = [f"{name}: {' '.join(str(head[name]).split())}" for name in _HEADERS if head[name]]
    reading.paragraph(named)
    _add_body(message, page)
    for count, part in enumerate(message.walk()):
        if count > _MOST_PARTS:
            raise DocumentError(f"it has over {_MOST_PARTS} parts; split it")
        if part.is_attachment() and isinstance(part, EmailMessage):
            _attach(part, reading)
    date = getattr(head["Date"], "datetime", None)
    return reading.document(id, digest, title=subject or None, date=date.date() if date else None)


def _header(message: EmailMessage, name: str) -> object:
    """Return a line of the head; None if there is none, or the standard library breaks on it."""
    with suppress(Exception):
        return message[name]
    return None


def _add_body(message: EmailMessage, page: Page) -> None:
    body = message.get_body(("html", "plain"))
    if body is None:
        return
    data = _bytes(body)
    if body.get_content_subtype() == "html":
        page.add(markup.parse(encodings.decode_page(data, body.get_content_charset())))
    else:
        _add_text(_text(data, body.get_content_charset()), page.reading)


def _attach(part: EmailMessage, reading: Reading) -> None:
    name = " ".join(str(part.get_filename() or "").split())
    if PurePosixPath(name).suffix.lower() in _TEXTS and part.get_content_maintype() == "text":
        reading.heading(name, 2)
        _add_text(_text(_bytes(part), part.get_content_charset()), reading)
    else:
        reading.omit("furniture", name or part.get_content_type())


def _add_text(text: str, reading: Reading) -> None:
    """Add a plain text: paragraphs stand between empty lines, and each line is read on its own."""
    rows: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            rows.append(line.strip())
        elif rows:
            reading.paragraph(_joined(rows))
            rows = []


def _joined(rows: list[str]) -> list[str]:
    """Return the rows of a paragraph; lines that mail wraps at a width are one row."""
    wrapped = len(rows) > 1 and all(len(row) >= 50 for row in rows[:-1])
    return [" ".join(rows)] if wrapped else rows


def _bytes(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(data: bytes, charset: str | None) -> str:
    # Python knows more by these names than encodings, and some of it takes hours
    if charset and encodings.is_known(charset):
        return encodings.decode_page(data, charset)
    return encodings.decode(data)
