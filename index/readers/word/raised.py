"""Raised and lowered characters in plain text, kept apart from their neighbours.

A raised 1 after 500 is a note or a power, and never the number 5001.
"""

from __future__ import annotations

import re

__all__ = ["lowered", "raised"]

_UP = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_DOWN = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_SIGNS = {"tm": "™", "sm": "℠", "o": "º", "a": "ª"}
# Text raised only for its looks continues its word: 1st, 2nd, 3e, Mme, Nr.
_ORDINAL = re.compile(
    r"(?:st|nd|rd|th|er|re|e|è|es|ers|res|eme|ème|ère|de|os|as|й|я|е|го|му|ый|ая|ое)", re.I
)
# Longer text that belongs to nothing before it just stands a little higher.
_LONGEST = 16
_COUNTED = re.compile(r"(?:(?<!\d)\d{1,2}|\b[nN])$")
_TITLE = re.compile(r"(?:me|mes|lle|lles|gr|rs?|r)", re.I)


def raised(words: str, before: str) -> str:
    """Return raised characters as written after the text `before`: ⁶, or ^(abc)."""
    inner = words.strip()
    if inner.isalpha():
        if before[-1:].isdigit() and _ORDINAL.fullmatch(inner):
            return words
        if before[-1:].isupper() and _TITLE.fullmatch(inner) and not before[-2:-1].isalnum():
            return words
        if inner.lower() in ("tm", "sm") and before[-1:].isalnum():
            return words.replace(inner, _SIGNS[inner.lower()])
        if inner in ("o", "a") and _COUNTED.search(before):
            return words.replace(inner, _SIGNS[inner])
    return _written(words, before, _UP, "^")


def lowered(words: str, before: str) -> str:
    """Return lowered characters as written after the text `before`: ₂, or _(abc)."""
    return _written(words, before, _DOWN, "_")


def _written(words: str, before: str, table: dict[int, int], sign: str) -> str:
    inner = words.strip()
    if all(ord(letter) in table for letter in inner):
        return words.replace(inner, inner.translate(table))
    hangs = before[-1:].strip() or len(inner) < _LONGEST
    # a star or dagger needs no brackets
    if not hangs or not any(map(str.isalnum, inner)):
        return words
    return words.replace(inner, f"{sign}({inner})")
