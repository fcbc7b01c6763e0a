"""A sheet as its reader sees it: rows of shown cells, each row with its number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index.errors import DocumentError
from index.readers import blocks

__all__ = ["MOST_CELLS", "Cells", "Row", "Sheet"]

MOST_CELLS = 2_000_000
"""The most cells of a file that are read: a workbook can declare billions in a few bytes."""

_MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row that shows something: its number from 1, its cells, whether all of it is bold, and if a
    cell of it stretches over several columns. The lines of a cell have line ends between.
    """

    number: int
    cells: tuple[str, ...]
    is_bold: bool = False
    has_groups: bool = False

    @property
    def words(self) -> str:
        """The row as it is read on one line, its cells with a bar between."""
        return blocks.row(self.cells).replace("\n", " ").rstrip(" |")

    @property
    def filled(self) -> list[int]:
        """The columns that show something."""
        return [column for column, words in enumerate(self.cells) if words]


@dataclass(slots=True)
class Sheet:
    """A sheet: its name, its rows that show something, what it hides, what is crossed out, and the
    formulas whose values the file does not hold.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    is_hidden: bool = False


class Cells:
    """The cells of a sheet as the reader of a format finds them."""

    def __init__(self, room: list[int]) -> None:
        self._room = room  # how many more cells the file may have, shared by its sheets
        self._cells: dict[int, dict[int, str]] = {}
        self._bold: dict[int, bool] = {}
        self._groups: set[int] = set()

    def add(self, row: int, column: int, words: str, *, bold: bool = False) -> None:
        """Add a cell that shows something; rows and columns count from 0."""
        if "\n" in words or "\r" in words:
            words = "\n".join(filter(None, map(blocks.collapse, words.splitlines())))
        else:
            words = blocks.collapse(words)
        if not words:
            return
        if column >= _MOST_COLUMNS:
            raise DocumentError(
                f"it has over {_MOST_COLUMNS:,} columns; split it",
                "many_columns",
                most=f"{_MOST_COLUMNS:,}",
            )
        self._room[0] -= 1
        if self._room[0] < 0:
            raise DocumentError(
                f"it has over {MOST_CELLS:,} cells; split it", "many_cells", most=f"{MOST_CELLS:,}"
            )
        self._cells.setdefault(row, {})[column] = words
        self._bold[row] = bold and self._bold.get(row, True)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Repeat a merged cell in the rows and columns it covers, if others say something there."""
        words = self._cells.get(top, {}).get(left)
        if not words:
            return
        # a title over the whole width heads no columns
        across = right if len(self._cells[top]) > 1 else left
        if across > left:
            self._groups.add(top)
        for row in range(top, min(bottom, max(self._cells)) + 1):
            for column in range(left, min(across, _MOST_COLUMNS - 1) + 1):
                if row in self._cells and column not in self._cells[row]:
                    self.add(row, column, words, bold=self._bold[row])

    def sheet(
        self,
        name: str,
        *,
        is_hidden: bool = False,
        rows: Iterable[int] = (),
        columns: Sequence[int] = (),
    ) -> Sheet:
        """Return the sheet of these cells; `rows` and `columns` are the hidden ones."""
        sheet = Sheet(name, is_hidden=is_hidden)
        unseen, shut = set(rows), set(columns)
        for number in sorted(self._cells):
            cells = self._cells[number]
            seen = {column: words for column, words in cells.items() if column not in shut}
            if number in unseen or len(seen) < len(cells):
                away = cells if number in unseen else {c: cells[c] for c in cells if c in shut}
                words = blocks.row(away[column] for column in sorted(away))
                sheet.hidden.append(words.replace("\n", " "))
            if number in unseen or not seen:
                continue
            width = max(seen) + 1
            # a hidden column leaves no gap
            row = tuple(seen.get(column, "") for column in range(width) if column not in shut)
            has_groups = number in self._groups
            sheet.rows.append(Row(number + 1, row, self._bold[number], has_groups))
        return sheet
