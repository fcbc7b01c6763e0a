"""The words of one block of a page as they are read, in rows that line breaks divide."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.readers import blocks

__all__ = ["Inline", "Row", "joined", "settled"]


@dataclass(slots=True)
class Row:
    """A row of words, with the number of its characters that are bold, plain, and in links."""

    parts: list[str] = field(default_factory=list)
    bold: int = 0
    plain: int = 0
    linked: int = 0
    words: str = ""

    @property
    def is_bold(self) -> bool:
        """True if all of its words are bold."""
        return self.bold > 0 and not self.plain

    @property
    def asks(self) -> bool:
        """True if a question mark is the last of its parts."""
        return "".join(self.parts).rstrip().endswith(("?", "？", "؟"))

    @property
    def is_link(self) -> bool:
        """True if its words are links, except for a few."""
        return self.linked * 10 >= sum(map(len, self.words.split())) * 7


class Inline:
    """The rows of the block that is being read."""

    def __init__(self) -> None:
        self._rows = [Row()]
        self._gap = False

    @property
    def before(self) -> str:
        """The last few characters of the row."""
        return "".join(self._rows[-1].parts[-8:])[-8:]

    @property
    def is_blank(self) -> bool:
        """True if the row has no words yet."""
        return not any(part.strip() for part in self._rows[-1].parts)

    @property
    def ends_in_break(self) -> bool:
        """True if a line break was the last thing read."""
        return len(self._rows) > 1 and self.is_blank

    def say(self, words: str | None, *, bold: bool = False, linked: bool = False) -> None:
        """Add words to the row."""
        if not words:
            return
        row = self._rows[-1]
        if not bold and row.is_bold and words.strip() and row.asks:
            # a bold question with its answer on the same line
            self.end_row()
            row = self._rows[-1]
        if self._gap and self.before[-1:].isalnum() and words[0].isalnum():
            row.parts.append(" ")
        self._gap = False
        row.parts.append(words)
        size = sum(map(len, words.split()))
        row.linked += size if linked else 0
        if bold:
            row.bold += size
        else:
            row.plain += size

    def part(self) -> None:
        """Keep apart what stood apart on the page: no letters meet across what is left out."""
        self._gap = True

    def end_row(self) -> None:
        """Begin another row."""
        self._rows.append(Row())

    def take(self) -> list[Row]:
        """Return the rows that have words, on one line each, and start over."""
        rows, self._rows = self._rows, [Row()]
        self._gap = False
        for row in rows:
            row.words = blocks.collapse("".join(row.parts))
        return [row for row in rows if row.words]

    def take_listing(self) -> list[str]:
        """Return the rows as they were typed."""
        rows, self._rows = self._rows, [Row()]
        return [line for row in rows for line in _typed("".join(row.parts))]


def joined(rows: list[Row]) -> str:
    """Return the rows on one line, for a heading or a cell; a slash keeps two numbers apart."""
    line = ""
    for row in rows:
        stroke = line[-1:].isdigit() and row.words[0].isdigit()
        line += f" / {row.words}" if stroke else f" {row.words}"
    return line.strip()


_ENDED = re.compile(r"[.!?…:;。！？][\"'”’»)]*$")
_FIELD = re.compile(r"[^\s:][^:]{0,40}:(?:\s|$)")
_LONG = 45


def settled(rows: list[Row]) -> list[Row]:
    """Return the rows without line breaks that only fit a sentence to a width."""
    found: list[Row] = []
    whole = bool(rows) and bool(_ENDED.search(rows[-1].words))
    for row in rows:
        last = found[-1] if found else None
        if (
            last is not None
            and row.words[:1].islower()
            and not _ENDED.search(last.words)
            and not _FIELD.match(row.words)
            and (whole or len(last.words) >= _LONG)
        ):
            last.words += f" {row.words}"
            last.bold, last.plain = last.bold + row.bold, last.plain + row.plain
            last.linked += row.linked
        else:
            found.append(row)
    return found


def _typed(words: str) -> list[str]:
    return words.expandtabs(4).splitlines()
