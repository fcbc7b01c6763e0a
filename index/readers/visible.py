"""Find what a reader of a page sees, opens or skips, by the kinds of elements and not by names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.readers import blocks, markup
from index.readers.hiding import FOLDS, is_shut, is_unseen, names
from index.readers.kinds import BLOCKS, HEADINGS, is_struck, leads

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Sight"]

# Elements that a browser does not show as text.
_UNREAD = frozenset(
    "script style template noscript head iframe frame object embed canvas audio video datalist rp "
    "annotation annotation-xml colgroup source track param area link meta base defs metadata "
    "basefont noembed noframes".split()
)
_CONTROLS = frozenset("button input select textarea".split())
_FURNITURE_ROLES = frozenset("navigation search menubar toolbar".split())
_CHROME = re.compile(r"[\s¶#§🔗↩↑⤴⬆^\ufe0e\ufe0f\u200b\[\]]*")
_EDITS = re.compile(r"action=edit|#edit|editsection|headerlink|hash-?link|anchorjs|heading-?anchor")
_NAMES = frozenset(
    "ad ads advert advertisement breadcrumb breadcrumbs cookie cookies footer menu nav navbar "
    "navigation newsletter pagination popup promo related share sharing sidebar social".split()
)
# Links that make a list one of contents: lists in lists are looked at one by one.
_CONTENTS = range(3, 300)
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"^\s*\d[\d.]*\s+")


@dataclass(slots=True)
class _Held:
    """The contents of an element: its characters, those in links, its links, headings and
    controls.
    """

    size: int = 0
    linked: int = 0
    links: int = 0
    headings: int = 0
    controls: int = 0

    def add(self, other: _Held) -> None:
        self.size += other.size
        self.linked += other.linked
        self.links += other.links
        self.headings += other.headings
        self.controls += other.controls


class Sight:
    """The elements of a page as its reader sees them."""

    def __init__(self, root: HtmlElement) -> None:
        self._held = _measured(root)
        self._shown_by = _shown_by(root)
        self._plain = not root.xpath("boolean(//style | //link[@rel='stylesheet'])")
        self._has_tabs = any(map(_is_tab, self._shown_by.values()))
        self._headings = {_named(element) for element in root.iter(*sorted(HEADINGS))}
        self.main = self._main(root)

    def size(self, element: HtmlElement) -> int:
        """Return how many characters other than white space an element holds."""
        held = self._held.get(element)
        return held.size if held else 0

    def left_out(self, element: HtmlElement, *, around: bool) -> str | None:
        """Return why an element is left out: unread, hidden, struck or furniture; None if it is
        read.

        `around` is True outside the main part.
        """
        tag = str(element.tag)
        if tag in _UNREAD or (tag == "title" and element.getparent().tag == "svg"):
            return "unread"
        if self._hides(element):
            return "hidden"
        if is_struck(element):
            return "struck"
        if tag == "a" and self._is_chrome(element):
            return "unread"
        return "furniture" if self._serves(element, around) else None

    def heads(self, element: HtmlElement) -> bool:
        """Return True if an element opens or names the part that comes after it."""
        if element.tag in ("summary", "dt"):
            return True
        if element.get("aria-expanded") or element.get("role") == "tab":
            return self.size(element) <= 200
        if element.tag == "button":
            words = self.text(element)
            toggles = f"{element.get('data-toggle')} {element.get('data-bs-toggle')}"
            return words.endswith("?") or "collapse" in toggles
        after = element.getnext()
        if after is None or not 0 < self.size(element) <= 150 or self._holds(element).headings:
            return False
        if (element.get("id") or "") in self._shown_by or not self.size(after):
            return False
        shut = is_shut(after) or "expand-content" in names(after)
        opened = FOLDS.search(names(after)) or after.get("hidden") == "until-found"
        return bool(shut and opened) and not re.search(r"[.!;,…。！]$", self.text(element))

    def label(self, element: HtmlElement) -> str:
        """Return the words of the tab that shows this element, empty if none does."""
        tab = self._shown_by.get(element.get("id") or "")
        return self.text(tab) if tab is not None and _is_tab(tab) else ""

    def text(self, element: HtmlElement) -> str:
        """Return the words below an element, on one line, without those that are never read."""
        parts: list[str] = []
        walk = markup.walk(element)
        for event, child in walk:
            if event == "start":
                if child.tag in _UNREAD:
                    walk.skip_subtree()
                    continue
                parts += [" " if child.tag in BLOCKS else "", child.text or ""]
            elif child is not element:
                parts += [" " if child.tag in BLOCKS else "", child.tail or ""]
        return blocks.collapse("".join(parts))

    def _holds(self, element: HtmlElement) -> _Held:
        return self._held.get(element) or _Held()

    def _main(self, root: HtmlElement) -> frozenset[HtmlElement]:
        """Return the parts that hold the content: `main`, else articles with most of the words."""
        parts = [part for part in root.xpath("//main | //*[@role='main']") if self.size(part)]
        if not parts:
            parts = root.xpath("//article[not(ancestor::article)]")
            if sum(map(self.size, parts)) * 2 <= self.size(root):
                parts = []
        return frozenset(parts)

    def _hides(self, element: HtmlElement) -> bool:
        if element.tag in ("html", "body"):
            return False
        if is_unseen(element, plain=self._plain):
            return True
        icon = element.get("aria-hidden") == "true" and "icon" in names(element)
        if icon and re.fullmatch(r"[a-z_]*", self.text(element)):
            # a picture that is a letter of a font
            return True
        return is_shut(element) and not self._folds(element)

    def _folds(self, element: HtmlElement) -> bool:
        """Return True if a reader can open a closed part."""
        named = names(element)
        if (
            element.get("hidden") == "until-found"
            or element.tag == "math"
            or element.find("math") is not None
        ):
            return True
        if re.search(r"modal|dropdown|popup|tooltip|cookie|overlay|lightbox", named):
            return False
        if element.get("role") in ("tabpanel", "region") or FOLDS.search(named):
            return True
        if (element.get("id") or "") in self._shown_by:
            return True
        before = element.getprevious()
        if before is None or before.tag in ("h1", "br"):
            return False
        if self._holds(before).size <= 300 and self.text(before).endswith("?"):
            return True
        opens = before.tag in HEADINGS or before.tag in ("dt", "button", "summary")
        return opens and element.tag not in ("p", "span", "a", "b", "i")

    def _is_chrome(self, link: HtmlElement) -> bool:
        """Return True if a link is a sign beside a heading or a way back from a note."""
        if self.size(link) > 30 or not link.get("href"):
            return False
        words = self.text(link)
        if _CHROME.fullmatch(words):
            return not len(link) or not link.xpath("boolean(.//img)")
        return bool(_EDITS.search(f"{link.get('href')} {names(link)}"))

    def _serves(self, element: HtmlElement, around: bool) -> bool:
        """Return True if an element is for navigation or use, not for reading."""
        tag = str(element.tag)
        held = self._holds(element)
        dense = held.links > 0 and held.linked * 2 >= held.size
        if tag in _CONTROLS:
            return not (tag == "button" and self.heads(element))
        if tag in ("dialog",):
            return element.get("open") is None
        if element.get("role") == "dialog":
            return True
        if element.get("role") == "tablist" and self._has_tabs:
            # each is named at the part that it shows
            return True
        if element.get("role") == "tab":
            return False
        if tag == "nav" or element.get("role") in _FURNITURE_ROLES:
            return dense or held.size < 60 or (held.controls > 0 and not held.headings)
        if "mw-editsection" in names(element):
            return True
        lists = tag in ("ul", "ol", "menu") and held.links > 1
        linked = lists and held.linked * 10 >= held.size * 7
        if linked and (around or self._lists_contents(element)):
            return True
        if (
            tag in HEADINGS
            or tag in ("section", "article", "main", "body", "html")
            or held.headings
        ):
            return False
        if not element.get("class") and not element.get("id"):
            return False
        words = re.findall(r"[a-z]+", f"{element.get('class')} {element.get('id')}".lower())
        used = dense or (held.controls > 0 and held.size < 300)
        return used and not _NAMES.isdisjoint(words)

    def _lists_contents(self, element: HtmlElement) -> bool:
        """Return True if each link of a list leads to a heading of the page, whose words it has."""
        links = list(element.iter("a"))
        return len(links) in _CONTENTS and all(
            (link.get("href") or "").startswith("#") and _named(link) in self._headings
            for link in links
        )


def _named(element: HtmlElement) -> str:
    """Return the words of a heading or of a link to it, without its number."""
    return " ".join(_WORD.findall(_NUMBER.sub("", element.text_content()).casefold()))


def _is_tab(element: HtmlElement) -> bool:
    toggles = (element.get("data-toggle"), element.get("data-bs-toggle"))
    return element.get("role") == "tab" or "tab" in toggles or "pill" in toggles


def _shown_by(root: HtmlElement) -> dict[str, HtmlElement]:
    """Return, for the id of each part that something opens, the element that opens it."""
    shown: dict[str, HtmlElement] = {}
    keys = ("aria-controls", "data-target", "data-bs-target", "aria-owns")
    path = " | ".join(f"//*[@{name}]" for name in keys)
    for element in root.xpath(
        f"{path} | //*[@data-toggle or @data-bs-toggle or @role='tab'][@href]"
    ):
        for name in (*keys, "href"):
            for id in (element.get(name) or "").split():
                shown.setdefault(id.lstrip("#"), element)
    tabs = {tab.get("id"): tab for tab in root.xpath("//*[@role='tab'][@id]")}
    for panel in root.xpath("//*[@role='tabpanel'][@id][@aria-labelledby]"):
        if (tab := tabs.get(panel.get("aria-labelledby"))) is not None:
            shown.setdefault(panel.get("id"), tab)
    return shown


def _measured(root: HtmlElement) -> dict[HtmlElement, _Held]:
    held: dict[HtmlElement, _Held] = {}
    open_: list[_Held] = [_Held()]
    walk = markup.walk(root)
    for event, element in walk:
        if event == "start":
            open_.append(_Held())
            if element.tag in _UNREAD:
                walk.skip_subtree()
            else:
                open_[-1].size = _count(element.text)
            continue
        own = held[element] = open_.pop()
        if element.tag == "a" and leads(element):
            own.linked = own.size
            own.links = 1
        own.headings += element.tag in HEADINGS
        own.controls += element.tag in _CONTROLS
        open_[-1].add(own)
        open_[-1].size += _count(element.tail)
    return held


def _count(words: str | None) -> int:
    return sum(map(len, words.split())) if words else 0
