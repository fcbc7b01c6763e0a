"""Pages saved whole (`.mhtml`, `.mht`): the page, without its pictures."""

from __future__ import annotations

import email
import email.policy
from email.message import Message

from index.errors import DocumentError
from index.readers import html
from index.types import Document

__all__ = ["read"]


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the first page of the file; DocumentError if there is none."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip():
                named = _named(page, part.get_content_charset())
                return html.read(id, named + _sheets(message), digest)
    raise DocumentError("contains no page; save it again as .html", "no_page")


def _sheets(message: Message) -> bytes:
    """Return the style sheets that were saved with a page, for its end."""
    found = (part for part in message.walk() if part.get_content_type() == "text/css")
    sheets = b"\n".join(bytes(part.get_payload(decode=True) or b"") for part in found)
    # words of another encoding name fonts at most
    plain = sheets.decode("ascii", errors="replace").encode("ascii", errors="replace")
    return b"<style>%b</style>" % plain.replace(b"</", b"< /") if plain.strip() else b""


def _named(page: bytes, charset: str | None) -> bytes:
    """Return the page in UTF-8, if the file and not the page names its encoding."""
    try:
        return page.decode(charset).encode("utf-8-sig") if charset else page
    except (LookupError, UnicodeDecodeError):
        return page
