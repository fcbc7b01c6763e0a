"""Write the address that a document came from into it, if its format has a place for it.

A page has its canonical link, Markdown its front matter. PDF, Word and plain text have none that
would leave their bytes unchanged, so these are stored as they are and their document has no
address. Nothing is parsed here: untrusted files are parsed in a confined process.
"""

from __future__ import annotations

import html
import json
import re

from index.errors import DocumentError
from index.readers import encodings

__all__ = ["named_within"]

_HEAD = re.compile(r"<head(?:\s[^>]*)?>", re.I)
_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(?=\w+:)")


def named_within(kind: str, data: bytes, url: str, charset: str | None) -> bytes:
    """Return the bytes of a document of this kind with its address written in.

    A page gets a first canonical link, before its own if it has one: the page may call itself
    anything, but the address it came from is a fact. Front matter that has a `url` keeps it. Pages
    and Markdown become UTF-8; `charset` is the server's label, which counts if browsers know it.
    Bytes that cannot be decoded are left unchanged, for the reader to refuse.
    """
    if charset and not encodings.is_known(charset):
        charset = None
    try:
        if kind == ".html":
            return _page(encodings.decode_page(data, charset or encodings.charset(data)), url)
        if kind == ".md":
            return _markdown(encodings.decode_page(data, charset), url).encode()
    except (DocumentError, UnicodeError):
        pass
    return data


def _page(text: str, url: str) -> bytes:
    text = text.removeprefix("\ufeff")
    head = _HEAD.search(text)
    place = head.end() if head else 0
    link = f'<link rel="canonical" href="{html.escape(url)}">'
    # a byte order mark outweighs the encoding that the page names
    return b"\xef\xbb\xbf" + (text[:place] + link + text[place:]).encode()


def _markdown(text: str, url: str) -> str:
    line = f"url: {json.dumps(url)}\n"
    if front := _FRONT.match(text):
        # a later `url` outweighs it
        return text[: front.end()] + line + text[front.end() :]
    return f"---\n{line}---\n{text}"
