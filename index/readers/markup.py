"""The tree of an HTML page, and what the page says about itself."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from index.errors import DocumentError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["address", "description", "language", "parse", "published", "title", "walk"]

# libxml2 compares each attribute of a tag with all before it.
_CROWDED = re.compile(
    r"""<[a-z][^\s>/]*+(?:[\s/]++[^\s>=/"']++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']++))?+){1000}""",
    re.I,
)


# The parser reads nothing after these; a browser does.
_ENDS = re.compile(r"</(?:body|html)\s*>", re.I)
# Half surrogate pairs, and characters that no XML tree holds.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


def parse(text: str) -> HtmlElement:
    """Return the tree of a page, without comments; DocumentError says why there is none."""
    from lxml import etree, html

    if _CROWDED.search(text):
        raise DocumentError(
            "one of its tags has over 1,000 attributes; save it as plain text", "many_attributes"
        )
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    root = None
    with suppress(etree.LxmlError):
        page = _UNWRITABLE.sub("\ufffd", _ENDS.sub("", text))
        root = html.document_fromstring(page.encode(), parser=parser)
    # libxml2 stops at these silently, and the rest would be lost
    stops = {entry.type_name for entry in parser.error_log}
    if "ERR_NO_MEMORY" in stops:
        raise MemoryError
    if "ERR_RESOURCE_LIMIT" in stops:
        raise DocumentError(
            "its elements are nested too deeply; save it as plain text", "elements_deep"
        )
    if root is None:
        raise DocumentError("contains no text; remove it or add some", "no_text")
    return root


def walk(root: HtmlElement) -> Any:
    """Yield each element below `root` as it opens and as it closes, at any depth.

    An iterator of pairs, `start` or `end` and the element; its `skip_subtree()` skips everything
    below the element that has just opened.
    """
    from lxml import etree

    return etree.iterwalk(root, events=("start", "end"))


def title(root: HtmlElement) -> str | None:
    """Return the title that the page gives itself."""
    # a picture may have a title too
    named = root.xpath("string((//head/title | /html/title | //title[not(ancestor::svg)])[1])")
    words = _meta(root, "og:title") or str(named)
    return " ".join(words.split()) or None


def address(root: HtmlElement) -> str | None:
    """Return the page's canonical address, None if it names none."""
    links = root.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
    base = next(iter(root.xpath("//base/@href")), "")
    for link in [*links, _meta(root, "og:url") or ""]:
        try:
            found: str = urljoin(base, link.strip())
        except ValueError:
            continue
        if re.fullmatch(r"https?://\S+", found):
            return found
    return None


def language(root: HtmlElement) -> str | None:
    """Return the two-letter code of the language that the page says it is in."""
    named = root.xpath("//html/@lang | //html/@*[name()='xml:lang'] | //body/@lang")
    named += root.xpath("//meta[translate(@http-equiv, 'CL', 'cl')='content-language']/@content")
    for name in named:
        if match := re.match(r"\s*([a-z]{2})(?:[-_]|\s*$)", name.lower()):
            return match.group(1)
    return None


_DATES = (
    "article:published_time datePublished date dc.date dc.date.issued dcterms.date dcterms.issued "
    "dcterms.created citation_publication_date pubdate publish-date"
).split()
_DAY = re.compile(r"\s*(\d{4})[-/](\d{2})[-/](\d{2})(?!\d)")
_LINKED = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{1,40})")


def published(root: HtmlElement) -> datetime.date | None:
    """Return the day on which the page was published, None if it names none."""
    given = [_meta(root, name) for name in _DATES]
    given += root.xpath("//*[@itemprop='datePublished']/@datetime")
    given += root.xpath("//time[@pubdate]/@datetime")
    for script in root.xpath("//script[@type='application/ld+json']/text()"):
        given += _LINKED.findall(script)
    for value in given:
        if match := _DAY.match(value or ""):
            try:
                return datetime.date(*map(int, match.groups()))
            except ValueError:
                continue
    return None


def _meta(root: HtmlElement, name: str) -> str | None:
    # names are written in any case
    for meta in root.iter("meta"):
        names = [(meta.get(key) or "").lower() for key in ("property", "name", "itemprop")]
        content = str(meta.get("content") or "").strip()
        if content and name.lower() in names:
            return content
    return None


def description(image: HtmlElement) -> str:
    """Return the text that stands for a picture, empty if that says nothing."""
    words = re.sub(r"^\{\\displaystyle (.*)\}$", r"\1", (image.get("alt") or "").strip())
    before = image.getprevious()
    if before is not None and before.find(".//math") is not None:
        # the picture of a formula that has just been read
        return ""
    return "" if re.fullmatch(r"[\w.-]+\.(?:png|jpe?g|gif|svg|webp)", words, re.I) else words
