"""The furniture of pages, repeated on each: running heads, page numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.readers.pdf.lines import Line

__all__ = ["Edges", "furniture"]

# In page heights: where furniture stands, and where hardly anything else does.
_ZONE = 0.12
_MARGIN = 0.07
# Where a page number may stand if nothing is beyond it.
_DEEP = 0.2
# The most lines of furniture at one edge.
_MOST = 3
_SAME = 3.0

_NUMBER = re.compile(r"\d+")
_BARE = re.compile(
    r"\W*(?:(?:page|p|pg|seite|s|página|pagina|pág|strana|str|стр|страница|с|sida|side|pag)\b\W*)?"
    r"(?P<number>\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7})"
    r"(?:\W*(?:/|of|von|de|di|z|из|av|sur)\W*\d{1,4})?\W*",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\W*([A-Za-z])\W*")
_COUNTED = re.compile(
    r"\b(?:page|p|pg|seite|s|página|pagina|pág|strana|str|стр|страница|с|sida|side|sheet|slide)\b\W*\d"
    r"|[|·•/\u2013\u2014-]\s*\d+\W*$|^\W*\d+\s*[|·•/\u2013\u2014-]|\d\s*(?:/|of|von|de|из)\s*\d",
    re.IGNORECASE,
)
# Words that address the reader and are not about the page.
_SENTENCE = re.compile(r"[.!?,:;]$|^.{90}")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(slots=True)
class Edges:
    """The lines of one page, its height in points and its number in a viewer."""

    lines: list[Line]
    height: float
    label: str = ""


@dataclass(slots=True)
class _Row:
    """A row on one baseline of a page; `shape` is its text without its numbers."""

    page: int
    lines: list[Line]
    text: str = ""
    shape: str = ""
    numbers: tuple[int, ...] = ()
    bare: int | None = None
    lettered: bool = False
    seen: bool = field(default=False)

    def __post_init__(self) -> None:
        self.text = " ".join(line.text for line in self.lines)
        self.shape = _NUMBER.sub("#", self.text)
        self.numbers = tuple(int(number) for number in _NUMBER.findall(self.text))
        bare = _BARE.fullmatch(self.text)
        self.bare = _value(bare["number"]) if bare else None
        letter = _LETTER.fullmatch(self.text)
        self.lettered = bare is None and letter is not None
        if letter and not bare:
            self.bare = ord(letter[1].upper()) - ord("A") + 1

    @property
    def base(self) -> float:
        return self.lines[0].base

    @property
    def size(self) -> float:
        return max(line.size for line in self.lines)

    @property
    def is_apart(self) -> bool:
        """True if a number stands apart, or after a word for a page; “Step 2” above a page is a
        heading.
        """
        return len(self.lines) > 1 or _COUNTED.search(self.text) is not None


def furniture(pages: Sequence[Edges]) -> list[list[Line]]:
    """Return the lines of each page that are furniture: alone in the margin, and the same on
    others.

    They may differ by a number that counts the pages. Nothing is furniture if everything would be.
    """
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    body = max(sorted(sizes), key=lambda size: sizes[size]) if sizes else 0.0
    found: list[list[Line]] = [[] for _ in pages]
    for upper in (True, False):
        rows = [_edge(number, page, upper=upper) for number, page in enumerate(pages)]
        known = _Known(pages, rows, body, upper=upper)
        for number, edge in enumerate(rows):
            count = 0
            while count < min(len(edge), _MOST) and known.furniture(edge[count]):
                count += 1
            while count and not _apart(edge, count, body, known):
                count -= 1
            # of two pages that say the same, one keeps it: the first above, the last below
            kept = len(pages) == 2 and number == int(not upper)
            out = [row for row in edge[:count] if not kept or row.numbers or row.bare is not None]
            found[number] += [line for row in out for line in row.lines]
    # a line alone on its page is at both edges
    if all(
        len(set(map(id, out))) == len(page.lines) for out, page in zip(found, pages, strict=True)
    ):
        return [[] for _ in pages]
    return found


def _edge(number: int, page: Edges, *, upper: bool) -> list[_Row]:
    """Return the rows of a page from one edge inwards, some more than may be furniture."""
    rows: list[list[Line]] = []
    for line in sorted(page.lines, key=lambda line: -line.base if upper else line.base):
        if rows and abs(rows[-1][0].base - line.base) <= 0.3 * line.size:
            rows[-1].append(line)
        elif len(rows) > _MOST + 4:
            break
        else:
            rows.append([line])
    return [_Row(number, sorted(row, key=lambda line: line.left)) for row in rows]


class _Known:
    """The rows in the margins of all pages, by their shape."""

    def __init__(
        self, pages: Sequence[Edges], rows: Sequence[Sequence[_Row]], body: float, *, upper: bool
    ) -> None:
        self._pages, self._upper = pages, upper
        self._body = body
        self._alike: defaultdict[str, list[_Row]] = defaultdict(list)
        self._bare: list[_Row] = []
        for edge in rows:
            for row in edge[:_MOST]:
                if not self.within(row, _DEEP if row.bare is not None else _ZONE):
                    continue
                self._alike[row.shape].append(row)
                if row.bare is not None:
                    self._bare.append(row)
        self._places = sorted(row.base for row in self._bare if self._counts(row))

    def furniture(self, row: _Row) -> bool:
        """Return True if a row is in the margin and the same as on another page, except for its
        number.
        """
        zone = _DEEP if row.bare is not None else _ZONE
        if not self.within(row, zone) or row.size > 1.6 * self._body:
            return False
        if row.bare is not None:
            return self._counts(row) or self._at_a_number(row)
        for other in _near(self._alike[row.shape], row.page):
            if abs(other.base - row.base) > _SAME:
                continue
            pairs = list(zip(row.numbers, other.numbers, strict=True))
            steps = {two - one for one, two in pairs if one != two}
            if not steps:
                if self.within(row, _MARGIN) or not _SENTENCE.search(row.text):
                    return True
            elif steps == {other.page - row.page} and (
                row.size < 0.9 * self._body
                or (self.within(row, _MARGIN) and (row.is_apart or not self._upper))
            ):
                return True
        return False

    def within(self, row: _Row, zone: float) -> bool:
        height = self._pages[row.page].height
        return row.base < zone * height or row.base + 0.7 * row.size > (1 - zone) * height

    def repeats(self, row: _Row) -> bool:
        """Return True if a row is a page number, or says the same on two other pages.

        Of two pages, the other one is enough.
        """
        if row.bare is not None:
            return self._counts(row)
        alike = _near(self._alike[row.shape], row.page)
        same = sum(other.text == row.text for other in alike)
        return same >= min(2, max(1, len(self._pages) - 1))

    def _counts(self, row: _Row) -> bool:
        """Return True if a bare number is that of its page, or rises with the pages."""
        label = self._pages[row.page].label.strip().lower()
        if row.lettered and self._upper:
            # a letter above a page may head what begins with it
            return False
        bare = _BARE.fullmatch(row.text)
        if bare and (bare["number"].lower() == label or row.bare == row.page + 1):
            return True
        return any(
            other.bare is not None
            and row.bare is not None
            and other.bare - row.bare == other.page - row.page
            and abs(other.base - row.base) <= _SAME
            for other in _near(self._bare, row.page)
        )

    def _at_a_number(self, row: _Row) -> bool:
        """Return True if it stands where other pages have their number."""
        at = bisect_left(self._places, row.base - _SAME)
        return at < len(self._places) and self._places[at] <= row.base + _SAME


def _near(rows: Sequence[_Row], page: int) -> list[_Row]:
    """Return the rows on the pages nearest to those of `rows`, in order, without its own."""
    at = bisect_left(rows, page, key=lambda row: row.page)
    return [row for row in rows[max(0, at - 4) : at + 6] if row.page != page]


def _apart(edge: Sequence[_Row], count: int, body: float, known: _Known) -> bool:
    """Return True if a wide gap, or a smaller size, separates the first rows from the text."""
    outer = all(known.within(row, _MARGIN) for row in edge[:count])
    if count >= len(edge):
        return outer
    gap = abs(edge[count - 1].base - edge[count].base)
    inner = [abs(one.base - two.base) for one, two in pairwise(edge[count:])]
    usual = min(median(inner), 3 * body) if inner else 1.3 * body
    if max(row.size for row in edge[:count]) < 0.92 * body:
        return gap > 1.2 * body
    if outer and all(known.repeats(row) for row in edge[:count]):
        return gap > 1.15 * usual and gap > 1.3 * body
    return gap > 1.35 * usual and gap > 1.5 * body and (outer or len(inner) > 1)


def _value(number: str) -> int | None:
    """Return the value of a number in Arabic or Roman figures; None if it is not one."""
    if number.isdigit():
        return int(number)
    total, most = 0, 0
    for letter in reversed(number.lower()):
        value = _ROMAN[letter]
        total += value if value >= most else -value
        most = max(most, value)
    return total
