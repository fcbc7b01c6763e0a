"""PDFium's functions for a character, without the cost of its wrappers: they are called often."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache, partial
from typing import Any

__all__ = ["Characters"]


class Characters:
    """The characters of a page in PDFium's order, by number.

    `code(at)` is the UTF-16 unit of a character, `ink(at)` the address of the text object that
    draws it, None if PDFium made it up.
    """

    def __init__(self, text: Any) -> None:
        page = ctypes.cast(text.raw, ctypes.c_void_p).value
        self._origin = (ctypes.c_double * 2)()
        self._box = (ctypes.c_float * 4)()
        pointer, number = ctypes.c_void_p, ctypes.c_int
        x, box = ctypes.addressof(self._origin), ctypes.addressof(self._box)
        origin = _function("FPDFText_GetCharOrigin", number, pointer, number, pointer, pointer)
        bounds = _function("FPDFText_GetLooseCharBox", number, pointer, number, pointer)
        self.code = partial(_function("FPDFText_GetUnicode", ctypes.c_uint, pointer, number), page)
        self.ink = partial(_function("FPDFText_GetTextObject", pointer, pointer, number), page)
        self._edges = (ctypes.c_double * 4)()
        edges = ctypes.addressof(self._edges)
        drawn = _function("FPDFText_GetCharBox", number, pointer, number, *[pointer] * 4)
        self._draw = partial(drawn, page)
        self._inked = edges, edges + 8, edges + 16, edges + 24
        self._find = partial(origin, page)
        self._measure = partial(bounds, page)
        self._places = x, x + 8, box

    def pen(self, at: int) -> tuple[float, float]:
        """Return where the pen stands when it draws a character, in points from left and below."""
        self._find(at, self._places[0], self._places[1])
        return self._origin[0], self._origin[1]

    def box(self, at: int) -> tuple[float, float, float, float]:
        """Its left, bottom, right and top; it is as wide as its advance if the font has one."""
        self._measure(at, self._places[2])
        left, top, right, bottom = self._box
        return left, bottom, right, top

    def drawn(self, at: int) -> tuple[float, float]:
        """Return the bottom and top of the ink of a character."""
        self._draw(at, *self._inked)
        return self._edges[2], self._edges[3]


@cache
def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    from pypdfium2 import raw

    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value or 0
    function: Callable[..., Any] = ctypes.CFUNCTYPE(result, *arguments)(address)
    return function
