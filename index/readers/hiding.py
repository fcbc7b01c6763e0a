"""Find what a page hides from its reader by styles and attributes, and what it only folds away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["FOLDS", "is_shut", "is_unseen", "names"]

# Classes of parts that a reader opens. A name may keep what is folded, never drop what is shown.
FOLDS = re.compile(
    r"collaps|accordion|tab-?(?:pane|panel|content)|toggle|expand|faq|answer|fold|panel|details|spoiler"
    r"|\bmore|-more|more-|reveal|excerpt|full-?text|truncat"
)
_DUPLICATES = re.compile(r"\b(?:modal|offcanvas|cloned|duplicate)\b")
_SPOKEN = re.compile(r"(?:^| )(?:sr-only|visually-hidden|screen-reader-text|katex-html) ")


def is_unseen(element: HtmlElement, *, plain: bool) -> bool:
    """Return True if an element can never be seen; `plain` if the page has no style sheet."""
    if _SPOKEN.search(names(element)):
        return True
    if element.get("aria-hidden") == "true" and _DUPLICATES.search(names(element)):
        return True
    style = _style(element)
    if not style and not element.get("color"):
        return False
    if _UNSEEN.search(style) or _is_colourless(element, style, plain):
        # a font size of zero removes the gaps from a row of boxes that have their own
        return not element.xpath("boolean(.//*[contains(@style, 'font-size')])")
    return False


def is_shut(element: HtmlElement) -> bool:
    """Return True if an element is closed until something opens it."""
    return (
        element.get("hidden") is not None
        or bool(_SHUT.search(_style(element)))
        or (element.get("aria-hidden") == "true" and bool(FOLDS.search(names(element))))
    )


def names(element: HtmlElement) -> str:
    """Return the classes of an element, a space after each."""
    return f"{element.get('class') or ''} ".lower()


_UNSEEN = re.compile(
    r"(?:^|;)(?:font-size:(?:0|0?\.\d+|[01](?:\.\d+)?px)(?:px|pt|em|rem|%)?(?:!important)?(?:;|$)"
    r"|clip:rect\([01](?:px)?[, ]|clip-path:inset\((?:50|100)%|text-indent:-\d{3,}"
    r"|(?:left|top|right|margin-left):-\d{3,}|opacity:0(?:\.0+)?(?:;|$)(?!.*(?:transform|transition|animation)))"
)
_SHUT = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|(?:max-)?height:0(?:px)?(?:;|$)(?=.*overflow|$))"
)
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;]+)")
_WHITE = re.compile(r"white|#fff(?:fff)?|rgba?\(255,255,255(?:,1)?\)|snow|#fefefe")
_CLEAR = re.compile(r"transparent|rgba\([\d,]+,0(?:\.0+)?\)")


def _is_colourless(element: HtmlElement, style: str, plain: bool) -> bool:
    """Return True if letters have the colour of their background."""
    colour = _colour(style, "color") or _named_colour(element.get("color"))
    if colour in ("transparent", ""):
        return colour == "transparent"
    for parent in [element, *element.iterancestors()]:
        behind = _BACKGROUND.search(_style(parent))
        behind_colour = (
            _named_colour(behind.group(1)) if behind else _named_colour(parent.get("bgcolor"))
        )
        if behind_colour:
            return behind_colour == colour
        if parent.get("class"):
            return False
    return plain and colour == "white"


def _style(element: HtmlElement) -> str:
    style = element.get("style")
    return re.sub(r"\s+", "", style).lower() if style else ""


def _colour(style: str, name: str) -> str:
    found = re.search(rf"(?:^|;){name}:([^;!]+)", style)
    return _named_colour(found.group(1)) if found else ""


def _named_colour(value: str | None) -> str:
    value = (value or "").strip().lower()
    if _WHITE.fullmatch(value):
        return "white"
    return "transparent" if _CLEAR.fullmatch(value) else value
