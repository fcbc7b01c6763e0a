"""From characters to lines: characters on one baseline, next to each other."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from statistics import median

from index.readers.pdf.direction import ordered
from index.readers.pdf.glyphs import Glyph
from index.readers.pdf.letters import SOFT

__all__ = ["Line", "baselines", "line", "parts", "words"]

# In sizes of the type: a blank, and a gap that may separate columns or cells.
_BLANK = 0.17
_APART = 0.08  # between characters that are drawn one by one
_GAP = 0.9
# With fewer letters no one can say that they are set far apart.
_FEW = 7


@dataclass(slots=True, eq=False)
class Line:
    """A line of text as it stands on a page, counted from 0; places and size in points.

    `broken` if it ends in a hyphen, perhaps only because a word did not fit, `soft` if certainly
    so. `bullet` if a mark stands before it, `cut` if something else stood on the page before it,
    `note` if it is one at the foot. `grid` is a table in its place, `region` its column or band.
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
    region: int = 0
    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def ends(self) -> bool:
        """True if a sentence may end with it."""
        return re.search(r"[.!?…:;。！？؟۔।][\"'”’»)\]\d⁰¹²³⁴-⁹]*$", self.text) is not None

    @property
    def goes_on(self) -> bool:
        """True if it begins like the middle of a sentence."""
        return self.text.lstrip("\"'“‘«([")[:1].islower()


def baselines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Group the glyphs by their baselines, from the top of the page down, each from left to
    right.
    """
    rows: list[list[Glyph]] = []
    base = size = 0.0
    for glyph in sorted(glyphs, key=_height, reverse=True):
        if rows and base - glyph.base <= 0.12 * (size if size < glyph.size else glyph.size):
            rows[-1].append(glyph)
        else:
            base, size = glyph.base, glyph.size
            rows.append([glyph])
    for row in rows:
        row.sort(key=_place)
        if any(glyph.text >= "\u0300" for glyph in row):
            row.sort(key=_with_marks)
    return [_single(row) for row in rows]


_height = attrgetter("base")
_place = attrgetter("left", "inner", "order")


def _with_marks(glyph: Glyph) -> tuple[float, bool, float, int]:
    """Return the sort key that puts the marks of a letter after it."""
    mark = unicodedata.combining(glyph.text[0]) > 0
    return round(glyph.left, 2), mark, glyph.inner, glyph.order


def _single(row: list[Glyph]) -> list[Glyph]:
    """Return the glyphs without those drawn a second time in place to look bold."""
    kept: list[Glyph] = []
    for glyph in row:
        for before in kept[-2:]:
            again = before.text == glyph.text and glyph.inner - before.inner < 0.12 * glyph.size
            # the letters of a ligature begin at one place
            ligature = glyph.left == before.left and abs(glyph.order - before.order) == 1
            if again and not ligature and glyph.text != " ":
                break
        else:
            kept.append(glyph)
    return kept


def parts(row: Sequence[Glyph], posts: Sequence[float] = ()) -> Iterator[list[Glyph]]:
    """Split the glyphs of one baseline, without blanks, at wide gaps and at `posts`, the places
    of vertical rules in order.
    """
    part: list[Glyph] = []
    reach = 0.0
    # a blank between letters that are set far apart is wider by two such gaps
    least = _GAP + 2 * max((_spread(row) or _BLANK) - _BLANK, 0.0)
    for glyph in row:
        if glyph.text == " " or glyph.text.isspace():
            continue
        if part and glyph.left > reach:
            size = part[-1].size
            wide = glyph.left - reach > least * (size if size > glyph.size else glyph.size)
            if wide or (posts and _stands(posts, reach - 0.5, glyph.left + 0.5)):
                yield part
                part = []
        if not part or glyph.right > reach:
            reach = glyph.right
        part.append(glyph)
    if part:
        yield part


def _stands(posts: Sequence[float], left: float, right: float) -> bool:
    at = bisect_left(posts, left)
    return at < len(posts) and posts[at] < right


def line(page: int, shown: Sequence[Glyph], row: Sequence[Glyph]) -> Line:
    """Return the line of these glyphs of a row, which also has the blanks between them."""
    sizes = Counter([glyph.size for glyph in shown])
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
    """Return the texts of the glyphs from left to right, with a blank between words."""
    blanks = [glyph.left for glyph in row if glyph.text == " " or glyph.text.isspace()]
    wide = _spread(shown) or (_spread(row) if len(shown) < _FEW else None)
    # the cells of a row are drawn one by one, as are the letters of some lines
    runs = sum(one.run != two.run for one, two in pairwise(shown))
    whole = 4 * runs < len(shown)
    found = [shown[0].text]
    before = shown[0]
    reach = before.right
    for glyph in shown[1:]:
        gap = glyph.left - reach
        size = glyph.size
        # most gaps are not blanks
        if gap > 0.02 * size or before.size != size:
            small, large = (size, before.size) if size < before.size else (before.size, size)
            size = small if small > 0.6 * large else 0.6 * large
            # of two letters, the one that is written later follows the blank
            later = glyph if glyph.order > before.order else before
            follows = later.after_blank and -5 < glyph.order - before.order < 5
            if gap > (wide or (0.1 if follows else _BLANK)) * size or (
                gap > 0.02 * size
                and (
                    _has(blanks, before.left, glyph.left, 0.05 * size)
                    or (
                        whole
                        and gap > _APART * size
                        and before.run != glyph.run
                        # how wide a ligature is, some programs round
                        and before.inner - before.left < 0.05 * size
                    )
                )
            ):
                found.append(" ")
        found.append(glyph.text)
        if glyph.right > reach:
            reach = glyph.right
        before = glyph
    return found


def _has(blanks: Sequence[float], left: float, right: float, margin: float) -> bool:
    """Return True if a blank begins between the places, after the first of them."""
    at = bisect_left(blanks, left + margin)
    return at < len(blanks) and blanks[at] < right


def _spread(shown: Sequence[Glyph]) -> float | None:
    """Return the gap between words of letters that are set far apart, in sizes; None if they are
    not.
    """
    shown = [glyph for glyph in shown if not glyph.text.isspace()]
    if len(shown) < _FEW:
        return None
    gaps = [(two.left - one.right) / shown[0].size for one, two in pairwise(shown)]
    usual = median(gaps)
    figures = sum(glyph.text.isdigit() for glyph in shown)
    if usual <= 0.08 or (figures and not _evenly(gaps, usual, 2 * figures < len(shown))):
        return None
    return usual + _BLANK


def _evenly(gaps: Sequence[float], usual: float, worded: bool) -> bool:
    """Return True if letters and figures are set apart by one width, and words by a larger one.

    Columns of figures are not; `worded` if most of them are letters.
    """
    inner = [gap for gap in gaps if gap <= usual + _BLANK]
    return worded and len(inner) < len(gaps) and max(inner) - min(inner) < 0.03
