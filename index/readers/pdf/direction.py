"""From characters as they stand from left to right to text in reading order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["arranged", "ordered", "rightward"]

_PAIRS = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))
_OPENING = frozenset("([{«‹")
_RIGHTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
_KINDS = {"R": "R", "AL": "R", "L": "L", "EN": "N", "AN": "N", "CS": "S", "ES": "P", "ET": "T"}

# What runs from left to right within a line that is read from right to left: words of other scripts
# with what is between them, and numbers. A sign is part of a number in Hebrew only; see rules W4
# and W5 of https://www.unicode.org/reports/tr9/.
_FOREIGN = "(?:N[SN]*)?L(?:[^R]*[LN]T*)?"
_HEBREW = re.compile(rf"{_FOREIGN}|T*N(?:[SP]?N)*T*")
_ARABIC = re.compile(rf"{_FOREIGN}|N(?:S?N)*")

_Part = tuple[str, int]  # letters, and the number of their glyph


def rightward(text: str) -> bool:
    """Return True if most words of a text are in a script that is read from right to left."""
    if not _RIGHTWARD.search(text):
        return False
    kinds = "".join(_kind(character) for character in text)
    ours, others = len(re.findall("R+", kinds)), len(re.findall("L[L.]*", kinds))
    if ours == others:
        return kinds.count("R") > kinds.count("L")
    return ours > others


def ordered(glyphs: Sequence[str]) -> str:
    """Return the text of these characters or ligatures, given from left to right."""
    text = "".join(glyphs)
    if not _RIGHTWARD.search(text):
        return text
    return "".join(letters for letters, _ in arranged(glyphs))


def arranged(glyphs: Sequence[str]) -> list[tuple[str, int]]:
    """The same, character by character or in clusters, each with the number of its glyph."""
    text = "".join(glyphs)
    if not _RIGHTWARD.search(text):
        return [(letters, number) for number, letters in enumerate(glyphs)]
    parts = _clusters(glyphs)
    if rightward(text):
        return _brackets(_mirrored(parts))
    kinds = [_kind(part) for part, _ in parts]
    found: list[_Part] = []
    at = 0
    while at < len(parts):
        end = at
        if kinds[at] == "R":
            # up to a letter that is read from left to right
            last = at
            while end < len(parts) and kinds[end] != "L":
                last = end if kinds[end] == "R" else last
                end += 1
            end = last + 1
            found += _mirrored(parts[at:end])
        else:
            end += 1
            found.append(parts[at])
        at = end
    return _brackets(found)


def _clusters(glyphs: Sequence[str]) -> list[_Part]:
    """Return the characters, each with its marks; letters in a presentation form become plain
    ones.
    """
    found: list[_Part] = []
    for number, glyph in enumerate(glyphs):
        if any("\ufb1d" <= character <= "\ufefc" for character in glyph):
            glyph = unicodedata.normalize("NFKC", glyph)
        if found and glyph and unicodedata.combining(glyph[0]) and not found[-1][0].isspace():
            found[-1] = found[-1][0] + glyph, found[-1][1]
        else:
            found.append((glyph, number))
    return found


def _kind(part: str) -> str:
    """Return R, L, N for a number, S inside one, P and T for its signs, or a blank."""
    kind = unicodedata.bidirectional(part[0])
    return _KINDS.get(kind, " ")


def _mirrored(parts: Sequence[_Part]) -> list[_Part]:
    """Return the parts from right to left, with numbers and words of other scripts unchanged."""
    kinds = "".join(_kind(part) for part, _ in parts)
    arabic = any(unicodedata.bidirectional(part[0]) == "AL" for part, _ in parts)
    found: list[_Part] = []
    end = len(parts)
    runs = (_ARABIC if arabic else _HEBREW).finditer(kinds)
    for begin, after in reversed([run.span() for run in runs]):
        found += [*parts[after:end][::-1], *parts[begin:after]]
        end = begin
    return found + [*parts[:end]][::-1]


def _brackets(parts: Sequence[_Part]) -> list[_Part]:
    """Return the parts with each bracket turned that is certainly the wrong way round."""
    text = "".join(part for part, _ in parts)
    if not any(character in _PAIRS for character in text):
        return list(parts)
    found: list[_Part] = []
    at = 0
    for part, number in parts:
        if part[:1] in _PAIRS:
            before, after = at > 0 and text[at - 1].isalnum(), text[at + 1 : at + 2].isalnum()
            if before != after and (part[0] in _OPENING) != after:
                part = _PAIRS[part[0]] + part[1:]
        found.append((part, number))
        at += len(found[-1][0])
    return found
