"""Tables of Word: which rows name the columns, and which tables are questions with answers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.readers.headers import names_columns
from index.readers.word.story import Cell, Paragraph, Row, Table

__all__ = ["asking_column", "headers", "is_layout"]

_ASKS = re.compile(r"[?؟？][\"'»”’)]*$")
_QUESTIONS = frozenset("question questions q вопрос вопросы frage fragen pregunta domanda".split())


def is_layout(table: Table) -> bool:
    """Return True if a table only sets texts side by side, and has no rows to read across."""
    cells = [cell for row in table.rows for cell in row.cells if not cell.is_carried]
    if any(_holds_structure(cell) for cell in cells):
        return True
    widest = max((len(row.cells) for row in table.rows), default=0)
    several = any(len(cell.blocks) > 1 for cell in cells)
    return widest <= 1 or (several and len(table.rows) == 1)


def _holds_structure(cell: Cell) -> bool:
    return any(isinstance(block, Table) or block.level is not None for block in cell.blocks)


def headers(table: Table) -> int:
    """Return how many of the first rows name the columns, as Word says, as they look, or as they
    read.
    """
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
    first, *others = [[cell.words for cell in row.cells] for row in table.rows]
    return int(names_columns(first, others))


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


def asking_column(table: Table) -> int | None:
    """Return the column whose cells ask what the next one answers; None in other tables."""
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
