"""PDFs of which it is known where each character was drawn.

`python -m tests.index.printed` marks every sentence of all of them, and says which boxes are wrong.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from index import readers
from index.readers.pdf.document import opened
from index.readers.pdf.glyphs import sheet
from index.readers.pdf.picture import marked
from index.readers.pdf.views import View
from index.types import Document, Span
from tests.index.made import pdf

__all__ = ["KINDS", "Printed", "wrong"]

# The font of tests.index.made: every character is half as wide as its size.
_WIDE = 0.5
_ASIDE = set(" \t\n\r\xa0-‐|•[]")
_NAMES = "Birch Cedar Maple Rowan Alder Hazel Aspen Larch Linden Willow".split()
_HEBREW = "הספרייה פתוחה בכל יום חול משעה תשע בבוקר עד שעה שבע בערב ובשבת היא סגורה לקהל".split()
_RUSSIAN = "Читальный зал открыт каждый будний день с утра и до вечера кроме дней уборки".split()
_ENGLISH = (
    "The harbour office opens every working day and keeps its records in the tall grey building "
    "beside the lock where visitors may read them without charge until the evening bell"
).split()


@dataclass
class Printed:
    """A PDF as it grows: `drawn` holds page, place and sign of each character, upright."""

    turn: int = 0
    drawn: list[tuple[int, float, float, str]] = field(default_factory=list)
    pages: list[list[str]] = field(default_factory=lambda: [[]])

    def line(self, x: float, y: float, text: str, size: float = 10, *, over: bool = False) -> float:
        """Draw a line and return where it ends; `over` by its end, as from right to left."""
        wide = _WIDE * size
        if over:
            text = text[::-1]
            x -= wide * len(text)
        matrix, place = _TURNS[self.turn](x, y)
        code = text.encode("utf-16-be").hex()
        shown = " ".join(f"{number:g}" for number in (*matrix, *place))
        self.pages[-1].append(f"BT /F {size:g} Tf {shown} Tm <{code}> Tj ET")
        for sign in text:
            if sign not in _ASIDE:
                self.drawn.append((len(self.pages) - 1, x + wide / 2, y + 0.25 * size, sign))
            x += wide
        return x

    def rule(self, x: float, y: float, to: float, down: float) -> None:
        """Draw a line of a table."""
        self.pages[-1].append(f"0.5 w {x:g} {y:g} m {to:g} {down:g} l S")

    def data(self) -> bytes:
        """The file."""
        return pdf(*self.pages)


# The matrix of a text and its place on a sheet of A4, by its direction in degrees.
_TURNS: dict[int, Callable[[float, float], tuple[Sequence[float], tuple[float, float]]]] = {
    0: lambda x, y: ((1, 0, 0, 1), (x, y)),
    90: lambda x, y: ((0, 1, -1, 0), (595 - y, x)),
    180: lambda x, y: ((-1, 0, 0, -1), (595 - x, 842 - y)),
    270: lambda x, y: ((0, -1, 1, 0), (y, 842 - x)),
}


def wrong(printed: Printed, data: bytes, marks: Sequence[Span] | None = None) -> Iterator[str]:
    """Of each mark (all sentences) what its boxes hold beyond its characters, or do not hold."""
    document = readers.read(readers.File("a.pdf"), data)
    with opened(data) as (pdf, form):
        sheets = [sheet(pdf, form, number) for number in range(len(pdf))]
        for mark in marks if marks is not None else document.sentences:
            held: Counter[str] = Counter()
            for number, page in enumerate(document.pages):
                start, end = max(mark.start, page.start), min(mark.end, page.end)
                if start >= end:
                    continue
                place = start - page.start, end - page.start
                view = View(number, page.of(document.text), (place,))
                boxes, share = marked(sheets[number], view)
                assert share == 1.0
                held.update(
                    sign
                    for at, x, y, sign in printed.drawn
                    if at == number and any(box.holds(x, y) for box in boxes)
                )
            said = Counter(sign for sign in mark.of(document.text) if sign not in _ASIDE)
            if held != said:
                words = mark.of(document.text)
                yield f"{words!r}: lacks {dict(said - held)}, has {dict(held - said)}"


def _sentences(words: Sequence[str], count: int, seed: int = 0) -> Iterator[str]:
    """Sentences of these words in any order, the same for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        chosen = chance.sample(words, min(len(words), 7 + chance.randrange(9)))
        yield f"{chosen[0].capitalize()} {' '.join(chosen[1:])} {100 + 37 * number + seed}."


def _set(words: Sequence[str], wide: float, size: float = 10) -> Iterator[str]:
    """The words in lines of this width."""
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if _WIDE * size * len(longer) > wide:
            yield line
            longer = word
        line = longer
    yield line


