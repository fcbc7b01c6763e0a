"""From characters as they stand from left to right to text in reading order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["ordered", "rightward"]

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
    parts = _clusters(glyphs)
    if rightward(text):
        return _brackets("".join(_mirrored(parts)))
    kinds = [_kind(part) for part in parts]
    found: list[str] = []
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
            found.append("".join(_mirrored(parts[at:end])))
        else:
            end += 1
            found.append(parts[at])
        at = end
    return _brackets("".join(found))


def _clusters(glyphs: Sequence[str]) -> list[str]:
    """Return the characters, each with its marks; letters in a presentation form become plain
    ones.
    """
    found: list[str] = []
    for glyph in glyphs:
        if any("\ufb1d" <= character <= "\ufefc" for character in glyph):
            glyph = unicodedata.normalize("NFKC", glyph)
        if found and glyph and unicodedata.combining(glyph[0]) and not found[-1].isspace():
            found[-1] += glyph
        else:
            found.append(glyph)
    return found


def _kind(part: str) -> str:
    """Return R, L, N for a number, S inside one, P and T for its signs, or a blank."""
    kind = unicodedata.bidirectional(part[0])
    return _KINDS.get(kind, " ")


def _mirrored(parts: Sequence[str]) -> list[str]:
    """Return the parts from right to left, with numbers and words of other scripts unchanged."""
    kinds = "".join(map(_kind, parts))
    arabic = any(unicodedata.bidirectional(part[0]) == "AL" for part in parts)
    found: list[str] = []
    at = 0
    for run in (_ARABIC if arabic else _HEBREW).finditer(kinds):
        found += [*parts[at : run.start()], "".join(parts[run.start() : run.end()])]
        at = run.end()
    found += parts[at:]
    return found[::-1]


def _brackets(text: str) -> str:
    """Return the text with each bracket turned that is certainly the wrong way round."""
    if not any(character in _PAIRS for character in text):
        return text
    found = list(text)
    for at, character in enumerate(text):
        if character not in _PAIRS:
            continue
        before, after = at > 0 and text[at - 1].isalnum(), text[at + 1 : at + 2].isalnum()
        if before != after and (character in _OPENING) != after:
            found[at] = _PAIRS[character]
    return "".join(found)
