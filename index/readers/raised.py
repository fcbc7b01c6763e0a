"""Characters above and below the line, written so that none of them joins its neighbours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.readers import blocks, markup
from index.readers.kinds import kind

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["lowered", "raised", "ruby", "shifted"]

_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
# Endings that are raised by custom and mean the same on the line: 1st, 2e, Mme, XIXe.
_ENDING = re.compile(r"st|nd|rd|th|er|re|r|e|è|ème|eme|nde?|ième|mes?|lles?|gr|os?|as?|ers?|ter|h")
_CARRIER = re.compile(r"(?:\d|\b[IVXLC]+|\b[MDV]|\b[Nn]|\b\d[.,])\Z")
_STROKES = ("/", "⁄", "∕")
_LONGEST_MARK = 12
_SIGNS = {"tm": "™", "sm": "℠"}


def shifted(element: HtmlElement, words: str, before: str, *, linked: bool) -> str:
    """Return the `words` of an element above or below the line, as written after `before`.

    `linked` is True if it is in a link, like the mark of a note.
    """
    if kind(element) == "sub":
        over = element.getprevious()
        stroke = over is not None and kind(over) == "sup" and (over.tail or "").strip() in _STROKES
        return words if stroke else lowered(words, before)
    under = element.getnext()
    if under is not None and kind(under) == "sub" and (element.tail or "").strip() in _STROKES:
        # the stroke and what stands below it come next
        return f" {words}" if before[-1:].isalnum() else words
    if words in ("o", "0") and re.match(r"\s?[CF]\b", element.tail or ""):
        return "°"
    note = (linked or element.find(".//a") is not None) and len(words) < _LONGEST_MARK
    return raised(words, before, note=note)


def raised(words: str, before: str, *, note: bool = False) -> str:
    """Return the raised `words` as written after `before`: `⁶`, `^x`, `[1]` if they mark a note."""
    words = " ".join(words.split())
    bare = words.strip("[]()").strip()
    if note and bare:
        return f"[{bare}]"
    if not words or not before[-1:].strip() or words[0] in "[®©™*†‡":
        return words.translate(_RAISED) if words.isdigit() else words
    if bare.lower() in _SIGNS and not before[-1:].isdigit():
        return _SIGNS[bare.lower()]
    if all(ord(sign) in _RAISED for sign in words):
        return words.translate(_RAISED)
    if _ENDING.fullmatch(words) and _CARRIER.search(before[-8:]):
        # as a single letter `a` and `o` may mark a note
        return f"^{words}" if words in ("a", "o", "as", "os") and before[-1].isdigit() else words
    return f"^({words})" if " " in words else f"^{words}"


def lowered(words: str, before: str) -> str:
    """Return the lowered `words` as written after `before`: `₂`, `_x`."""
    words = " ".join(words.split())
    if not words or not before[-1:].strip():
        return words
    if all(ord(sign) in _LOWERED for sign in words):
        return words.translate(_LOWERED)
    return f"_({words})" if " " in words else f"_{words}"


def ruby(element: HtmlElement) -> str:
    """Return the words, with their reading in brackets after them."""
    base: list[str] = []
    reading: list[str] = []
    depth = 0
    for event, child in markup.walk(element):
        tag = child.tag
        if event == "start":
            depth += tag in ("rt", "rtc")
            if tag != "rp":
                (reading if depth else base).append(child.text or "")
        else:
            depth -= tag in ("rt", "rtc")
            if child is not element:
                (reading if depth else base).append(child.tail or "")
    words, read = blocks.collapse("".join(base)), blocks.collapse("".join(reading))
    return f"{words} ({read})" if read else words
