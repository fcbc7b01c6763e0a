"""Tables of Word: which rows name the columns, and which tables are questions with answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.readers.word.story import Cell, Paragraph, Row, Table

__all__ = ["asking_column", "headers", "is_layout"]

_ASKS = re.compile(r"[?؟？][\"'»”’)]*$")
_ENDS = re.compile(r"[.!?…:;,。！？؟][\"'”’»)]*$")
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"[\d\s.,:'/()%+–−-]+")
# A cell that names a column is short.
_LONGEST_NAME = 60
_LONGEST_FIGURE = 6
_QUESTIONS = frozenset("question questions q вопрос вопросы frage fragen pregunta domanda".split())


def is_layout(table: Table) -> bool:
    """Tell if a table only sets texts side by side, and has no rows to read across."""
    cells = [cell for row in table.rows for cell in row.cells if not cell.is_carried]
    if any(_holds_structure(cell) for cell in cells):
        return True
    widest = max((len(row.cells) for row in table.rows), default=0)
    several = any(len(cell.blocks) > 1 for cell in cells)
    return widest <= 1 or (several and len(table.rows) == 1)


def _holds_structure(cell: Cell) -> bool:
    return any(isinstance(block, Table) or block.level is not None for block in cell.blocks)


def headers(table: Table) -> int:
    """How many of the first rows name the columns: as Word says, as they look, or as they read."""
    marked = _first(row.is_header for row in table.rows)
    if marked:
        return marked if marked < len(table.rows) else 0
    if len(table.rows) < 2:
        return 0
    if table.has_head:
        return 1
    bold = _first(_is_bold(row) for row in table.rows)
    if 0 < bold < len(table.rows):
        return bold
    return int(_names(table.rows[0], table.rows[1:]))


def _first(states: Iterable[bool]) -> int:
    count = 0
    for state in states:
        if not state:
            break
        count += 1
    return count


def _is_bold(row: Row) -> bool:
    paragraphs = [block for cell in row.cells for block in _paragraphs(cell)]
    return bool(paragraphs) and all(paragraph.is_bold for paragraph in paragraphs)


def _names(first: Row, others: Sequence[Row]) -> bool:
    """Tell if a row reads as the names of columns: words over a column of figures.

    In a table of two columns, which may be labels with what belongs to them, the figures must be
    of one kind.
    """
    names = [cell.words for cell in first.cells]
    if len(names) < 2 or not all(0 < len(name) <= _LONGEST_NAME for name in names):
        return False
    if any(_DIGIT.search(name) or _ENDS.search(name) for name in names):
        return False
    for column in range(1, len(names)):
        below = [row.cells[column].words for row in others if column < len(row.cells)]
        filled = [words for words in below if words]
        if not filled or not all(_DIGIT.search(words) for words in filled):
            continue
        if len(names) > 2 or (len(filled) > 1 and _of_one_kind(filled)):
            return True
    return False


def _of_one_kind(figures: Sequence[str]) -> bool:
    """Tell if figures are so many of the same, such as euros, and none is a telephone number."""
    units = {_FIGURE.sub("", words) for words in figures}
    forms = {re.sub(r"\d+", "0", words) for words in figures}
    longest = max(sum(map(str.isdigit, words)) for words in figures)
    return longest <= _LONGEST_FIGURE and len(units) == 1 and (units != {""} or len(forms) == 1)


def asking_column(table: Table) -> int | None:
    """The column whose cells ask what the next one answers; None in a table of another kind."""
    rows = [row for row in table.rows if len(row.cells) > 1]
    for column in (0, 1):
        asked = [row for row in rows if len(row.cells) > column + 1]
        asking = sum(bool(_ASKS.search(row.cells[column].words)) for row in asked)
        if asked and 2 * asking >= len(asked) and asking >= min(2, len(asked)):
            return column
        if len(asked) > 1 and asked[0].cells[column].words.lower() in _QUESTIONS:
            return column
    return None


def _paragraphs(cell: Cell) -> Iterable[Paragraph]:
    return (block for block in cell.blocks if isinstance(block, Paragraph))
