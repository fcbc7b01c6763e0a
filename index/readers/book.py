"""Books (`.epub`): the chapters in order, each read as a page is."""

from __future__ import annotations

import datetime
import posixpath
import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.errors import DocumentError
from index.readers import archive, encodings, kinds, markup, pace, stylesheets
from index.readers.page import Page
from index.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read"]

_PAGES = ("application/xhtml+xml", "text/html")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(\[[^\]]*\])?[^>]*>", re.I)


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a book; title, language and date as the book names them.

    Raises DocumentError if it is damaged, or its chapters are locked.
    """
    archive.check(data)
    parts = archive.Archive(data)
    if "META-INF/encryption.xml" in parts.names and b"adept" in parts.part(
        "META-INF/encryption.xml"
    ):
        raise DocumentError(
            "its text is locked by its seller; use a copy without such a lock", "book_locked"
        )
    root = _xml(_part(parts, "META-INF/container.xml"))
    named = next(iter(root.xpath("//*[local-name()='rootfile']/@full-path")), "")
    book = _xml(_part(parts, named))
    title = _said(book, "title")
    page = Page(title or "")
    items = {
        item.get("id"): item
        for item in book.iter("{*}item")
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    folder = posixpath.dirname(named)
    chapters = list(book.iter("{*}itemref"))
    for number, reference in enumerate(chapters):
        pace.at(number, len(chapters))
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no":
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        if name not in parts.names:
            page.reading.omit("damaged", name)
            continue
        chapter = parts.part(name)
        words = encodings.decode_page(chapter, encodings.charset(chapter))
        if words.strip():
            root = markup.parse(words)
            stylesheets.embed(root, partial(_sheet, parts, name))
            stylesheets.apply(root)
            kinds.settle(root)
            page.add(root)
    language = (_said(book, "language") or "")[:2].lower()
    return page.reading.document(
        id,
        digest,
        title=title,
        language=language if re.fullmatch("[a-z]{2}", language) else None,
        date=_date(_said(book, "date") or ""),
    )


def _sheet(parts: archive.Archive, chapter: str, address: str) -> str:
    """Return the style sheet that a chapter links; empty if it is not in the book."""
    name = posixpath.normpath(posixpath.join(posixpath.dirname(chapter), unquote(address)))
    return parts.part(name).decode(errors="replace") if name in parts.names else ""


def _part(parts: archive.Archive, name: str) -> bytes:
    if name not in parts.names:
        raise DocumentError("not a book, or a damaged one; save it again as .epub", "not_book")
    return parts.part(name)


def _xml(data: bytes) -> Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(_DOCTYPE.sub(b"", data), parser)
    except (etree.LxmlError, ValueError):
        raise DocumentError("a damaged book; save it again as .epub", "book_damaged") from None


def _said(book: Element, name: str) -> str | None:
    found = book.find(f".//{{http://purl.org/dc/elements/1.1/}}{name}")
    return " ".join((found.text or "").split()) or None if found is not None else None


def _date(words: str) -> datetime.date | None:
    match = _DAY.match(words)
    try:
        return datetime.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
