"""The characters of a page and those of its reading text, matched.

The reading text has each line of a page as it is, but for blanks, hyphens and bars between cells,
in an order that depends on the whole document. So every line of the page is looked for in the text
of the page; of several places it takes the one that its neighbours on the page lead to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from index.readers.pdf.direction import rightward
from index.readers.pdf.graphics import Bar
from index.readers.pdf.places import ASIDE, Letter

__all__ = ["matched"]

# Of lines that are alike, so many pairs of a line and a place are compared.
_MOST_PAIRS = 20_000


@dataclass(slots=True, eq=False)
class _Unit:
    """Lines, rows or words that stand one after the other in the reading text, from `at` on."""

    lines: list[Sequence[Letter]]
    at: int = -1
    text: str = ""

    def __post_init__(self) -> None:
        self.text = "".join(letter.text for letter in self.letters)

    @property
    def letters(self) -> Iterator[Letter]:
        return (letter for line in self.lines for letter in line)

    @property
    def first(self) -> Bar:
        return self.lines[0][0].box

    @property
    def last(self) -> Bar:
        return self.lines[-1][-1].box

    @property
    def end(self) -> int:
        return self.at + len(self.text)

    def parts(self) -> Iterator[_Unit]:
        """Its lines, or the words of its only one."""
        if len(self.lines) > 1:
            yield from (_Unit([line]) for line in self.lines)
        else:
            yield from (_Unit([word]) for word in _in_words(self.lines[0]))


def matched(
    rows: Iterable[Sequence[Sequence[Letter]]], text: str
) -> list[list[tuple[Letter, int | None]]]:
    """The letters of each line with the place in the text where they stand, None if in none.

    `rows` are the lines of the page, those of one baseline from left to right.
    """
    kept = [(at, sign) for at, sign in enumerate(text) if sign not in ASIDE]
    bare = "".join(sign for _, sign in kept)
    lines = [[line for line in row if line] for row in rows]
    settled: list[_Unit] = []
    taken = bytearray(len(bare))
    units = _joined([unit for row in lines for unit in _units(row, bare)], bare)
    # what is not found as a whole is looked for line by line, and then word by word
    for _ in range(3):
        _settle(units, bare, taken, settled)
        units = [part for unit in units if unit.at < 0 for part in unit.parts()]
    places: dict[int, int] = {}
    for unit in settled:
        at = unit.at
        for letter in unit.letters:
            places[id(letter)] = kept[at][0]
            at += len(letter.text)
    return [[*_with_hyphens(line, places, text)] for row in lines for line in row]


def _units(row: Sequence[Sequence[Letter]], bare: str) -> Iterator[_Unit]:
    """The row as one if the text has it so, else its lines."""
    lines = [[letter for letter in line if letter.text not in ASIDE] for line in row]
    lines = [line for line in lines if line]
    said = "".join(letter.text for line in lines for letter in line)
    order = lines[::-1] if rightward(said) else lines
    whole = [letter for line in order for letter in line]
    if len(lines) > 1 and "".join(letter.text for letter in whole) in bare:
        yield _Unit([whole])
    else:
        yield from (_Unit([line]) for line in lines)


def _joined(units: Sequence[_Unit], bare: str) -> list[_Unit]:
    """The units with those below that go on with them in the text: what is long is alone so."""
    below = _below(units)
    follows = set(map(id, below.values()))
    found: list[_Unit] = []
    for unit in units:
        if id(unit) in follows:
            continue
        one, after = unit, below.get(id(unit))
        while after:
            joins = len(after.text) >= 3 and len(one.text) + 2 * len(after.text) >= 30
            if joins and one.text + after.text in bare:
                one = _Unit([*one.lines, *after.lines])
            else:
                found.append(one)
                one = after
            after = below.get(id(after))
        found.append(one)
    return found


def _below(units: Sequence[_Unit]) -> dict[int, _Unit]:
    """For units the one right below, each below one at most."""
    found: dict[int, _Unit] = {}
    above: set[int] = set()
    order = sorted(units, key=lambda unit: -unit.first.bottom)
    for number, unit in enumerate(order):
        (left, right), bottom = _ends(unit), unit.first.bottom
        reach = 2.5 * unit.first.height
        for other in order[number + 1 :]:
            if bottom - other.first.bottom > reach:
                break
            apart = bottom - other.first.bottom > 0.3 * unit.first.height
            begins, ends = _ends(other)
            beside = begins < right and ends > left
            if apart and beside and id(other) not in above:
                found[id(unit)] = other
                above.add(id(other))
                break
    return found


def _ends(unit: _Unit) -> tuple[float, float]:
    """How far to the left and to the right its first line reaches."""
    one, two = unit.first, unit.lines[0][-1].box
    return min(one.left, two.left), max(one.right, two.right)


def _in_words(line: Sequence[Letter]) -> Iterator[list[Letter]]:
    """The letters that touch."""
    word: list[Letter] = []
    for letter in line:
        size = letter.box.height
        if word and not (
            letter.box.left < word[-1].box.right + 0.12 * size
            and letter.box.right > word[-1].box.left - 0.12 * size
        ):
            yield word
            word = []
        word.append(letter)
    if word:
        yield word


def _settle(units: Sequence[_Unit], bare: str, taken: bytearray, settled: list[_Unit]) -> None:
    """Give each unit a place of its own: first those that can have but one, then the longest."""
    alike: defaultdict[str, list[_Unit]] = defaultdict(list)
    for unit in units:
        alike[unit.text].append(unit)
    places = {said: list(islice(_occurrences(said, bare), 2_000)) for said in alike}
    for said in sorted(alike, key=lambda said: (len(places[said]) > len(alike[said]), -len(said))):
        free = [at for at in places[said] if not any(taken[at : at + len(said)])]
        for unit, at in _paired(alike[said], free, settled):
            if not any(taken[at : at + len(said)]):
                unit.at = at
                taken[at : at + len(said)] = b"\1" * len(said)
                settled.append(unit)


def _occurrences(said: str, bare: str) -> Iterator[int]:
    at = bare.find(said)
    while at >= 0:
        yield at
        at = bare.find(said, at + 1)


def _paired(
    units: Sequence[_Unit], free: Sequence[int], settled: Sequence[_Unit]
) -> Iterator[tuple[_Unit, int]]:
    """Units that say the same, each with one of the places: those that fit best first."""
    if len(units) == 1 == len(free) or len(units) * len(free) > _MOST_PAIRS:
        order = sorted(units, key=lambda unit: (-unit.first.bottom, unit.first.left))
        yield from zip(order, free, strict=False)
        return
    pairs = sorted(
        (cost, number, at)
        for number, unit in enumerate(units)
        for at, cost in _costs(unit, free, settled)
    )
    used: set[int] = set()
    gone: set[int] = set()
    for _, number, at in pairs:
        if number not in used and at not in gone:
            used.add(number)
            gone.add(at)
            yield units[number], at


def _costs(
    unit: _Unit, free: Sequence[int], settled: Sequence[_Unit]
) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Each place with how badly it fits what stands before and after the unit on the page."""
    before, near_before = _nearest(unit, settled, -1)
    after, near_after = _nearest(unit, settled, 1)
    length = len(unit.text)
    for at in free:
        gap = abs(at - before.end) if before else 0
        rest = abs(after.at - at - length) if after else 0
        away = min(gap, rest) if before and after else gap + rest
        yield at, (away, near_before + near_after, -unit.first.bottom, unit.first.left)


