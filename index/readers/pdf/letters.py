"""Codes that a font maps to no letter: ligatures at control codes, bullets in symbol fonts."""

from __future__ import annotations

import unicodedata

__all__ = ["DAMAGED", "HYPHEN", "SOFT", "letters"]

DAMAGED = "\ufffd"
"""A character that no one can identify."""

SOFT = "\xad"
"""A hyphen that shows only because the line ends."""

HYPHEN = 2
"""PDFium's code for a hyphen at the end of a line."""

_LIGATURES = ("ff", "fi", "fl", "ffi", "ffl")
# Their places in TeX's encodings: T1 and, before it, OT1. Symbol fonts have other signs there: as
# wide as the last pair, or wider if the ligature is narrow, narrower if it is wide.
_T1, _OT1 = 0x1B, 0x0B
_NARROW, _WIDE = (0.42, 0.7), (0.7, 0.98)
# Bullets of the fonts Symbol and Wingdings, in the private use area.
_SYMBOLS = dict.fromkeys((0xF0B7, 0xF0A7, 0xF0A8, 0xF06E, 0xF0D8, 0xF076), "•")
_UNSEEN = frozenset((0x7F, 0x200B, 0x2060, 0xFEFF))
_UNKNOWN = frozenset((0xFFFD, 0xFFFE, 0xFFFF))


def letters(code: int, *, width: float) -> str:
    """Return the letters at a code of a font, of this width in sizes; empty if it shows nothing."""
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
    if width < 0.05 or code in (9, 10):
        return " " if code in (9, 10, 13) else ""
    if _T1 <= code < _T1 + 5:
        return _LIGATURES[code - _T1]
    if _OT1 <= code < _OT1 + 5:
        least, most = _WIDE if code > _OT1 + 2 else _NARROW
        return _LIGATURES[code - _OT1] if least < width < most else DAMAGED
    return DAMAGED
