"""PDFium's functions for a character, without the cost of its wrappers: they are called often."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

__all__ = ["Characters"]


class Characters:
    """The characters of a page in PDFium's order, by their place in it."""

    def __init__(self, text: Any) -> None:
        self._page = ctypes.cast(text.raw, ctypes.c_void_p).value
        self._origin = (ctypes.c_double * 2)()
        self._box = (ctypes.c_float * 4)()
        place, pointer, number = ctypes.addressof, ctypes.c_void_p, ctypes.c_int
        self._at = place(self._origin), place(self._origin) + 8, place(self._box)
        self._code = _function("FPDFText_GetUnicode", ctypes.c_uint, pointer, number)
        self._ink = _function("FPDFText_GetTextObject", pointer, pointer, number)
        self._begins = _function(
            "FPDFText_GetCharOrigin", number, pointer, number, pointer, pointer
        )
        self._bounds = _function("FPDFText_GetLooseCharBox", number, pointer, number, pointer)

    def code(self, at: int) -> int:
        """The UTF-16 unit that a character stands for."""
        code: int = self._code(self._page, at)
        return code

    def ink(self, at: int) -> int | None:
        """The address of the text object that draws it, None if PDFium made it up."""
        address: int | None = self._ink(self._page, at)
        return address

    def origin(self, at: int) -> tuple[float, float]:
        """Where the pen stands when it draws it, in points from the left and from below."""
        self._begins(self._page, at, self._at[0], self._at[1])
        return self._origin[0], self._origin[1]

    def box(self, at: int) -> tuple[float, float, float, float]:
        """Its left, bottom, right and top, as wide as its advance if the font has one."""
        self._bounds(self._page, at, self._at[2])
        left, top, right, bottom = self._box
        return left, bottom, right, top


@cache
def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    from pypdfium2 import raw

    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    function: Callable[..., Any] = ctypes.CFUNCTYPE(result, *arguments)(address)
    return function
