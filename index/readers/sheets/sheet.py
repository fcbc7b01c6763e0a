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
    """A row that shows something: its number from 1, its cells, and whether all of it is bold."""

    number: int
    cells: tuple[str, ...]
    is_bold: bool = False

    @property
    def words(self) -> str:
        """The row as it is read, its cells with a bar between."""
        return blocks.row(self.cells).rstrip(" |")

    @property
    def filled(self) -> list[int]:
        """The columns that show something."""
        return [column for column, words in enumerate(self.cells) if words]


@dataclass(slots=True)
class Sheet:
    """A sheet: its name, its rows that show something, what it hides, and what is crossed out."""

    name: str
    rows: list[Row] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    is_hidden: bool = False


class Cells:
    """The cells of a sheet as the reader of a format finds them."""

    def __init__(self, room: list[int]) -> None:
        self._room = room  # how many more cells the file may have, shared by its sheets
        self._cells: dict[int, dict[int, str]] = {}
        self._bold: dict[int, bool] = {}

    def add(self, row: int, column: int, words: str, *, bold: bool = False) -> None:
        """Add a cell that shows something; rows and columns count from 0."""
        words = " ".join(words.split("\n")) if "\n" in words else words
        if not (words := blocks.collapse(words)):
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

    def merge(self, top: int, left: int, bottom: int) -> None:
        """Repeat a merged cell in the rows it covers, if they say something."""
        words = self._cells.get(top, {}).get(left)
        if not words:
            return
        for row in range(top + 1, min(bottom, max(self._cells)) + 1):
            if row in self._cells and left not in self._cells[row]:
                self.add(row, left, words, bold=self._bold[row])

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
                sheet.hidden.append(blocks.row(away[column] for column in sorted(away)))
            if number in unseen or not seen:
                continue
            width = max(seen) + 1
            # a hidden column leaves no gap
            row = tuple(seen.get(column, "") for column in range(width) if column not in shut)
            sheet.rows.append(Row(number + 1, row, self._bold[number]))
        return sheet
