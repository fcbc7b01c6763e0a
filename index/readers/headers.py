"""Decide whether the first row of a table names its columns, by what the rows contain."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["names_columns"]

_ENDS = re.compile(r"[.!?…:;,。！？؟][\"'”’»)]*$")
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"[\d\s.,:'/()%+–−-]+")
# A cell that names a column is shorter than this.
_LONGEST_NAME = 60
_LONGEST_FIGURE = 6


def names_columns(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Return True if a row reads as column names: words over a column of figures.

    In a table of two columns, which may be labels with their values, the figures must be of one
    kind.
    """
    if len(first) < 2 or not all(0 < len(name) <= _LONGEST_NAME for name in first):
        return False
    if any(_DIGIT.search(name) or _ENDS.search(name) for name in first):
        return False
    for column in range(1, len(first)):
        below = [cells[column] for cells in others if column < len(cells)]
        filled = [words for words in below if words]
        if not filled or not all(_DIGIT.search(words) for words in filled):
            continue
        if len(first) > 2 or (len(filled) > 1 and _of_one_kind(filled)):
            return True
    return False


def _of_one_kind(figures: Sequence[str]) -> bool:
    """Return True if figures are amounts of the same thing, such as euros, and none is a phone
    number.
    """
    units = {_FIGURE.sub("", words) for words in figures}
    forms = {re.sub(r"\d+", "0", words) for words in figures}
    longest = max(sum(map(str.isdigit, words)) for words in figures)
    return longest <= _LONGEST_FIGURE and len(units) == 1 and (units != {""} or len(forms) == 1)
