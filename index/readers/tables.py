"""Tables as rows that each carry their label: merged cells are repeated, header rows set apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers import blocks
from index.readers.headers import names_columns

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from index.readers.visible import Sight

__all__ = ["Table", "begun"]

# The most characters that repeated cells may add to a table, for each of its own and at least.
_REPEATED = 4
_LEAST = 10_000


@dataclass(frozen=True, slots=True)
class _Cell:
    words: str
    heads: bool
    across: int
    down: int


@dataclass(slots=True)
class _Row:
    group: str
    cells: list[_Cell] = field(default_factory=list)

    @property
    def heads(self) -> bool:
        return self.group == "thead" or (
            bool(self.cells) and all(cell.heads for cell in self.cells if cell.words)
        )


class Table:
    """The cells of a table as they are read, row by row."""

    def __init__(self) -> None:
        self.captions: list[str] = []
        self._rows: list[_Row] = []

    def begin_row(self, group: str = "") -> None:
        """Begin a row of a group: `thead`, `tbody` or `tfoot`, if it is in one."""
        self._rows.append(_Row(group))

    def cell(self, words: str, *, heads: bool, across: int, down: int) -> None:
        """Add a cell to the row, `across` columns wide and `down` rows high."""
        if not self._rows:
            self.begin_row()
        self._rows[-1].cells.append(_Cell(words, heads, max(1, across), max(1, down)))

    def parts(self) -> list[tuple[list[str], list[str]]]:
        """Return the table in parts, each with its header rows and its other rows, in order.

        A row that names those below it begins a part; its header is that of the table plus this
        row.
        """
        rows = sorted(self._rows, key=lambda row: row.group == "tfoot")
        lines = self._lines(rows)
        first = next((n for n, row in enumerate(rows) if row.cells and not row.heads), len(rows))
        first = first or self._named(rows)
        header = [*self.captions, *lines[:first]]
        found: list[tuple[list[str], list[str]]] = [(header, [])]
        width = max((len(row.cells) for row in rows), default=0)
        for number in range(first, len(rows)):
            alone = len(rows[number].cells) == 1 < width and " | " not in lines[number]
            last = number + 1 == len(rows) or len(rows[number + 1].cells) < 2
            if alone and not last and _names(lines[number]):
                found.append(([*lines[:first], lines[number]], []))
            else:
                found[-1][1].append(lines[number])
        return [part for part in found if part[0] or part[1]]

    def _named(self, rows: list[_Row]) -> int:
        """Return 1 if the first of similar rows reads as the names of the columns, else 0."""
        said, *others = [[cell.words for cell in row.cells] for row in rows] or [[]]
        merged = any(cell.across > 1 or cell.down > 1 for row in rows[:1] for cell in row.cells)
        return int(not merged and names_columns(said, others))

    def _lines(self, rows: list[_Row]) -> list[str]:
        """Return each row on a line, with the cells of the rows above that cover it too."""
        room = max(_LEAST, _REPEATED * sum(len(cell.words) for row in rows for cell in row.cells))
        width = max((len(row.cells) for row in rows), default=0)
        above: dict[int, tuple[str, int]] = {}  # for each column: the words from above, rows left
        lines = []
        for row in rows:
            words: dict[int, str] = {}
            left: dict[int, tuple[str, int]] = {}
            for column, (said, rest) in above.items() if room > 0 else ():
                words[column] = said
                room -= len(said) + 1
                if rest > 1:
                    left[column] = (said, rest - 1)
            column = 0
            for cell in row.cells:
                while column in words:
                    column += 1
                whole = len(row.cells) == 1 and not words
                for place in range(column, column + min(cell.across, width if room > 0 else 1)):
                    repeated = place > column
                    said = "" if repeated and whole else cell.words
                    room -= len(said) + 1 if repeated else 0
                    words.setdefault(place, said)
                    if cell.down > 1:
                        left[place] = (said, cell.down - 1)
                column += cell.across
            above = left
            lines.append(blocks.row(words[column] for column in sorted(words)).rstrip(" |"))
        return lines


def begun(element: HtmlElement, sight: Sight) -> Table | None:
    """Return an empty table for a `table`, or a `dl` of short pairs; None if it only lays out
    the page.
    """
    holds = _holds_data if element.tag == "table" else _holds_pairs
    return Table() if holds(element, sight) else None


def _holds_data(table: HtmlElement, sight: Sight) -> bool:
    """Return True if a table has rows and cells to read, and does not only lay out a page."""
    if table.get("role") in ("presentation", "none"):
        return False
    if table.xpath("boolean(./caption | ./thead | ./tr/th | ./tbody/tr/th)"):
        return True
    if table.xpath("boolean(.//table | .//h1 | .//h2 | .//h3 | .//h4 | .//h5 | .//pre)"):
        return False
    rows = table.xpath("./tr | ./*/tr")
    if any(sight.size(cell) > 600 for row in rows for cell in row):
        return False
    one = all(len(row) < 2 for row in rows)
    return not (one and table.xpath("boolean(.//p[2] | .//ul | .//ol | .//li)"))


def _holds_pairs(terms: HtmlElement, sight: Sight) -> bool:
    """Return True if a list of terms consists of names and short values, as on a business card."""
    parts = terms.xpath("./dt | ./dd | ./div/dt | ./div/dd")
    tags = [str(part.tag) for part in parts]
    if len(parts) < 4 or tags != ["dt", "dd"] * (len(parts) // 2):
        return False
    return all(
        sight.size(part) <= (40 if part.tag == "dt" else 60)
        and not len(part.xpath("./*[self::p or self::div or self::ul or self::table]"))
        and not sight.text(part).endswith(("?", ".", "？", "。"))
        for part in parts
    )


def _names(line: str) -> bool:
    return len(line) <= 80 and not line.endswith((".", "!", "…", ";"))
