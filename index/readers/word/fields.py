"""Word's fields: which text is code and not shown, and which paragraphs are a list of contents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers.word.wordml import W, is_on, value, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Fields", "shown_by"]

_LISTS = re.compile(r"\s*(?:TOC|TOA|INDEX)\b", re.I)
# The number of the current page, and of all pages.
_PAGES = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.I)
# Equations as Word wrote them before 2007: `EQ \\f(1;2)`, `EQ \\r(3)`
_EQUATION = re.compile(r"\s*EQ\s")
_PARTS = re.compile(r"\\([fr])\s*\(([^();,\\]*)(?:[;,]([^();,\\]*))?\)", re.I)
_SWITCH = re.compile(r"\\[a-z]+(?:\s*\d+)?\s*", re.I)
_DEEPEST = 20
_GALLERIES = {"table of contents", "table of figures"}


class Fields:
    """The fields of a text. One that never ends is ignored, so nothing in it is lost."""

    def __init__(self, root: Element) -> None:
        self.codes: set[Element] = set()  # the texts that are not shown, or count pages
        self.results: dict[Element, str] = {}  # by their ends, if only the code says them
        self._contents: set[Element] = set()
        self._paragraphs: list[Element] = []
        self._open: list[_Field] = []
        for element in root.iter(
            W + "fldChar", W + "instrText", W + "t", W + "p", W + "fldSimple", W + "docPartGallery"
        ):
            self._read(element)

    def is_contents(self, paragraph: Element) -> bool:
        """Return True if a paragraph is a line of a list of contents or figures, or of an index."""
        return paragraph in self._contents

    def _read(self, element: Element) -> None:
        if element.tag == W + "p":
            self._paragraphs.append(element)
        elif element.tag == W + "fldChar":
            self._turn(element)
        elif element.tag == W + "docPartGallery":
            self._add_gallery(element)
        elif element.tag == W + "fldSimple":
            code = element.get(W + "instr") or ""
            if _PAGES.match(code):
                self.codes.update(element.iter(W + "t"))
            if _LISTS.match(code):
                self._contents.update(element.iterancestors(W + "p"))
        elif self._open and element.tag == W + "instrText":
            self._open[-1].code += element.text or ""
        elif self._open:
            self._open[-1].last = len(self._paragraphs)
            # other fields may produce the code of a field
            coded = next((one for one in reversed(self._open[-_DEEPEST:]) if one.in_code), None)
            if coded:
                coded.hidden.append(element)
            else:
                self._open[-1].shown.append(element)

    def _turn(self, mark: Element) -> None:
        kind = mark.get(W + "fldCharType") or ""
        if kind == "begin":
            self._open.append(_Field(first=max(len(self._paragraphs) - 1, 0)))
        elif kind == "separate" and self._open:
            self._open[-1].in_code = False
        elif kind == "end" and self._open:
            one = self._open.pop()
            self.codes.update(one.hidden)
            if _PAGES.match(one.code):
                self.codes.update(one.shown)
            if _EQUATION.match(one.code) and not one.shown:
                self.results[mark] = _equation(one.code)
            if self._open:
                self._open[-1].last = max(self._open[-1].last, one.last)
            if _LISTS.match(one.code):
                # it often ends in the paragraph after its last
                self._contents.update(self._paragraphs[one.first : one.last])

    def _add_gallery(self, element: Element) -> None:
        if (element.get(W + "val") or "").lower() in _GALLERIES:
            control = next(element.iterancestors(W + "sdt"), None)
            if control is not None:
                self._contents.update(control.iter(W + "p"))


@dataclass(slots=True)
class _Field:
    """An open field: the paragraphs that it fills, from the first to the one before the last."""

    first: int
    last: int = 0
    code: str = ""
    in_code: bool = True
    hidden: list[Element] = field(default_factory=list)
    shown: list[Element] = field(default_factory=list)


def _equation(code: str) -> str:
    """Return an equation of a field on a line; what is not known of it stays in brackets."""

    def part(match: re.Match[str]) -> str:
        kind, one, two = match[1].lower(), match[2].strip(), (match[3] or "").strip()
        if kind == "f":
            return f" {one}/{two}"
        return f"√{two or one}"

    said = _PARTS.sub(part, code.strip()[2:])
    return " ".join(_SWITCH.sub(" ", said).split())


def shown_by(mark: Element) -> str:
    """Return what the form field that begins here shows: a box, or the chosen entry of a list."""
    box = mark.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        states = [is_on(box.find(W + name)) for name in ("checked", "default")]
        return "☒" if next((state for state in states if state is not None), False) else "☐"
    choices = mark.find(f"{W}ffData/{W}ddList")
    if choices is None:
        return ""
    entries = [entry.get(W + "val") or "" for entry in choices.iterfind(W + "listEntry")]
    chosen = whole(value(choices, "result")) or 0
    return entries[chosen] if 0 <= chosen < len(entries) else ""