def _nearest(unit: _Unit, settled: Sequence[_Unit], way: int) -> tuple[_Unit | None, float]:
    """The settled unit right before (-1) or after (1) one, beside or above and below it."""
    box = unit.first
    best: tuple[_Unit | None, float] = None, 0.0
    for other in settled:
        there = other.first if way > 0 else other.last
        beside = abs(there.bottom - box.bottom) < 0.3 * box.height
        if beside:
            away = way * (there.left - box.left) / 4
        else:
            overlap = there.left - 20 < box.left < there.right + 20 or other.first.left <= box.left
            away = way * (box.bottom - there.bottom) + (0 if overlap else 400)
        if away > 0 and (best[0] is None or away < best[1]):
            best = other, away
    return best


def _with_hyphens(
    line: Sequence[Letter], places: Mapping[int, int], text: str
) -> Iterator[tuple[Letter, int | None]]:
    """The letters with their places; a hyphen has one if the text has a hyphen beside the next."""
    known = [places.get(id(letter)) for letter in line]
    for number, letter in enumerate(line):
        at = known[number]
        if at is None and letter.text in ASIDE:
            before = known[number - 1] if number else None
            after = known[number + 1] if number + 1 < len(known) else None
            if after is not None and text[after - 1 : after] == letter.text:
                at = after - 1
            elif before is not None and text[before + 1 : before + 2] == letter.text:
                at = before + 1
        yield letter, at
