"""The tree of an HTML page: what it says of itself, and where its main content is."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from index.errors import DocumentError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["address", "charset", "holds_data", "main", "parse", "published", "title", "walk"]

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
# The encodings of the HTML standard, by the names that Python has for them too.
_KNOWN = re.compile(
    r"windows-(?:874|125\d)|iso-8859-\d{1,2}|koi8-[ru]|ibm866|macintosh|gbk|gb2312|gb18030|big5"
    r"|euc-(?:jp|kr)|shift_jis|iso-2022-jp"
)
_HEAD = 4_096


def charset(data: bytes) -> str:
    """The encoding that the page names; UTF-8 where it names none, or one that browsers lack."""
    match = _CHARSET.search(data, 0, _HEAD)
    name = match.group(1).decode("ascii", "ignore").lower() if match else ""
    if data.startswith(b"\xef\xbb\xbf") or not _KNOWN.fullmatch(name):
        return "utf-8"
    # what calls itself Latin-1 is read as its superset everywhere
    return "windows-1252" if name == "iso-8859-1" else name


def parse(text: str) -> HtmlElement:
    """The tree of a page, without comments; DocumentError says why there is none."""
    from lxml import etree, html

    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    root = None
    with suppress(etree.LxmlError):
        root = html.document_fromstring(text.encode(), parser=parser)
    # libxml2 stops at these without a word, and the rest would be lost
    stops = {entry.type_name for entry in parser.error_log}
    if "ERR_NO_MEMORY" in stops:
        raise MemoryError
    if "ERR_RESOURCE_LIMIT" in stops:
        raise DocumentError("its elements are nested too deeply; save it as plain text")
    if root is None:
        raise DocumentError("holds no text; remove it or fill it")
    return root


def walk(root: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Each element below `root` as it opens and as it shuts, however deep it lies."""
    from lxml import etree

    yield from etree.iterwalk(root, events=("start", "end"))


def title(root: HtmlElement) -> str | None:
    """The title that the page gives itself."""
    words = _meta(root, "og:title") or str(root.findtext(".//title") or "")
    return " ".join(words.split()) or None


def address(root: HtmlElement) -> str | None:
    """The page's canonical address, None where it names none."""
    links = root.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
    base = next(iter(root.xpath("//base/@href")), "")
    for link in [*links, _meta(root, "og:url") or ""]:
        found: str = urljoin(base, link.strip())
        if re.fullmatch(r"https?://\S+", found):
            return found
    return None


_DATES = (
    "article:published_time datePublished date dc.date dc.date.issued dcterms.date dcterms.issued "
    "dcterms.created citation_publication_date pubdate publish-date"
).split()
_DAY = re.compile(r"\s*(\d{4})[-/](\d{2})[-/](\d{2})(?!\d)")
_LINKED = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{1,40})")


def published(root: HtmlElement) -> datetime.date | None:
    """The day on which the page was published, None where it names none."""
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


# What a browser does not show, or shows for use and not for reading.
_UNSEEN = (
    "script|style|template|noscript|iframe|object|embed|svg|canvas|audio|video|button|input|select"
    "|textarea|datalist|dialog|nav|annotation|head"
).split("|")
_UNSEEN_ROLES = "navigation search menu menubar toolbar banner contentinfo dialog".split()
_UNSEEN_PATH = " | ".join(
    [f"//{tag}" for tag in _UNSEEN]
    + [f"//*[@role='{role}']" for role in _UNSEEN_ROLES]
    + [
        "//*[@hidden]",
        "//*[@aria-hidden='true']",
        "//*[contains(translate(@style, ' ', ''), 'display:none')]",
        "//a[string-length(.) < 3 and translate(., '¶#§🔗', '') = '']",
    ]
)
# What is about the site and not the page, unless it stands in the main part.
_AROUND_PATH = " | ".join(
    f"//{tag}[not(ancestor::main or ancestor::article or ancestor::*[@role='main'])]"
    for tag in ("header", "footer", "aside")
)
_AROUND_NAMES = frozenset(
    "ad ads advert advertisement breadcrumb breadcrumbs cookie cookies footer menu nav navbar "
    "navigation newsletter pagination popup promo related share sharing sidebar social".split()
)


def main(root: HtmlElement) -> HtmlElement:
    """The part of the page that is its content; what is unseen is taken out of the tree.

    It is the `main` element, else an article that holds most of the text, else the whole body
    without what is named as navigation, advertisement and the like.
    """
    body = root.find("body") if root.find("body") is not None else root
    for element in body.xpath(_UNSEEN_PATH):
        _drop(element)
    parts = [part for part in body.xpath("//main | //*[@role='main']") if _size(part)]
    if parts:
        return max(parts, key=_size)
    whole = _size(body)
    for element in body.xpath(_AROUND_PATH):
        _drop(element)
    for element in body.xpath("//*[@class or @id]"):
        names = re.findall(r"[a-z]+", f"{element.get('class')} {element.get('id')}".lower())
        # `has-sidebar` stands on what holds all
        if not _AROUND_NAMES.isdisjoint(names) and _size(element) * 2 < whole:
            _drop(element)
    articles = sorted(body.xpath("//article"), key=_size)
    return articles[-1] if articles and _size(articles[-1]) * 2 > _size(body) else body


def holds_data(table: HtmlElement) -> bool:
    """Whether a table has rows and cells to read, and is no frame to lay out a page."""
    inner = "boolean(.//table | .//h1 | .//h2 | .//h3 | .//h4 | .//h5 | .//h6 | .//pre | .//p[2])"
    return not table.xpath(inner)


def _size(element: HtmlElement) -> int:
    return len("".join(element.text_content().split()))


def _drop(element: HtmlElement) -> None:
    # one inside another has gone with it; the page itself stays
    if element.getparent() is not None and element.tag not in ("html", "body"):
        element.drop_tree()
