"""The words of charts and diagrams (SmartArt) in the files of Office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.readers import blocks
from index.readers.sheets import numbers

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["CHART", "DIAGRAM", "Chart", "chart", "diagram"]

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
# A chart of more points is a curve.
_MOST_POINTS = 500
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its title, the names of its series as a row, and a row of values for each category.

    `is_labelled` is True if the values stand in the chart as figures.
    """

    title: str
    names: str
    rows: tuple[str, ...]
    is_labelled: bool

    @property
    def lines(self) -> list[str]:
        """The lines of a chart without figures: its title, its series and its categories."""
        said = [self.title, self.names.strip("| ")]
        return [line for line in [*said, *(row.split(" | ")[0] for row in self.rows)] if line]


def chart(root: Element) -> Chart:
    """Read the part of a chart."""
    title = root.find(f"{C}chart/{C}title")
    names: list[str] = []
    values: dict[int, dict[int, str]] = {}
    categories: dict[int, str] = {}
    series = list(root.iter(f"{C}ser"))
    for number, each in enumerate(series):
        names.append(_text(each.find(f"{C}tx")))
        for tag in ("cat", "xVal"):
            categories |= _points(each.find(f"{C}{tag}"), "")
        form = each.find(f"{C}dLbls/{C}numFmt")
        code = "" if form is None else form.get("formatCode") or ""
        for tag in ("val", "yVal"):
            for at, value in _points(each.find(f"{C}{tag}"), code).items():
                values.setdefault(at, {})[number] = value
    rows = [
        blocks.row([categories.get(at, ""), *(said.get(n, "") for n in range(len(series)))])
        for at, said in sorted(values.items())
    ]
    shown = (label.get("val") not in ("0", "false") for label in root.iter(f"{C}showVal"))
    return Chart(_text(title), blocks.row(["", *names]), tuple(rows), any(shown))


def diagram(root: Element) -> list[str]:
    """Return the lines of a diagram from its data, each box before those below it."""
    words: dict[str, list[str]] = {}
    for point in root.iter(f"{D}pt"):
        if point.get("type", "node") in ("node", "asst"):
            said = [blocks.collapse(_runs(p)) for p in point.iterfind(f"{D}t/{A}p")]
            words[point.get("modelId") or ""] = [line for line in said if line]
    below: dict[str, list[tuple[int, str]]] = {}
    held = set()
    for link in root.iter(f"{D}cxn"):
        if link.get("type", "parOf") == "parOf" and link.get("destId") in words:
            order = link.get("srcOrd") or "0"
            place = int(order) if order.isdigit() and len(order) < 7 else 0
            below.setdefault(link.get("srcId") or "", []).append((place, link.get("destId") or ""))
            held.add(link.get("destId"))
    tops = [id for id in below if id not in held]
    lines = [line for top in tops for line in _below(top, below, words, 0)]
    # what hangs on nothing, or in a circle
    return lines + [line for said in words.values() for line in said]


def _below(
    id: str, below: dict[str, list[tuple[int, str]]], words: dict[str, list[str]], deep: int
) -> Iterator[str]:
    yield from words.pop(id, ())
    for _, next_id in sorted(below.pop(id, ())) if deep < _DEEPEST else ():
        yield from _below(next_id, below, words, deep + 1)


def _points(data: Element | None, code: str) -> dict[int, str]:
    """Return the points that a chart keeps of its data, each as its format shows it."""
    found: dict[int, str] = {}
    if data is None:
        return found
    form = code or next((each.text or "" for each in data.iter(f"{C}formatCode")), "")
    is_figures = next(data.iter(f"{C}numCache", f"{C}numLit"), None) is not None
    for point in data.iter(f"{C}pt"):
        index = point.get("idx") or ""
        said = blocks.collapse(point.findtext(f"{C}v") or "")
        if not (index.isdigit() and len(index) < 7 and said and len(found) < _MOST_POINTS):
            continue
        with suppress(ValueError, OverflowError):
            code = point.get("formatCode") or form
            said = numbers.shown(float(said), code) if is_figures else said
        # several levels of categories: the first is the innermost
        found.setdefault(int(index), said)
    return found


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    return blocks.collapse(_runs(element)) or blocks.collapse(
        " ".join(value.text or "" for value in element.iter(f"{C}v"))
    )


def _runs(element: Element) -> str:
    return "".join(
        "\n" if part.tag == A + "br" else part.text or ""
        for part in element.iter(A + "t", A + "br")
    )
