"""The letters of a page with their boxes: where quoted words stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.readers.pdf.direction import arranged
from index.readers.pdf.glyphs import Glyph
from index.readers.pdf.graphics import Bar
from index.readers.pdf.lines import words

__all__ = ["ASIDE", "Letter", "boxes", "letters"]

ASIDE = frozenset(" \t\n\r\xa0-‐\xad|•")
"""Characters that a line has and the reading text may not, or the reverse."""

# Below and above the baseline, in sizes of the type.
_BELOW, _ABOVE = 0.22, 0.76


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """A character of a line as it is read, and the box that shows it on the page."""

    text: str
    box: Bar


def letters(shown: Sequence[Glyph], row: Sequence[Glyph]) -> list[Letter]:
    """The letters of a line, made of these glyphs of a row, in the order in which they are read."""
    said = words(shown, row)
    glyphs = iter(shown)
    # anything that is not a glyph is a blank between two
    owners = [None if part == " " else next(glyphs) for part in said]
    found: list[Letter] = []
    for text, number in arranged(said):
        glyph = owners[number]
        if glyph is not None:
            # a note mark brings a blank with it
            text = "".join(sign for sign in text if sign not in ASIDE) or text
            base = glyph.base - glyph.drop
            box = Bar(
                glyph.left,
                base - _BELOW * glyph.size,
                max(glyph.right, glyph.left + 0.5),
                base + _ABOVE * glyph.size,
            )
            found.append(Letter(text, box))
    return found


def boxes(
    lines: Iterable[Sequence[tuple[Letter, int | None]]], marks: Sequence[tuple[int, int]]
) -> list[Bar]:
    """The boxes that hold the letters of these ranges of the text and no others, line by line."""
    found: list[Bar] = []
    for line in lines:
        run: Bar | None = None
        for letter, at in sorted(line, key=lambda pair: pair[0].box.left):
            if at is not None and any(start <= at < end for start, end in marks):
                run = _around(run, letter.box) if run else letter.box
            elif letter.text not in ASIDE or at is not None:
                found += [run] if run else []
                run = None
        found += [run] if run else []
    return found


def _around(one: Bar, two: Bar) -> Bar:
    return Bar(
        min(one.left, two.left),
        min(one.bottom, two.bottom),
        max(one.right, two.right),
        max(one.top, two.top),
    )
