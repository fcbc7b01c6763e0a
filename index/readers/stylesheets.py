"""The letters of a page as its own style sheets set them: raised, crossed out, bold, apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["apply", "embed"]

_MOST = 1_000_000  # characters of style sheets that are looked at
_MOST_RULES = 500
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_PRINTED = re.compile(r"@media\s+print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.I)
# no XML tree holds the others
_PLAIN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff]")
_RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
_NAME = re.compile(r"[.#]((?:[\w-]|[^\x00-\x7f])+)")
# Nothing is hidden for a style sheet: scripts and clicks show what it hides.
_LETTERS = frozenset(
    "vertical-align text-decoration text-decoration-line font-weight font-variant-position".split()
)
_RAISING = frozenset(["position", "top", "bottom"])
_SIDE_BY_SIDE = re.compile(r"(?:^|;)display:(?:inline-)?(?:flex|grid)")
_CELL = re.compile(r"(?:^|;)(?:display:table-cell|float:(?:left|right))")
_RUNNING = frozenset("span b i em strong a small font label u code time data".split())


def apply(root: HtmlElement) -> None:
    """Write what the sheets say into the styles of the elements, and part what stands apart.

    Of rules that contradict each other the last one applies; the style of an element comes before
    all of them.
    """
    found: dict[HtmlElement, dict[str, str]] = {}
    for select, said in _rules(root):
        for element in select(root):
            given = found.setdefault(element, {})
            given.update(
                (name, value)
                for name, value in said.items()
                if name != "display" or element.tag == "span" or "flex" in value or "grid" in value
            )
    for element, said in found.items():
        said.update(_declared(element.get("style") or ""))
        element.set("style", ";".join(f"{name}:{value}" for name, value in said.items()))
    for element in root.xpath("//*[@style]"):
        style = re.sub(r"\s+", "", element.get("style")).lower()
        if _CELL.search(style):
            _part(element)
        elif _SIDE_BY_SIDE.search(style):
            for child in element:
                _part(child)


def embed(root: HtmlElement, find: Callable[[str], str]) -> None:
    """Put the style sheets that a page links into it; `find` returns one by its address, or an
    empty string.
    """
    from lxml.html import Element

    for link in root.xpath("//link[contains(@rel, 'stylesheet')][@href]"):
        style = Element("style", media=link.get("media") or "all")
        style.text = _PLAIN.sub(" ", find(link.get("href")))
        link.getparent().replace(link, style)


def _rules(
    root: HtmlElement,
) -> Iterator[tuple[Callable[[HtmlElement], list[HtmlElement]], dict[str, str]]]:
    """Return the rules about letters that may concern the page, each as what selects elements."""
    # before a page has sheets: the confined process can load nothing then
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    sheets = root.xpath("//style[not(@media) or not(contains(@media, 'print'))]/text()")
    css = _PRINTED.sub("", _COMMENT.sub("", "\n".join(sheets)[:_MOST]))
    if not css.strip():
        return
    here = {name for words in root.xpath("//@class | //@id") for name in words.split()}
    count = 0
    for rule in _RULE.finditer(css):
        said = _telling(_declared(rule.group(2)))
        # a dot within an attribute's value is not a name, and costs only this rule
        if not said or ":" in rule.group(1):
            continue
        for selector in rule.group(1).split(","):
            if not here.issuperset(_NAME.findall(selector)) or count >= _MOST_RULES:
                continue
            count += 1
            try:
                yield CSSSelector(selector.strip(), translator="html"), said
            except (SelectorError, ValueError, NotImplementedError):
                continue


def _declared(text: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in text.split(";"))
    return {
        name.strip().lower(): value.replace("!important", "").strip()
        for name, _, value in pairs
        if name.strip() and value.strip()
    }


def _telling(said: dict[str, str]) -> dict[str, str]:
    raising = _RAISING if said.get("position") == "relative" else frozenset[str]()
    kept = {name: value for name, value in said.items() if name in _LETTERS | raising}
    if re.match(r"block|(?:inline-)?(?:flex|grid)|table-cell|list-item", said.get("display", "")):
        kept["display"] = said["display"]
    return kept


def _part(element: HtmlElement) -> None:
    """Set an element of a line apart from what stands beside it."""
    if element.tag not in _RUNNING:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = f"{before.tail or ''} "
    element.tail = f" {element.tail or ''}"
