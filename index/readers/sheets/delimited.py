"""CSV and TSV: the exact values, whatever separates the columns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from index.errors import DocumentError
from index.readers import encodings
from index.readers.sheets.sheet import MOST_CELLS, Cells, Sheet

__all__ = ["sheets"]

_SEPARATORS = ",;\t|"
_SAMPLE = 200  # rows to look at
_LONGEST = 1_000_000  # characters of a cell


def sheets(data: bytes) -> list[Sheet]:
    """Return the one sheet of the file; a row has its number among the rows."""
    text = encodings.decode(data).lstrip("\ufeff")
    first, _, rest = text.partition("\n")
    # what Excel writes for itself
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        separator, text = first.strip()[4], rest
    else:
        separator = _separator(text)
    cells = Cells([MOST_CELLS])
    csv.field_size_limit(_LONGEST)
    try:
        for number, row in enumerate(_rows(text, separator)):
            for column, words in enumerate(row):
                cells.add(number, column, words)
    except csv.Error as error:
        raise DocumentError(
            f"its rows cannot be separated ({error}); save it again", "rows", reason=error
        ) from None
    return [cells.sheet("")]


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    # line ends within quotes belong to the cell
    return csv.reader(iter(text.splitlines(keepends=True)), delimiter=separator)


def _separator(text: str) -> str:
    """Return the separator that gives most rows the same number of columns, more than one."""
    best, most = ",", 0.0
    for separator in _SEPARATORS:
        try:
            rows = [row for row in islice(_rows(text, separator), _SAMPLE) if any(row)]
        except csv.Error:
            continue
        widths = Counter(map(len, rows))
        (width, count), *_ = widths.most_common(1) or [(1, 0)]
        score = (count / max(1, len(rows))) * min(width, 20) ** 0.5 if width > 1 else 0.0
        if score > most:
            best, most = separator, score
    return best
