"""From a number in a cell to what the sheet shows for it: `6.50 €`, `15.03.2026`, `12.5%`."""

from __future__ import annotations

import locale
import re
from functools import cache

from xlfmt import format_value

__all__ = ["is_general", "plain", "shown"]

_DATE = re.compile(r"[ymdhs]", re.I)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_LANGUAGE = re.compile(r"\[\$[^\]-]*-([0-9A-F]{3,8})\]", re.I)
_NAMES = re.compile(r"(?<![a-zA-Z])(mmmm|mmm|dddd|ddd)(?![a-zA-Z])", re.I)
# Excel's General format cuts a number to its column; a whole number is shown in full.
_EXACT = 1e15


def is_general(code: str) -> bool:
    """Return True if a format shows a number unchanged."""
    return code.strip().lower() in ("", "general", "@", "standard")


def plain(value: float) -> str:
    """Return a number unchanged, without the noise of binary fractions."""
    if value == int(value) and abs(value) < _EXACT:
        return str(int(value))
    return f"{value:.15g}"


def shown(value: float, code: str, *, date1904: bool = False) -> str:
    """Return what a format shows for a number; the number itself if the format cannot be
    understood.
    """
    if is_general(code):
        return plain(value)
    is_date = _DATE.search(_QUOTED.sub("", code)) is not None
    if is_date:
        code = _dated(code, value, date1904)
    try:
        words = str(format_value(value, code, date1904=date1904)).strip()
    except (ValueError, ArithmeticError, LookupError, TypeError):
        return plain(value)
    # a column too narrow for a date shows hashes; there is no column here
    return plain(value) if words.startswith("##") else words


@cache
def _guarded(code: str) -> str:
    """Return a format of dates with its dots as literals: xlfmt 0.1.0 takes them for decimal
    points.
    """
    parts = re.split(r'("[^"]*"|\\.|\[[^\]]*\])', code)
    return "".join(
        part if number % 2 else re.sub(r"\.(?!0)", r"\\.", part)
        for number, part in enumerate(parts)
    )


def _dated(code: str, value: float, date1904: bool) -> str:
    """Return the format with the names of months and days in its own language, as literals."""
    code = _guarded(code)
    found = _LANGUAGE.search(code)
    language = _language(int(found.group(1), 16) & 0xFFFF) if found else None
    if language is None or language.startswith("en") or not _NAMES.search(_QUOTED.sub("", code)):
        return code
    import datetime

    from babel import UnknownLocaleError
    from babel.dates import format_date

    days = int(value) + (1462 if date1904 else 0)
    if not 60 < days < 2_958_466:
        return code
    day = datetime.date(1899, 12, 30) + datetime.timedelta(days)
    patterns = {"mmmm": "MMMM", "mmm": "MMM", "dddd": "EEEE", "ddd": "EEE"}
    if not re.search(r"(?<![a-z])d{1,2}(?![a-z])", code, re.I):
        patterns["mmmm"] = "LLLL"

    def named(match: re.Match[str]) -> str:
        try:
            return f'"{format_date(day, patterns[match.group().lower()], locale=language)}"'
        except (OSError, UnknownLocaleError):
            # without the names of this language, figures say the same
            return {"mmmm": "mm", "mmm": "mm"}.get(match.group().lower(), "")

    parts = re.split(r'("[^"]*"|\\.|\[[^\]]*\])', code)
    return "".join(
        part if number % 2 else _NAMES.sub(named, part) for number, part in enumerate(parts)
    )


def _language(number: int) -> str | None:
    """Return the code of the language with this number in Windows, None if it is not known."""
    return (locale.windows_locale.get(number) or "").partition("_")[0] or None
