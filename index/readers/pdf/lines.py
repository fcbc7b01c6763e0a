"""Characters -> lines: what stands on one baseline, next to each other."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from index.readers.pdf.direction import ordered
from index.readers.pdf.glyphs import Glyph
from index.readers.pdf.letters import SOFT

__all__ = ["Line", "baselines", "pieces", "words"]

# In sizes of the type: a blank, and a gap that may part columns or cells.
_BLANK = 0.17
_GAP = 0.9


@dataclass(slots=True, eq=False)
class Line:
    """A line of text as it stands on a page, counted from 0; places and size in points.

    `broken` if it ends in a hyphen, perhaps only because a word did not fit, `soft` if surely so.
    `bullet` if a mark stands before it, `cut` if something else was on the page before it; `grid` if
    a table stands in its place.
    """

    page: int
    text: str
    left: float
    right: float
    base: float
    size: float
    broken: bool = False
    soft: bool = False
    bold: bool = False
    bullet: bool = False
    cut: bool = False
    note: bool = False
    grid: object = None
    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def ends(self) -> bool:
        """Whether a sentence may end with it."""
        return re.search(r"[.!?…:;。！？؟۔।][\"'”’»)\]\d⁰¹²³⁴-⁹]*$", self.text) is not None

    @property
    def goes_on(self) -> bool:
        """Whether it begins as the middle of a sentence."""
        return self.text.lstrip("\"'“‘«([")[:1].islower()


def baselines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """The glyphs by their baselines, from the top of the page down, each from left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (-glyph.base, glyph.left, glyph.order)):
        first = rows[-1][0] if rows else None
        if first and first.base - glyph.base <= 0.12 * min(first.size, glyph.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    for row in rows:
        row.sort(key=_place)
    return [_single(row) for row in rows]


def _place(glyph: Glyph) -> tuple[float, bool, float, int]:
    """What sorts the glyphs of a line: the marks of a letter come after it."""
    mark = unicodedata.combining(glyph.text[0]) > 0
    return round(glyph.left, 2), mark, glyph.inner, glyph.order


def _single(row: list[Glyph]) -> list[Glyph]:
    """The glyphs without those that are drawn over the same once more, to look bold."""
    kept: list[Glyph] = []
    for glyph in row:
        if any(
            other.text == glyph.text and glyph.left - other.left < 0.12 * glyph.size
            for other in kept[-2:]
            if other.order != glyph.order
        ) and not glyph.text.isspace():
            continue
        kept.append(glyph)
    return kept


def pieces(page: int, row: Sequence[Glyph]) -> Iterator[Line]:
    """The lines of one baseline: there are several if wide gaps part them."""
    shown = [glyph for glyph in row if not glyph.text.isspace()]
    begin = 0
    reach = shown[0].right if shown else 0.0
    for at, glyph in enumerate(shown):
        if at and glyph.left - reach > _GAP * max(glyph.size, shown[at - 1].size):
            yield line(page, shown[begin:at], row)
            begin = at
        reach = max(reach, glyph.right) if at > begin else glyph.right
    if shown:
        yield line(page, shown[begin:], row)


def line(page: int, shown: Sequence[Glyph], row: Sequence[Glyph]) -> Line:
    """The line of these glyphs of a row, which also has the blanks between them."""
    sizes: Counter[float] = Counter()
    for glyph in shown:
        sizes[glyph.size] += 1
    size = max(sorted(sizes), key=lambda size: sizes[size])
    text = ordered(words(shown, row))
    soft = text.endswith(SOFT)
    text = re.sub(rf"{SOFT}$", "-", text).replace(SOFT, "")
    return Line(
        page,
        " ".join(text.split()),
        shown[0].left,
        max(glyph.right for glyph in shown),
        median(glyph.base for glyph in shown),
        size,
        broken=re.search(r"\w[-‐]$", text) is not None,
        soft=soft,
        bold=sum(glyph.bold for glyph in shown) > 0.8 * len(shown),
        glyphs=list(shown),
    )


def words(shown: Sequence[Glyph], row: Sequence[Glyph]) -> list[str]:
    """The texts of the glyphs from left to right, with a blank where words part."""
    blanks = [glyph.left for glyph in row if glyph.text.isspace()]
    gaps = [two.left - one.right for one, two in zip(shown, shown[1:], strict=False)]
    wide = _spread(shown, gaps)
    found: list[str] = []
    reach = 0.0
    for at, glyph in enumerate(shown):
        if at:
            before = shown[at - 1]
            reach = max(reach, before.right)
            size = max(min(glyph.size, before.size), 0.6 * max(glyph.size, before.size))
            gap = glyph.left - reach
            seen = _has(blanks, before.left, glyph.left, 0.05 * size)
            follows = glyph.after_blank and abs(glyph.order - before.order) <= 4
            least = wide or (0.1 if follows else _BLANK)
            if gap > least * size or (seen and gap > 0.02 * size):
                found.append(" ")
        found.append(glyph.text)
    return found


def _has(blanks: Sequence[float], left: float, right: float, margin: float) -> bool:
    """Whether a blank begins between the places, after the first of them."""
    at = bisect_left(blanks, left + margin)
    return at < len(blanks) and blanks[at] < right


def _spread(shown: Sequence[Glyph], gaps: Sequence[float]) -> float | None:
    """What parts words of letters that are set far apart, in sizes; None if they are not."""
    if len(gaps) < 6 or not all(glyph.text.isalpha() for glyph in shown):
        usual = median(gaps) / shown[0].size if len(gaps) >= 6 else 0.0
        digits = any(glyph.text.isdigit() for glyph in shown)
        return usual + _BLANK if usual > 0.08 and not digits else None
    usual = median(gaps) / shown[0].size
    return usual + _BLANK if usual > 0.08 else None
