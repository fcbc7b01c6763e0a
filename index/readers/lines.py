"""Classify lines of plain text: wrapped prose, or rows that each say something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.text import words

__all__ = ["Block", "group", "is_end", "is_entry"]

# No one wraps prose at fewer characters.
_NARROWEST = 40
# The smallest share of a block's lines, or line breaks, that makes it a block of rows; and of lines
# that begin as prose does not, with a date or a mark, since such entries may run over lines.
_MOST = 0.6
_SOME = 0.3

# `[05.03.24, 09:12] `, `12/05/2024, 10:15 - `, `2024-05-12T10:15:03Z `, `09:12 `, `<anna> `
_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?Z?"
_STAMP = re.compile(
    rf"[^\w\s]{{0,3}}(?:{_DATE}(?:[\sT,]{{1,3}}{_TIME})?|{_TIME})(?!\w)"
    r"|<[^<>\s][^<>]{0,30}>\s"
    rf"|[A-Z][a-z]{{2}} {{1,2}}\d{{1,2}}(?: \d{{4}})? {_TIME}"
)
# `Name:`, `key: value`, `Q. `, `key=value`; a colon within a sentence comes later or after a stop
_ENTRY = re.compile(r"[^\s:.!?,;][^:.!?\n]{0,39}:(?:\s+\S|$)|[A-Za-z_][\w.-]{0,39}\s?=\s?\S")
_MARKER = re.compile(r"[–—−‒→⇒➔➤►▶▸●○■□▪▫◦•‣·☐☑☒✓✔✗✘★☆❖*+~-]\s+\S|[☐☑☒✓✔✗✘]\S")
# two blanks are a gap, except those that some put after a stop; so are dots that lead to a figure
_CELLS = re.compile(r"[ ]*\t\s*|(?<![.!?:;,])[ ]{2,}|\s+\|\s+|\s*(?:\.{3,}|\s\.\.)\s*(?=\S{0,3}\d)")
# Rules of tables that are drawn with signs
_RULE = re.compile(r"(?=.*[-=─━═]{2})[-+=|:\s─━═┼┬┴├┤┌┐└┘╞╪╡╔╗╚╝╠╬╣╦╩│┃║]{3,}")
_STOP = re.compile(r"[.!?…。！？][\"'»”’)\]]*$")
_COLON = re.compile(r"[:：]$")
_STOP_INSIDE = re.compile(r"[.!?…][\"'»”’)\]]*\s+[^\W\d_]|[。！？]\S")
_GOES_ON = re.compile(r"[,;(«“–—-]$")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of lines: its units, each as the numbers of its first and last line.

    `rows`: True if each unit is complete in itself, such as a message, an entry or a row of cells.
    `header`: how many units at the beginning name the contents of the rows below.
    """

    units: tuple[tuple[int, int], ...]
    rows: bool = False
    header: int = 0


def group(lines: Sequence[str], language: str, width: int = 0) -> Block:
    """Classify the lines of a block, none of them empty; `width` is that of the whole text's lines.

    Prose is one unit of all lines. The lines explain each other: messages and log entries begin
    with a date or time, entries with a key, items with a mark, rows share their gaps.
    """
    said = [line.strip() for line in lines]
    count = len(said)
    drawn = [_RULE.fullmatch(line) is not None for line in said]
    columns = [_CELLS.search(line) is not None for line in said]
    if any(drawn) and 1 < _MOST * (count - sum(drawn)) <= sum(columns):
        return _ruled(said, drawn)
    if cells := _separated(said):
        return Block(_from([True] * count), rows=True, header=_names(cells))
    if sum(columns) >= max(2, _MOST * count):
        return Block(_from([True] * count), rows=True, header=_header(said))
    stamped = [_STAMP.match(line) is not None for line in said]
    entries = [is_entry(line) for line in said]
    if _tell(said, stamped, _SOME) or _tell(said, entries, _MOST) or _is_talk(said, entries):
        begins = stamped if _tell(said, stamped, _SOME) else entries
        return Block(_from(begins), rows=True)
    marked = [_MARKER.match(line) is not None for line in said]
    if _tell(said, marked, _SOME):
        return Block(_from(marked))
    starts = _ragged(said, language, max(width, _NARROWEST, *map(len, said)))
    return Block(_from(starts or [False] * count))


def is_entry(line: str) -> bool:
    """Return True if a line begins with a key or a name and a colon."""
    return _ENTRY.match(line) is not None


