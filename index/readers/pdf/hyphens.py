"""Decide whether a hyphen at the end of a line belongs to its word, or was added by the line
break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["Hyphens"]

_WORD = re.compile(r"[^\W_]+(?:[-‐'’][^\W_]+)*")
_LONGEST = 60

# First parts of compounds that are written with a hyphen and seldom begin another word.
_FIRST = frozenset(
    """best cross double eight ever ex far five four half hard high ill large left long low near
    nine non off one part pseudo quasi real right second self seven short single six small ten third
    three top two full well кое кто что где куда как какой чей nicht non avant arrière après demi mi
    peut celui celle""".split()
)
# Second parts of such compounds.
_LAST = frozenset(
    """based known free related specific friendly style term level scale minded year
    то либо нибудь ка таки ci là même mêmes vous nous toi moi""".split()
)
# Endings of words that are not compounds.
_ENDING = frozenset("ly ing er ers est ed ness en ery ism ment ments ful less ize ise ity".split())


class Hyphens:
    """The words of a document, which show what is a compound."""

    def __init__(self, lines: Iterable[tuple[str, bool]]) -> None:
        """Take the lines in order, each with whether it ends in a hyphen."""
        self._words: set[str] = set()
        divided = False
        for text, broken in lines:
            words = _WORD.findall(text.lower())
            self._words.update(words[divided : len(words) - broken])
            divided = broken

    def divides(self, before: str, after: str, *, soft: bool) -> bool:
        """Return True if the hyphen between two lines, at the end of the first, is only a break."""
        if soft:
            return True
        words = re.split(r"[\s(\[\"“«„/—–]+", before[-_LONGEST:-1].lower())
        second = _WORD.match(after)
        first = words[-1]
        if second is None or not first or not first[-1].isalpha():
            return False
        last = second.group()[:_LONGEST]
        joined, kept = f"{first}{last.lower()}", f"{first}-{last.lower()}"
        if joined in self._words or joined.replace("-", "") in self._words:
            return kept not in self._words
        if kept in self._words or not last[0].islower() or "-" in first:
            return False
        if last.lower() in _LAST or len(first) == 1:
            return False
        if first in _FIRST and last.lower() not in _ENDING and len(last) > 2:
            return first in ("part", "real") and last.lower() != "time"
        # two whole words of the document are a compound
        return not (min(len(first), len(last)) >= 4 and {first, last.lower()} <= self._words)
