"""A passage with a table -> a message that shows it as one: a rich message of Bot API 10.1, and as
lines for a server or a program that knows none. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.messages import quoting
from bot.messages.links import address
from bot.messages.model import Block, Draft, Message, clip, units
from bot.messages.quoting import Link
from bot.messages.texts import Texts
from index.types import Hit, Parts, Passage

__all__ = ["message", "rows"]

# Readers write a row as its cells with this between; see index/readers/blocks.py.
_BETWEEN = re.compile(r" ?\| ?")
_FEWEST_ROWS, _MOST_ROWS, _MOST_COLUMNS = 2, 100, 12
_TITLE = 160


def rows(passage: Passage) -> tuple[tuple[str, ...], ...]:
    """Return the cells of the longest table in a passage, row by row; none if it has no table.

    Empty cells at the end of a row are not written. A row of more cells than the first one begins
    another table: the sign between cells may stand in one of them.
    """
    runs: list[list[list[str]]] = [[]]
    for span in passage.sentences:
        cells = _BETWEEN.split(passage.quote(span).strip())
        if runs[-1] and not 1 < len(cells) <= len(runs[-1][0]):
            runs.append([])
        if 1 < len(cells) <= _MOST_COLUMNS:
            runs[-1].append(cells)
    longest = max(runs, key=len)
    if len(longest) < _FEWEST_ROWS:
        return ()
    width = len(longest[0])
    return tuple(tuple(row + [""] * (width - len(row))) for row in longest)


def message(passage: Passage, texts: Texts, link: Link) -> Message:
    """Return the table of a passage below the line of its place."""
    found = rows(passage)[:_MOST_ROWS]
    title = quoting.apart(clip(passage.source.title, _TITLE) or passage.source.id)
    where = f"{title} — {quoting.place(passage, texts)}"
    has_header = any(_BETWEEN.search(passage.quote(label)) for label in passage.labels)
    cells = [_cells(row, is_header=has_header and row is found[0]) for row in found]
    blocks: tuple[Block, ...] = (
        {"type": "paragraph", "text": where},
        {"type": "table", "cells": cells},
    )
    draft = Draft()
    url = address(Hit(passage, 0.0, Parts(0.0, 0.0))) or link(passage)
    draft.add(title, "text_link" if url else None, url)
    draft.add(where.removeprefix(title))
    _lines(draft, found, texts, has_header=has_header)
    text = draft.message()
    return Message(text.text, text.entities, rich=blocks)


def _cells(row: Sequence[str], *, is_header: bool) -> list[dict[str, object]]:
    look = {"align": "left", "valign": "top"} | ({"is_header": True} if is_header else {})
    return [{"text": cell, **look} for cell in row]


def _lines(
    draft: Draft, found: Sequence[tuple[str, ...]], texts: Texts, *, has_header: bool
) -> None:
    """Append the rows: the first cell, and below it the others with the heads of their columns."""
    heads = found[0] if has_header else ()
    for row in found[1:] if has_header else found:
        cells = [f"{head}: {cell}" for head, cell in zip(heads[1:], row[1:], strict=True) if cell]
        rest = "\n".join(cells) if heads else " · ".join(filter(None, row[1:]))
        size = units(row[0]) + units(rest) + 3
        if not draft.fits(size + units(texts("shortened")) + 2):
            draft.paragraph(texts("shortened"))
            return
        draft.paragraph(row[0], "bold")
        draft.add(f"\n{rest}")
