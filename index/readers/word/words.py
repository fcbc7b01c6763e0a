"""The words of a paragraph of Word, line by line, as they look on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.readers import blocks
from index.readers.word import symbols
from index.readers.word.equations import linear
from index.readers.word.fields import Fields, shown_by
from index.readers.word.raised import lowered, raised
from index.readers.word.styles import Look, Shape, Styles
from index.readers.word.wordml import M, W, child, is_removed

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Line", "Piece", "is_drop_cap", "is_mark_removed", "lines", "pieces"]

_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_SIGNS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
}
_TAIL = 4  # the text before raised characters
# Columns of figures separated by tabs are not one figure.
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ ]*\t\s*(?=\d)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that look alike; `is_equation` if they were set as an equation."""

    text: str
    look: Look
    is_equation: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph as its author broke it; `bold` if all of it is.

    `raw` is the same with its tabs.
    """

    text: str
    bold: bool = False
    raw: str = ""


class _Written:
    """Collects characters into lines."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, bool]] = []
        self.tail = ""  # the last few

    def add(self, words: str, *, bold: bool) -> None:
        if not bold and words.strip() and "\n" not in words and self._asks():
            # the answer follows its bold question on the same line
            words = "\n" + words.lstrip()
        self._parts.append((words, bold))
        self.tail = (self.tail + words)[-_TAIL:]

    def _asks(self) -> bool:
        """Return True if the line so far is bold and ends in a question mark."""
        line = ""
        for words, is_bold in reversed(self._parts):
            _, broken, tail = words.rpartition("\n")
            if tail.strip() and not is_bold:
                return False
            line = (tail if broken else words) + line
            if broken:
                break
        return line.rstrip().endswith(("?", "？", "؟"))

    def lines(self) -> list[Line]:
        found, rows, bold = list[Line](), list[str](), True
        for words, is_bold in [*self._parts, ("\n", True)]:
            first, *others = words.split("\n")
            rows.append(first)
            bold = bold and (is_bold or not first.strip())
            for row in others:
                raw = "".join(rows)
                if text := "\t".join(map(blocks.collapse, _BETWEEN_DIGITS.split(raw))):
                    found.append(Line(text, bold, raw.strip()))
                rows, bold = [row], is_bold or not row.strip()
        return found


def pieces(paragraph: Element, styles: Styles, shape: Shape, fields: Fields) -> list[Piece]:
    """Return the characters of a paragraph, in order, without those of its text boxes."""
    found: list[Piece] = []
    _walk(paragraph, lambda run: _run(run, styles, shape, fields, found), found)
    return found


def lines(found: list[Piece], omit: Callable[[str, str], None]) -> list[Line]:
    """Return the lines of these pieces; what is crossed out, hidden or unknown goes to `omit`."""
    written, start = _Written(), 0
    while start < len(found):
        piece, end = found[start], start + 1
        while end < len(found) and _alike(piece, found[end]):
            end += 1
        text = "".join(one.text for one in found[start:end])
        following = found[end].text[:1] if end < len(found) else ""
        start = end
        if piece.look.hidden or piece.look.struck:
            omit("hidden" if piece.look.hidden else "struck", blocks.collapse(text))
            # 12~~5~~0 is not certain to be 120 or 1250
            if written.tail[-1:].isdigit() and following.isdigit():
                written.add(" ", bold=True)
            continue
        if piece.look.rise:
            text = (raised if piece.look.rise > 0 else lowered)(text, written.tail)
        elif piece.is_equation and written.tail[-1:].isdecimal() and text[:1].isdecimal():
            text = " " + text
        if symbols.UNKNOWN in text:
            omit("damaged", text)
        written.add(text, bold=piece.look.bold is True)
        if piece.is_equation and text[-1:].isdecimal() and following.isdecimal():
            written.add(" ", bold=True)
    return written.lines()


def _alike(one: Piece, two: Piece) -> bool:
    if one.is_equation or two.is_equation:
        return False
    return (one.look.hidden, one.look.struck, one.look.rise, one.look.bold) == (
        two.look.hidden,
        two.look.struck,
        two.look.rise,
        two.look.bold,
    )


def _walk(element: Element, run: Callable[[Element], None], found: list[Piece]) -> None:
    for part in element:
        if part.tag == W + "r":
            run(part)
        elif part.tag == M + "oMath":
            before = found[-1].text if found else ""
            found.append(Piece(linear(part, before), Look(), is_equation=True))
        elif part.tag == _CHOICES:
            if len(part):
                _walk(part[0], run, found)
        elif part.tag != W + "txbxContent" and not is_removed(part):
            _walk(part, run, found)


def _run(run: Element, styles: Styles, shape: Shape, fields: Fields, found: list[Piece]) -> None:
    look = styles.look(run, shape)
    text = ""
    for part in run:
        if part in fields.codes:
            continue
        if part.tag == W + "t":
            text += symbols.read(part.text or "", look.font, look.other)
        elif part.tag in _SIGNS:
            text += _SIGNS[part.tag]
        elif part.tag == W + "sym":
            text += _symbol(part)
        elif part.tag == W + "fldChar":
            text += shown_by(part) or fields.results.get(part, "")
        elif part.tag == W + "ruby":
            text += _ruby(part)
        elif len(part) and not is_removed(part):
            # a picture may hold runs of its own, as a canvas does
            _walk(part, lambda inner: _run(inner, styles, shape, fields, found), found)
    if text:
        found.append(Piece(text, look))


def _symbol(part: Element) -> str:
    code = part.get(W + "char") or ""
    try:
        letter = chr(int(code, 16))
    except (ValueError, OverflowError):
        return symbols.UNKNOWN
    return symbols.read(letter, part.get(W + "font"))


def _ruby(part: Element) -> str:
    """Return a word with its reading after it in brackets."""
    base, reading = (
        "".join(t.text or "" for t in part.iterfind(f"{W}{name}//{W}t"))
        for name in ("rubyBase", "rt")
    )
    return f"{base}({reading})" if reading else base


def is_mark_removed(properties: Element | None) -> bool:
    """Return True if the end of a paragraph was deleted, so that the next one continues it."""
    mark = child(properties, "rPr")
    return mark is not None and any(child(mark, name) is not None for name in ("del", "moveFrom"))


def is_drop_cap(properties: Element | None) -> bool:
    """Return True if a paragraph is the large first letter of the next one."""
    frame = child(properties, "framePr")
    return frame is not None and frame.get(W + "dropCap") in ("drop", "margin")