def one_column(seed: int = 0, turn: int = 0, words: Sequence[str] = _ENGLISH) -> Printed:
    """Paragraphs under headings, a running head and a number on each page."""
    page = Printed(turn)
    width, height = (595, 842) if turn % 180 == 0 else (842, 595)
    for sheet_number in range(2):
        if sheet_number:
            page.pages.append([])
        page.line(72, height - 40, "Rules of the harbour", 8)
        y = height - 80
        for part in range(3):
            page.line(72, y, f"{_NAMES[part + 3 * sheet_number]} rules", 14)
            y -= 24
            said = " ".join(_sentences(words, 5, seed + 11 * part + 50 * sheet_number)).split()
            for line in _set(said, width - 144):
                page.line(72, y, line)
                y -= 13
            y -= 12
        page.line(width / 2, 30, str(sheet_number + 1), 8)
    return page


def two_columns(seed: int = 0, *, by_row: bool = False) -> Printed:
    """Two columns of text, drawn one after the other or row by row."""
    page = Printed()
    page.line(72, 790, "Report of the harbour board", 16)
    sides = [
        list(_set(" ".join(_sentences(_ENGLISH, 14, seed + side)).split(), 210)) for side in (0, 40)
    ]
    places = [
        (72 + 240 * n, 750 - 13 * at, t) for n, s in enumerate(sides) for at, t in enumerate(s)
    ]
    for x, y, text in sorted(places, key=lambda place: -place[1]) if by_row else places:
        page.line(x, y, text)
    return page


def table(seed: int = 0, *, ruled: bool = True) -> Printed:
    """A price list of which most cells are alike."""
    page = Printed()
    page.line(72, 780, "Rooms of the harbour house", 14)
    for line, text in enumerate(_set(" ".join(_sentences(_ENGLISH, 3, seed)).split(), 440)):
        page.line(72, 750 - 13 * line, text)
    heads = ("Room", "Seats", "Price", "Floor")
    for row in range(11):
        y = 680 - 20 * row
        name = f"{_NAMES[row - 1]} room"
        cells = (
            heads if not row else (name, str(10 + row % 2), f"{30 + row % 3} euros", str(row % 2))
        )
        for column, cell in enumerate(cells):
            page.line(76 + 110 * column, y, cell)
        if ruled:
            page.rule(72, y - 6, 512, y - 6)
    if ruled:
        for column in range(5):
            page.rule(72 + 110 * column, 694, 72 + 110 * column, 474)
    return page


def right_to_left(seed: int = 0) -> Printed:
    """Hebrew with numbers, drawn as it looks."""
    page = Printed()
    y = 780.0
    for part in range(3):
        said = " ".join(_sentences(_HEBREW, 4, seed + part * 7)).split()
        for line in _set(said, 420):
            # numbers stand from left to right
            shown = re.sub(r"\d+", lambda number: number[0][::-1], line)
            page.line(520, y, shown, over=True)
            y -= 14
        y -= 12
    return page


def notes(seed: int = 0) -> Printed:
    """Numbers of notes in the text, notes at the foot, and a paragraph over two pages."""
    page = Printed()
    page.line(72, 790, "Charges", 16)
    said = " ".join(_sentences(_ENGLISH, 70, seed)).split()
    lines = list(_set(said, 440))
    y, foot = 760.0, 130.0
    for number, line in enumerate(lines):
        end = page.line(72, y, line)
        if number in (3, 9):
            page.line(end, y + 3.5, "1" if number == 3 else "2", 6)
        y -= 13
        if y < foot and len(page.pages) == 1:
            page.rule(72, 118, 200, 118)
            page.line(72, 105, "1 The first note says that the mooring costs 12 crowns.", 7.5)
            page.line(72, 94, "2 The second note says that the mast costs 12 crowns.", 7.5)
            page.pages.append([])
            y = 780.0
    return page


KINDS: dict[str, Callable[[], Printed]] = {
    "one column": one_column,
    "Russian": lambda: one_column(3, words=_RUSSIAN),
    "two columns": two_columns,
    "two columns by row": lambda: two_columns(5, by_row=True),
    "table": table,
    "table without rules": lambda: table(2, ruled=False),
    "right to left": right_to_left,
    "a quarter turn": lambda: one_column(7, turn=90),
    "upside down": lambda: one_column(8, turn=180),
    "three quarters": lambda: one_column(9, turn=270),
    "notes, over two pages": notes,
}
"""Makes a PDF of each kind."""


def _check() -> int:
    failed = 0
    for kind, make in KINDS.items():
        printed = make()
        data = printed.data()
        document: Document = readers.read(readers.File("a.pdf"), data)
        found = list(wrong(printed, data))
        failed += len(found)
        sys.stdout.write(f"{kind}: {len(document.sentences)} sentences, {len(found)} wrong\n")
        for line in found[:5]:
            sys.stdout.write(f"  {line}\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(_check())
