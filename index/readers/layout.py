"""Lines of printed pages -> the paragraphs and headings that were broken into them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["Block", "Line", "blocks", "without_margins"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as it stands on a page, counted from 0; places and size in points.

    `broken` where it ends in a hyphen, perhaps only because a word did not fit.
    """

    page: int
    text: str
    left: float
    right: float
    base: float
    size: float
    broken: bool = False

    @property
    def ends(self) -> bool:
        """Whether a sentence may end with it."""
        return re.search(r"[.!?…:;。！？][\"'”’»)\]\d]*$", self.text) is not None

    @property
    def goes_on(self) -> bool:
        """Whether it begins as the middle of a sentence."""
        return self.text.lstrip("\"'“‘«([")[:1].islower()


@dataclass(slots=True)
class Block:
    """A paragraph, or a heading if it has a level, with what of it stands on which page.

    `parts` are page, start and end in `text`, in order.
    """

    level: int | None
    text: str = ""
    parts: list[tuple[int, int, int]] = field(default_factory=list)


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without running titles and page numbers.

    These are first or last lines that are alike, digits aside, on half of the pages or more: on
    three at least, or two if they are mere numbers. Pages that are alike throughout are kept.
    """
    kept = [list(page) for page in pages]
    for _ in range(2):  # a running title above a number
        for place in (0, -1):
            edges = [page[place] for page in kept if page]
            alike = Counter(_shape(line) for line in edges)
            for page in kept:
                if page:
                    shape = _shape(page[place])
                    least = 2 if re.fullmatch(r"\W*#\W*", shape) else 3
                    if alike[shape] >= max(least, len(edges) / 2):
                        del page[place]
    return kept if any(kept) else [list(page) for page in pages]


def blocks(pages: Sequence[Sequence[Line]]) -> Iterator[Block]:
    """The paragraphs and headings of the pages, in order; one may run over several pages."""
    lines = [line for page in pages for line in page]
    if not lines:
        return
    look = _Look(lines)
    block, before = Block(look.level(lines[0])), None
    for line in lines:
        if before and not look.together(before, line):
            yield block
            block = Block(look.level(line))
            before = None
        if before and not before.broken:
            block.text += " "
        elif before and look.divided(before, line):
            block.text = block.text[:-1]
            page, start, end = block.parts[-1]
            block.parts[-1] = page, start, end - 1
        start = len(block.text)
        block.text += line.text
        block.parts.append((line.page, start, len(block.text)))
        before = line
    yield block


_BULLET = re.compile(r"[•‣◦▪●○■◆]\s?\S")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[^\W\d_])[.)]\s")
_WORD = re.compile(r"[^\W_]+(?:[-‐][^\W_]+)*")


class _Look:
    """How a document is set: its usual size, its usual distance of lines, its columns."""

    def __init__(self, lines: Sequence[Line]) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[_rounded(line.size)] += len(line.text)
        # of sizes as frequent, the smaller
        self._body = max(sorted(sizes), key=lambda size: sizes[size])
        large = sorted((size for size in sizes if size >= self._body * 1.15), reverse=True)
        self._levels = {size: min(rank, 6) for rank, size in enumerate(large, start=1)}
        gaps = sorted(
            (one.base - two.base) / one.size
            for one, two in pairwise(lines)
            if one.page == two.page and one.size == two.size
            if 0.5 * one.size < one.base - two.base < 3 * one.size
        )
        # few are within paragraphs where most are of one line
        self._leading = gaps[len(gaps) // 5] if gaps else 1.2
        self._edges: defaultdict[tuple[int, int], float] = defaultdict(float)
        for line in lines:
            for key in self._columns(line):
                self._edges[key] = max(self._edges[key], line.right)
        self._words = {word.lower() for line in lines for word in _WORD.findall(line.text)}

    def level(self, line: Line) -> int | None:
        """The level of a heading, None of what is no larger than the text or much longer."""
        return self._levels.get(_rounded(line.size)) if len(line.text) < 150 else None

    def together(self, one: Line, two: Line) -> bool:
        """Whether a line goes on with the paragraph or heading of the line before it."""
        level = self.level(one)
        if level != self.level(two) or _BULLET.match(two.text):
            return False
        down = one.base - two.base
        follows = one.page == two.page and down > -0.3 * one.size
        if level:
            return follows and down < 1.6 * one.size
        if one.broken:
            return True
        if _NUMBER.match(two.text) and (one.ends or _NUMBER.match(one.text)):
            return False
        if not follows:
            # the next column or page
            return not one.ends and (two.goes_on or self._full(one) > 0.85)
        if down < 0.3 * one.size:
            return True
        if down > 1.3 * self._leading * one.size:
            return False
        if one.ends:
            return two.left < one.left + 0.8 * one.size and self._full(one) > 0.85
        return two.goes_on or self._full(one) > 0.7

    def divided(self, one: Line, two: Line) -> bool:
        """Whether the hyphen at the end of `one` is there only because the line ended."""
        first, second = one.text[:-1].lower().split()[-1], _WORD.match(two.text.lower())
        if second is None or not one.text[-2:-1].isalpha():
            return False
        halves = re.sub(r"^\W+", "", first), second.group()
        if "".join(halves) in self._words:
            return True
        return two.goes_on and "-".join(halves) not in self._words

    def _full(self, line: Line) -> float:
        """How much of the width of its column a line takes."""
        edge = max(self._edges[key] for key in self._columns(line))
        return (line.right - line.left) / max(edge - line.left, 1.0)

    def _columns(self, line: Line) -> Iterable[tuple[int, int]]:
        column = int(line.left // 20)
        return ((line.page, column + step) for step in (-1, 0, 1))


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)
