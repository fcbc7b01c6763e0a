"""The kinds of elements, by their tags, and by what their styles and roles make of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = [
    "BLOCKS",
    "HEADINGS",
    "is_bold",
    "is_edge",
    "is_note",
    "is_struck",
    "kind",
    "leads",
    "settle",
]

HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Elements that begin on a line of their own; all others, known or not, run with the text.
# https://html.spec.whatwg.org/multipage/rendering.html#flow-content-3
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main "
    "menu nav ol optgroup option p plaintext pre search section summary svg table tbody td tfoot "
    "th thead tr ul xmp".split()
)
_MORE = r"(?:[1-9]|0?\.\d*[1-9])"  # more than nothing
_STYLED = {
    "sup": re.compile(
        rf"vertical-align:(?:super|text-top|{_MORE})"
        rf"|position:relative(?=.*(?:^|;)(?:top:-|bottom:{_MORE}))"
        rf"|(?:^|;)(?:top:-|bottom:{_MORE}).*position:relative"
        r"|(?:font-variant-position|baseline-shift):super"
    ),
    "sub": re.compile(
        rf"vertical-align:(?:sub|text-bottom|-{_MORE})"
        # by pixels, pages set words on the line that they are on
        r"|position:relative(?=.*(?:^|;)top:0?\.\d*[1-9]em)"
        r"|(?:^|;)top:0?\.\d*[1-9]em.*position:relative"
        r"|(?:font-variant-position|baseline-shift):sub"
    ),
    "s": re.compile(r"text-decoration(?:-line)?:[^;]*line-through"),
    "b": re.compile(r"font-weight:(?:bold|[6-9]00)"),
    "div": re.compile(r"display:(?:block|flex|grid|table|list-item)"),
}
_LETTERS = frozenset("b em i small strong u".split())
_NOTE = re.compile(r"note|\b_?(?:ft|f)n[-_:]?\w*|\bcite|\b(?:ref|n)-?\d", re.I)
_UNBOLD = re.compile(r"font-weight:(?:normal|[1-5]00)")


def kind(element: HtmlElement) -> str:
    """Return the tag of an element, or the one that its style turns it into."""
    tag = str(element.tag)
    if tag in ("span", "font", "a") and (style := _style(element)):
        return next((as_ for as_, look in _STYLED.items() if look.search(style)), tag)
    if tag in _LETTERS and (style := _style(element)):
        tag = next((as_ for as_ in ("sup", "sub") if _STYLED[as_].search(style)), tag)
    if tag == "a":
        return "sup" if is_note(element) else "a" if leads(element) else "span"
    tag = {"strike": "s", "del": "s", "strong": "b"}.get(tag, tag)
    # what Google Docs puts on the clipboard is a bold element that is not bold
    return "span" if tag == "b" and _UNBOLD.search(_style(element)) else tag


def is_bold(element: HtmlElement) -> bool:
    """Return True if the style of a block makes its letters bold."""
    return element.tag in BLOCKS and bool(_STYLED["b"].search(_style(element)))


def is_struck(element: HtmlElement) -> bool:
    """Return True if an element, or its style, crosses its words out."""
    return kind(element) == "s" or bool(_STYLED["s"].search(_style(element)))


def is_edge(element: HtmlElement) -> bool:
    """Return True if an element is the header or footer of a page or section."""
    return element.tag in ("header", "footer") or element.get("role") in ("banner", "contentinfo")


def is_note(link: HtmlElement) -> bool:
    """Return True if a link is the mark of a note that stands right after a word or number."""
    words = (link.text or "").strip("[]() ")
    if len(link) or not re.fullmatch(r"\d{1,3}|[a-z*†‡]", words):
        return False
    before = link.getprevious()
    ahead = before.tail if before is not None else link.getparent().text
    named = (link.get(name) for name in ("role", "epub:type", "class", "rel", "href", "id"))
    return bool((ahead or "")[-1:].strip()) and bool(_NOTE.search(" ".join(filter(None, named))))


def _style(element: HtmlElement) -> str:
    style = element.get("style")
    return style.replace(" ", "").lower() if style else ""


def leads(link: HtmlElement) -> bool:
    """Return True if a link leads elsewhere; a phone number is a fact."""
    href = link.get("href") or ""
    return bool(href) and not href.startswith(("tel:", "mailto:", "geo:"))


_ROLES = {
    "table": "table",
    "grid": "table",
    "row": "tr",
    "columnheader": "th",
    "rowheader": "th",
    "cell": "td",
    "gridcell": "td",
    "list": "ul",
    "listitem": "li",
}


def settle(root: HtmlElement) -> None:
    """Give elements that stand for tables, lists and headings by their role the tags of these."""
    for element in root.xpath("//*[self::div or self::span or self::p or self::section][@role]"):
        role = element.get("role")
        if role == "heading":
            level = re.fullmatch(r"[1-6]", element.get("aria-level") or "2")
            element.tag = f"h{level.group() if level else 6}"
        elif role in _ROLES:
            element.tag = _ROLES[role]
            if role == "rowheader":
                element.set("scope", "row")
