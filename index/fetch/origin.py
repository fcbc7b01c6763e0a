"""The address that a document came from, kept in the document if its format has a place for it.

A page has its canonical link, Markdown its front matter. PDF, Word and plain text have none that
would leave their bytes as they came, so these are kept to the byte and their document has no
address. Nothing is parsed here: what comes from outside is parsed in a process of its own.
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
    """The bytes of a document of this kind, which say where it is from.

    A page is given a first canonical link, before its own if it has one: it may call itself what
    it likes, the address it came from is a fact. Front matter that has a `url` keeps it. Pages
    and Markdown become UTF-8; `charset` is what their server says they are in, which counts if
    browsers know it. What cannot be decoded is left as it is, for its reader to refuse.
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
    # the mark in front outweighs what the page itself says of its encoding
    return b"\xef\xbb\xbf" + (text[:place] + link + text[place:]).encode()


def _markdown(text: str, url: str) -> str:
    line = f"url: {json.dumps(url)}\n"
    if front := _FRONT.match(text):
        # a later `url` outweighs it
        return text[: front.end()] + line + text[front.end() :]
    return f"---\n{line}---\n{text}"
