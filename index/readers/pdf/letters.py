"""What a font maps to no letter: ligatures at control codes, bullets in symbol fonts."""

from __future__ import annotations

import unicodedata

__all__ = ["DAMAGED", "HYPHEN", "SOFT", "letters"]

DAMAGED = "\ufffd"
"""A character of which nobody can say what it is."""

SOFT = "\xad"
"""A hyphen that shows only because the line ends."""

HYPHEN = 2
"""PDFium's code for a hyphen at the end of a line."""

# The places of ligatures in TeX's encodings: T1 and, before it, OT1.
_LIGATURES: dict[int, str] = dict(
    zip(
        (*range(0x1B, 0x20), *range(0x0B, 0x10)),
        ("ff", "fi", "fl", "ffi", "ffl") * 2,
        strict=True,
    )
)
# Bullets of the fonts Symbol and Wingdings, in the area of private use.
_SYMBOLS = dict.fromkeys((0xF0B7, 0xF0A7, 0xF0A8, 0xF06E, 0xF0D8, 0xF076), "•")
_UNSEEN = frozenset((0x7F, 0x200B, 0x2060, 0xFEFF))
_UNKNOWN = frozenset((0xFFFD, 0xFFFE, 0xFFFF))


def letters(code: int, *, wide: bool) -> str:
    """The letters at a code of a font; empty if it shows nothing. `wide` if it takes room."""
    if code == HYPHEN:
        return "-"
    if code > 0x7F:
        if code in _UNKNOWN:
            return DAMAGED
        if 0x1D400 <= code < 0x1D800:  # the slanted letters of formulas
            return unicodedata.normalize("NFKC", chr(code))
        return _SYMBOLS.get(code) or ("" if code in _UNSEEN else chr(code))
    if code >= 32:
        return "" if code in _UNSEEN else chr(code)
    if not wide or code in (9, 10):
        return " " if code in (9, 10, 13) else ""
    return _LIGATURES.get(code, DAMAGED)
