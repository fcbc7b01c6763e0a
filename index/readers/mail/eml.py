"""Mail as it travels (`.eml`), read by the standard library."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from collections.abc import Iterator, Set
from contextlib import suppress
from email.message import EmailMessage, MIMEPart
from pathlib import PurePosixPath

from index.errors import DocumentError
from index.readers.mail.letter import Attachment, Body, Letter

__all__ = ["parse"]

_NO_MAIL = "not an e-mail, or a damaged one; save it again as .eml"
_HEADERS = ("From", "To", "Cc", "Date")
_MOST_PARTS = 500
# For files without a name that says their kind.
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
}
_DRAWN = re.compile(rb"cid:([^\"'\s>)]+)", re.I)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+=*")


def parse(data: bytes) -> Letter:
    """Read the message in these bytes; DocumentError if there is none."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage):
        raise DocumentError(_NO_MAIL, "not_mail")
    head = {name: _header(message, name) for name in ("Subject", *_HEADERS)}
    if not (head["From"] or head["Subject"]):
        raise DocumentError(_NO_MAIL, "not_mail")
    body = message.get_body(("html", "plain"))
    if body is not None and _is_empty(body):
        # some programs write an empty page beside the words
        plain = message.get_body(("plain",))
        body = body if plain is None else plain
    bodies = [] if body is None else [body]
    drawn = {name for one in bodies for name in _DRAWN.findall(_bytes(one))}
    attachments = []
    for count, part in enumerate(_leaves(message, body)):
        if count > _MOST_PARTS:
            raise DocumentError(
                f"it has over {_MOST_PARTS} parts; split it", "mail_parts", most=_MOST_PARTS
            )
        if part is body:
            continue
        if part.get_content_maintype() == "text" and not _name(part) and not part.is_attachment():
            # some programs cut what is written at each picture
            bodies.append(part)
        else:
            attachments.append(_attachment(part, drawn))
    date = getattr(head["Date"], "datetime", None)
    return Letter(
        _line(head["Subject"]),
        tuple(f"{name}: {_line(head[name])}" for name in _HEADERS if head[name]),
        date.date() if date else None,
        tuple(_body(part) for part in bodies),
        tuple(attachments),
    )


def _header(message: EmailMessage, name: str) -> object:
    """Return a line of the head; None if there is none, or the standard library breaks on it."""
    with suppress(Exception):
        return message[name]
    return None


def _leaves(part: MIMEPart, body: MIMEPart | None) -> Iterator[MIMEPart]:
    """The parts that hold no others, without the other forms of the body; a mail is one part."""
    if part.get_content_maintype() != "multipart" or part is body:
        yield part
        return
    is_choice = part.get_content_subtype() == "alternative"
    for inner in part.iter_parts():
        for leaf in _leaves(inner, body):
            other = is_choice and leaf is not body and leaf.get_content_maintype() == "text"
            if not other or _name(leaf):
                yield leaf


def _is_empty(part: MIMEPart) -> bool:
    """Return True if a page shows no word."""
    if part.get_content_subtype() != "html":
        return False
    return not re.sub(rb"(?s)<(style|title|head)\b.*?</\1>|<[^>]*>|&nbsp;|\s", b"", _bytes(part))


def _body(part: MIMEPart) -> Body:
    is_page = part.get_content_subtype() == "html"
    data = _bytes(part)
    if str(part.get_param("format") or "").lower() == "flowed":
        data = _unflowed(data, str(part.get_param("delsp") or "").lower() == "yes")
    return Body(data, part.get_content_charset(), is_page)


def _unflowed(data: bytes, without_space: bool) -> bytes:
    """Join the lines that end with a blank to the next ones, RFC 3676, but not the signature's
    mark.
    """
    return re.sub(rb"(?m)(?<!^--) \r?\n(?![>\r\n])", b"" if without_space else b" ", data)


def _attachment(part: MIMEPart, drawn: Set[bytes]) -> Attachment:
    """The file in a part; `drawn` are the ids of those that the message shows in its words."""
    name, kind = _name(part), part.get_content_type()
    if kind != "message/rfc822":
        if not PurePosixPath(name).suffix:
            name = f"{name or kind.partition('/')[0]}{_SUFFIXES.get(kind, '')}"
        id = _line(part.get("Content-ID")).strip("<>").encode(errors="replace")
        return Attachment(name, _bytes(part), drawn=id in drawn)
    inner = next(iter(part.iter_parts()), None)
    if inner is None:
        return Attachment(name or part.get_content_type(), b"")
    if not name.lower().endswith(".eml"):
        name = f"{name or _line(inner['Subject']) or 'mail'}.eml"
    return Attachment(name, inner.as_bytes())


def _name(part: MIMEPart) -> str:
    return _line(part.get_filename())


def _line(words: object) -> str:
    return " ".join(str(words or "").split())


def _bytes(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return b""
    if str(part.get("Content-Transfer-Encoding") or "").strip().lower() == "base64":
        # one that was cut off is left as it is by the standard library
        signs = b"".join(payload.split())
        if len(signs) % 4 and _BASE64.fullmatch(signs):
            return base64.b64decode(signs[: len(signs) // 4 * 4])
    return payload
