"""The numbers of lists as they are written: letters, Roman numerals and other ways of counting."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["FORMS"]

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_HAN = "〇一二三四五六七八九"
# Past these, Word too goes back to figures or starts again.
_MOST_LETTERS = 30
_MOST_ROMAN = 4_999
_SIGNS = {
    1000: "m",
    900: "cm",
    500: "d",
    400: "cd",
    100: "c",
    90: "xc",
    50: "l",
    40: "xl",
    10: "x",
    9: "ix",
    5: "v",
    4: "iv",
    1: "i",
}


def _letters(alphabet: str) -> Callable[[int], str]:
    """Count from a to z, then aa, bb."""

    def form(count: int) -> str:
        times, place = divmod(count - 1, len(alphabet))
        return alphabet[place] * (times + 1) if 0 <= times < _MOST_LETTERS else str(count)

    return form


def _roman(count: int) -> str:
    if not 0 < count <= _MOST_ROMAN:
        return str(count)
    parts = []
    for worth, sign in _SIGNS.items():
        parts.append(sign * (count // worth))
        count %= worth
    return "".join(parts)


def _ordinal(count: int) -> str:
    last = count % 10 if count % 100 not in (11, 12, 13) else 0
    return f"{count}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def _circled(count: int) -> str:
    return chr(0x2460 + count - 1) if 0 < count <= 20 else str(count)


def _han(count: int) -> str:
    if not 0 < count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    ten = ("" if tens == 1 else _HAN[tens]) + "十" if tens else ""
    return ten + (_HAN[ones] if ones else "")


def _upper(form: Callable[[int], str]) -> Callable[[int], str]:
    return lambda count: form(count).upper()


FORMS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _han,
    "chineseCountingThousand": _han,
    "decimal": str,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalZero": lambda count: f"{count:02}",
    "ideographDigital": lambda count: "".join(_HAN[int(digit)] for digit in str(abs(count))),
    "japaneseCounting": _han,
    "lowerLetter": _letters(_LATIN),
    "lowerRoman": _roman,
    "numberInDash": lambda count: f"- {count} -",
    "ordinal": _ordinal,
    "russianLower": _letters(_RUSSIAN),
    "russianUpper": _upper(_letters(_RUSSIAN)),
    "upperLetter": _upper(_letters(_LATIN)),
    "upperRoman": _upper(_roman),
}
"""How to write a number in each form that `w:numFmt` names; other forms show a bullet."""