def is_end(line: str) -> bool:
    """Return True if a line ends a sentence, or leads to what follows with a colon."""
    return _STOP.search(line) is not None or _COLON.search(line) is not None


def _from(begins: Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """Return units that begin at the given lines, and at the first one."""
    firsts = [number for number, begin in enumerate(begins) if begin or number == 0]
    return tuple(zip(firsts, [first - 1 for first in firsts[1:]] + [len(begins) - 1], strict=True))


def _tell(said: Sequence[str], begins: Sequence[bool], least: float) -> bool:
    """Return True if enough lines begin alike to rule out chance, from the first line on, or
    from below a line that leads to them: wrapped prose may have a dash or a colon anywhere.
    """
    if sum(begins) < max(2, least * len(said)):
        return False
    first = begins.index(True)
    return first == 0 or is_end(said[first - 1]) or (first == 1 and not _GOES_ON.search(said[0]))


def _is_talk(said: Sequence[str], entries: Sequence[bool]) -> bool:
    """Return True if these are the wrapped lines of a conversation: the same names come again."""
    names = [line.partition(":")[0] for line, entry in zip(said, entries, strict=True) if entry]
    return entries[0] and len(names) > 2 and len(set(names)) <= len(names) / 2 + 1


def _header(said: Sequence[str]) -> int:
    """Return 1 if the first row names the columns: it has no figures where those below do."""
    return _names([_CELLS.split(line) for line in said])


def _ruled(said: Sequence[str], drawn: Sequence[bool]) -> Block:
    """Return the rows of a table that is drawn with signs; each takes the rules below it."""
    begins = [not rule and not all(drawn[:at]) for at, rule in enumerate(drawn)]
    rows = [line for line, rule in zip(said, drawn, strict=True) if not rule]
    names = _names([re.split(r"\s*[|│┃║]\s*|\s{2,}", row.strip("|│┃║ ")) for row in rows])
    between = drawn[1:3] if drawn[0] else drawn[:2]
    return Block(_from(begins), rows=True, header=int(names or between == [False, True]))


def _separated(said: Sequence[str]) -> list[list[str]]:
    """Return the cells of rows that are separated by one sign, empty if the lines are not such."""
    for sign, least in ((";", 1), (",", 2)):
        counts = {line.count(sign) for line in said}
        rows = [line.split(sign) for line in said]
        short = all(len(cell) <= 40 for row in rows for cell in row)
        tight = not any(f"{sign} " in line for line in said)
        if len(said) > 2 and len(counts) == 1 and counts.pop() >= least and short and tight:
            return rows
    return []


def _names(table: Sequence[Sequence[str]]) -> int:
    """Return 1 if the first row of cells names the columns, else 0."""
    names, *rows = table
    if (
        len(rows) < 2
        or len(names) < 2
        or any(re.search(r"\d", name) or len(name) > 40 for name in names)
    ):
        return 0
    alike = [row for row in rows if len(row) == len(names)]
    figures = [sum(bool(re.search(r"\d", row[n])) for row in alike) for n in range(len(names))]
    return int(len(alike) >= _MOST * len(rows) and max(figures) >= _MOST * len(alike))


def _ragged(said: Sequence[str], language: str, width: int) -> list[bool]:
    """Return which lines begin a unit if the lines are not wrapped, empty if they are.

    A line is wrapped if the next word did not fit. If it would have fitted, and neither line says
    that the sentence goes on, the author ended the line.
    """
    ended = []
    for one, two in pairwise(said):
        room = len(one) + 1 + len(two.split()[0]) <= width
        ended.append((room, _ends(one, two, language)))
    meant = sum(room and ends for room, ends in ended)
    if meant < _MOST * len(ended) or sum(map(_spans_stop, said)) > len(said) / 3:
        return []
    return [True, *(ends for _, ends in ended)]


def _ends(one: str, two: str, language: str) -> bool:
    """Return True if a line ends before another, by what both say."""
    if _STOP.search(one):
        return True
    last = one.rsplit(maxsplit=1)[-1]
    goes_on = _GOES_ON.search(one) or (
        last.isalpha() and last.islower() and not words.stems(last, language)
    )
    # in capitals alone nothing shows that a sentence begins
    return not (goes_on or two[0].islower() or (one.isupper() and two.isupper()))


def _spans_stop(line: str) -> bool:
    """Return True if a sentence ends inside a line and another goes on past its end."""
    return _STOP_INSIDE.search(line) is not None and not _STOP.search(line)
