"""Pages saved whole (`.mhtml`, `.mht`): the page, without its pictures and styles."""

from __future__ import annotations

import email
import email.policy

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
                return html.read(id, _named(page, part.get_content_charset()), digest)
    raise DocumentError("holds no page; save it again as .html", "no_page")


def _named(page: bytes, charset: str | None) -> bytes:
    """Return the page in UTF-8, if the file and not the page names its encoding."""
    try:
        return page.decode(charset).encode("utf-8-sig") if charset else page
    except (LookupError, UnicodeDecodeError):
        return page
