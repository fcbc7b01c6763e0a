"""The graphics of a page: rules, bullets, and areas below and above its words."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Bar", "Graphics", "Place", "Sight", "drawn", "turned"]

# Maps and plans draw hundreds of thousands.
_MOST = 20_000
_DEEPEST = 4
_PAPER = (255, 255, 255, 255)
# Of 255 shades of grey.
_LEAST_CONTRAST = 12
# Pages with more are drawings.
_AREAS = 500
# The most segments that a rectangle has.
_RECTANGLE = 6

_Colour = tuple[int, int, int, int]
Place = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Bar:
    """A box that is drawn: its edges in points; its colour, None if it is not a plain area."""

    left: float
    bottom: float
    right: float
    top: float
    colour: _Colour | None = None

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def holds(self, x: float, y: float) -> bool:
        """Return True if a place is in it."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


@dataclass(slots=True)
class Graphics:
    """Horizontal rules, vertical ones, small filled marks such as bullets, and areas, each in
    drawing order.
    """

    rules: list[Bar] = field(default_factory=list)
    posts: list[Bar] = field(default_factory=list)
    dots: list[Bar] = field(default_factory=list)
    areas: list[Bar] = field(default_factory=list)

    def turned(self, place: Place) -> Graphics:
        """Return the same graphics with every place moved."""
        found = Graphics()
        for bar in (*self.rules, *self.posts, *self.dots, *self.areas):
            found.add(turned(bar, place))
        return found

    def add(self, bar: Bar) -> None:
        """Add a box to the group it belongs to."""
        if bar.height <= 2.5 and bar.width > 3:
            self.rules.append(bar)
        elif bar.width <= 2.5 and bar.height > 6:
            self.posts.append(bar)
        elif bar.width <= 12 and bar.height <= 12:
            self.dots.append(bar)
        elif bar.height > 4 and bar.width > 4:
            self.areas.append(bar)

    def ground(self, x: float, y: float) -> Bar | None:
        """Return the last area drawn at a place of the page."""
        return next((area for area in reversed(self.areas) if area.holds(x, y)), None)


class Sight:
    """Decides which text of a page can be seen."""

    def __init__(self, page: Any, graphics: Graphics) -> None:
        self._page = page
        self._graphics = graphics
        self._image: Any = None

    def shows(self, text: Any, box: tuple[float, float, float, float]) -> bool:
        """Return True if a text object with a character in this box can be seen.

        Text without ink is visible through a scan that lies on it. If text has the colour of its
        background, the page is rendered to find out.
        """
        from pypdfium2 import raw

        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        mode = raw.FPDFTextObj_GetTextRenderMode(text)
        if mode in (3, 7):
            # an image or the like has no colour
            return any(area.colour is None and area.holds(x, y) for area in self._graphics.areas)
        colour = _colour(raw.FPDFPageObj_GetFillColor, text)
        if mode != 0 or colour is None:
            return True
        if colour[3] <= 5:
            return False
        dark = min(colour[:3]) <= 200
        if dark and len(self._graphics.areas) > _AREAS:
            return True
        ground = self._graphics.ground(x, y)
        if ground is None:
            return dark or _differ(colour, _PAPER)
        return ground.colour is None or _differ(colour, ground.colour) or self._contrast(box)

    def _contrast(self, box: tuple[float, float, float, float]) -> bool:
        """Return True if the page has light and dark in a box."""
        if self._image is None:
            width, height = self._page.get_size()
            scale = min(1.5, 1_500 / max(width, height, 1))
            self._image = (
                scale,
                self._page.render(
                    scale=scale, grayscale=True, rotation=-self._page.get_rotation() % 360
                ).to_numpy(),
            )
        scale, image = self._image
        left, bottom, _, _ = self._page.get_bbox()
        x0, y0, x1, y1 = box
        rows = slice(
            max(0, round(image.shape[0] - (y1 - bottom) * scale)),
            max(1, round(image.shape[0] - (y0 - bottom) * scale)),
        )
        part = image[rows, max(0, round((x0 - left) * scale)) : max(1, round((x1 - left) * scale))]
        return bool(part.size) and int(part.max()) - int(part.min()) > _LEAST_CONTRAST


def turned(bar: Bar, place: Place) -> Bar:
    """Return the box with its corners moved."""
    one, two = place(bar.left, bar.bottom), place(bar.right, bar.top)
    (left, right), (bottom, top) = (sorted(pair) for pair in zip(one, two, strict=True))
    return Bar(left, bottom, right, top, bar.colour)


def drawn(page: Any) -> Graphics:
    """Return the graphics of a page."""
    from pypdfium2 import raw

    found = Graphics()
    count = raw.FPDFPage_CountObjects(page)
    objects = (raw.FPDFPage_GetObject(page, at) for at in range(min(count, _MOST)))
    left = [_MOST]
    for bar in _bars(objects, (1, 0, 0, 1, 0, 0), 0, left):
        found.add(bar)
    return found


def _bars(
    objects: Iterator[Any], matrix: tuple[float, ...], depth: int, left: list[int]
) -> Iterator[Bar]:
    from pypdfium2 import raw

    for shape in objects:
        left[0] -= 1
        if left[0] < 0:
            return
        kind = raw.FPDFPageObj_GetType(shape)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            continue
        if kind == raw.FPDF_PAGEOBJ_FORM:
            if depth < _DEEPEST:
                own = raw.FS_MATRIX()
                raw.FPDFPageObj_GetMatrix(shape, own)
                inner = (
                    raw.FPDFFormObj_GetObject(shape, at)
                    for at in range(min(raw.FPDFFormObj_CountObjects(shape), _MOST))
                )
                yield from _bars(inner, _times(own, matrix), depth + 1, left)
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        if not raw.FPDFPageObj_GetBounds(shape, *edges):
            continue
        x0, y0, x1, y1 = (edge.value for edge in edges)
        a, b, c, d, e, f = matrix
        xs = sorted(a * x + c * y + e for x, y in ((x0, y0), (x1, y1)))
        ys = sorted(b * x + d * y + f for x, y in ((x0, y0), (x1, y1)))
        colour = None
        if kind == raw.FPDF_PAGEOBJ_PATH:
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            raw.FPDFPath_GetDrawMode(shape, fill, stroke)
            if fill.value:
                # PDFium reports a pattern as white
                colour = _colour(raw.FPDFPageObj_GetFillColor, shape)
            elif not stroke.value or (xs[1] - xs[0] > 12 and ys[1] - ys[0] > 2.5):
                continue  # a clip, or a frame that hides nothing
            if colour and colour[3] < 128:
                continue
            if raw.FPDFPath_CountSegments(shape) > _RECTANGLE:
                colour = None  # perhaps a frame, with text inside
        yield Bar(xs[0], ys[0], xs[1], ys[1], colour)


def _times(own: Any, outer: tuple[float, ...]) -> tuple[float, ...]:
    a, b, c, d, e, f = outer
    return (
        own.a * a + own.b * c,
        own.a * b + own.b * d,
        own.c * a + own.d * c,
        own.c * b + own.d * d,
        own.e * a + own.f * c + e,
        own.e * b + own.f * d + f,
    )


def _colour(get: Callable[..., Any], shape: Any) -> _Colour | None:
    parts = [ctypes.c_uint() for _ in range(4)]
    if not get(shape, *parts):
        return None
    red, green, blue, alpha = (part.value for part in parts)
    return red, green, blue, alpha


def _differ(one: _Colour, two: _Colour) -> bool:
    return max(abs(a - b) for a, b in zip(one[:3], two[:3], strict=True)) > 6
