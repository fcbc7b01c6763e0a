"""From lines of printed pages to the paragraphs and headings that were broken into them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from index.readers.pdf.hyphens import Hyphens
from index.readers.pdf.lines import Line
from index.readers.pdf.tables import Table

__all__ = ["Block", "blocks"]


@dataclass(slots=True)
class Block:
    """A paragraph, a heading if it has a level, or a table, with what stands on which page.

    `parts` are page, start and end in `text`, in order.
    """

    level: int | None = None
    text: str = ""
    parts: list[tuple[int, int, int]] = field(default_factory=list)
    table: Table | None = None
    bold: bool = False
    asks: bool = False

    @property
    def heads(self) -> bool:
        """True if it names the contents of the next block."""
        return self.asks or self.level is not None


def blocks(items: Sequence[Line | Table]) -> Iterator[Block]:
    """Return the paragraphs, headings and tables, in order; a paragraph may run over several pages.

    Notes at the foot of a page or column come before the paragraph that runs past them. A short
    paragraph that asks, or a bold one before one that is not, is a question.
    """
    found = list(_blocks(items))
    for one, two in zip_longest(found, found[1:]):
        if one.level is None and one.table is None and len(one.text) < 150 and two:
            asks = _ASKS.search(one.text) is not None
            names = one.bold and not re.search(r"[.;,]$", one.text)
            one.asks = (names and not two.bold) or (asks and not _ASKS.search(two.text))
    yield from found


def _blocks(items: Sequence[Line | Table]) -> Iterator[Block]:
    """Return the same before questions are known."""
    lines = [item for item in items if isinstance(item, Line)]
    look = _Look(lines, [item for item in items if isinstance(item, Table)])
    look.find_notes(items)
    open_: _Open | None = None
    for item in items:
        if isinstance(item, Line) and item.note and open_ and not open_.last.note:
            open_.notes.append(item)
            continue
        if isinstance(item, Line) and open_ and look.together(open_.last, item):
            yield from _notes(look, open_.notes)
            open_.notes = []
            look.join(open_.block, open_.last, item)
            open_.last = item
            continue
        if open_:
            yield open_.block
            yield from _notes(look, open_.notes)
            open_ = None
        if isinstance(item, Table):
            yield Block(table=item)
        else:
            open_ = _Open(look.begin(item), item)
    if open_:
        yield open_.block
        yield from _notes(look, open_.notes)


@dataclass(slots=True)
class _Open:
    """A paragraph that may continue, its last line, and the notes that stand after that."""

    block: Block
    last: Line
    notes: list[Line] = field(default_factory=list)


def _notes(look: _Look, lines: Iterable[Line]) -> Iterator[Block]:
    block, before = None, None
    for line in lines:
        if block and before and look.together(before, line):
            look.join(block, before, line)
        else:
            if block:
                yield block
            block = look.begin(line)
        before = line
    if block:
        yield block


_ASKS = re.compile(r"[?؟？][\"'»”’)]*$")
# The beginning of a line in a list of questions.
_TURN = re.compile(r"(?:Q|A|Question|Answer|F|Frage|Antwort|В|О|Вопрос|Ответ)\s?\d{0,3}[.:)]\s")
_BULLET = re.compile(r"[•‣◦▪●○■◆–—·☐☒☑✓✔➢➤►▶]\s?\S")
# An entry with its price or page, with leaders before it.
_LED = re.compile(r"(?:[.·…_]\s?){4}\s*\S{1,12}(?:\s\S{1,8})?$")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[^\W\d_])[.)]\s")
_NOTE = re.compile(r"\[\w{1,3}\]|[*†‡§]|[⁰¹²³⁴-⁹]|\d{1,3}\s")


# A page, a region of it, and where lines begin.
_Column = tuple[int, int, int]


class _Look:
    """How a document is set: its usual size, its usual line spacing, its columns."""

    def __init__(self, lines: Sequence[Line], tables: Sequence[Table]) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[_rounded(line.size)] += len(line.text)
        for table in tables:
            sizes[_rounded(table.size)] += sum(map(len, table.rows))
        # of sizes equally frequent, the smaller
        self._body = max(sorted(sizes), key=lambda size: sizes[size]) if sizes else 1.0
        large = sorted((size for size in sizes if size >= self._body * 1.15), reverse=True)
        self._levels = {size: min(rank, 6) for rank, size in enumerate(large, start=1)}
        gaps = sorted(
            (one.base - two.base) / one.size
            for one, two in pairwise(lines)
            if one.page == two.page and one.size == two.size
            if 0.5 * one.size < one.base - two.base < 3 * one.size
        )
        # few are within paragraphs if most are of one line
        self._leading = gaps[len(gaps) // 5] if gaps else 1.2
        self._edges: defaultdict[_Column, float] = defaultdict(float)
        for line in lines:
            for key in self._columns(line):
                self._edges[key] = max(self._edges.get(key, line.right), line.right)
        going: defaultdict[_Column, list[bool]] = defaultdict(list)
        for line in lines:
            going[self._column(line)].append(line.goes_on)
        self._prose = {key: sum(on) >= 0.3 * len(on) for key, on in going.items()}
        self._hyphens = Hyphens((line.text, line.broken) for line in lines)

    def find_notes(self, items: Sequence[Line | Table]) -> None:
        """Mark the lines that are notes at the foot of a page or column."""
        run: list[Line] = []
        for item, after in zip_longest(items, items[1:]):
            small = isinstance(item, Line) and item.size < 0.93 * self._body
            if not small:
                run = []
                continue
            assert isinstance(item, Line)
            if run or _NOTE.match(item.text):
                run.append(item)
            last = not isinstance(after, Line) or after.page != item.page
            if last or (isinstance(after, Line) and after.base > item.base + item.size):
                for line in run:
                    line.note = True
                run = []

    def begin(self, line: Line) -> Block:
        """Begin a block with this line."""
        level = None if line.bullet else self.level(line)
        return Block(level, line.text, [(line.page, 0, len(line.text))], bold=line.bold)

    def join(self, block: Block, before: Line, line: Line) -> None:
        """Append a line to the one before it in a block."""
        if not before.broken:
            block.text += " "
        elif self._hyphens.divides(before.text, line.text, soft=before.soft):
            block.text = block.text[:-1]
            page, start, end = block.parts[-1]
            block.parts[-1] = page, start, end - 1
        block.bold = block.bold and line.bold
        start = len(block.text)
        block.text += line.text
        block.parts.append((line.page, start, len(block.text)))

    def level(self, line: Line) -> int | None:
        """Return the level of a heading; None if it is no larger than the text or much longer."""
        return self._levels.get(_rounded(line.size)) if len(line.text) < 150 else None

    def together(self, one: Line, two: Line) -> bool:
        """Return True if a line continues the paragraph or heading of the line before it."""
        level = self.level(one)
        if level != self.level(two) or _BULLET.match(two.text) or one.note != two.note:
            return False
        down = one.base - two.base
        follows = one.page == two.page and down > -0.3 * one.size
        if level:
            return follows and down < 1.6 * one.size
        if abs(one.size - two.size) > 0.2 * one.size:
            return False
        if one.broken and (not follows or down < 2 * self._leading * one.size):
            return follows or two.goes_on or not two.cut
        if _NUMBER.match(two.text) and (one.ends or _NUMBER.match(one.text)):
            return False
        if one.note and _NOTE.match(two.text):
            return False
        if not follows:
            # the next column or page
            full = self._full(one) > 0.85 and not two.cut and one.bold == two.bold
            return not one.ends and (two.goes_on or full)
        if down < 0.3 * one.size:
            return True
        if _LED.search(one.text):
            return False
        if one.ends and (_TURN.match(two.text) or (_ASKS.search(one.text) and len(one.text) < 60)):
            return False
        goes_on = two.goes_on and not one.ends
        if down > (1.75 if goes_on else 1.3) * self._leading * one.size:
            return False
        if one.bold != two.bold and not goes_on:
            return False
        if one.ends:
            level = two.left < one.left + 0.8 * one.size
            return level and self._full(one) > 0.85 and len(one.text) > 45
        return (goes_on and self._full(one) > 0.5) or (self._full(one) > 0.7 and self._runs(one))

    def _runs(self, line: Line) -> bool:
        """Return True if a line may be broken before a capital: it is long, or stands in prose."""
        return len(line.text) > 45 or self._prose.get(self._column(line), False)

    def _full(self, line: Line) -> float:
        """Return how much of the width of its column a line takes."""
        edge = max(self._edges.get(key, line.right) for key in self._columns(line))
        return (line.right - line.left) / max(edge - line.left, 1.0)

    def _columns(self, line: Line) -> Iterable[_Column]:
        page, region, column = self._column(line)
        return ((page, region, column + step) for step in (-1, 0, 1))

    def _column(self, line: Line) -> _Column:
        return line.page, line.region, int(line.left // 20)


def _rounded(size: float) -> float:
    return round(size * 2) / 2
