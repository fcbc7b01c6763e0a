"""A text as a person sees it, and the way back to its characters. Pure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

from index.types import Span

__all__ = ["Seen", "cuts", "loose", "places", "seen"]

# Invisible characters: soft hyphens, marks of width and direction.
_UNSEEN = (
    "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
# Two letters in one sign look the same as apart.
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_ALIKE = dict.fromkeys(_UNSEEN, "") | _LIGATURES

_FORMS = (
    dict.fromkeys("“”„‟«»", '"')
    | dict.fromkeys("‘’‚‛‹›`´", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"ё": "е"}
)


def seen(text: str) -> str:
    """Return the text with one space for any white space, composed letters, and no invisible
    characters, so that two texts that look the same are equal.
    """
    if not text.isascii():
        for character, instead in _ALIKE.items():
            text = text.replace(character, instead)
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def loose(text: str) -> str:
    """Return the text as seen, without case and the forms of quotation marks and dashes."""
    text = seen(text).casefold()
    if text.isascii():
        return text.replace("`", "'")
    for character, instead in _FORMS.items():
        text = text.replace(character, instead)
    return text


class Seen:
    """A whole document as it is seen, or loosely seen: `text` can be searched with `str.find`."""

    def __init__(self, text: str, *, loosely: bool = False) -> None:
        self._given = text
        self._fold = loose if loosely else seen
        parts, self._blocks, self._starts, length = list[str](), list[Span](), list[int](), 0
        for block in _blocks(text):
            if part := self._fold(block.of(text)):
                parts.append(part)
                self._blocks.append(block)
                self._starts.append(length)
                length += len(part) + 1
        self.text = " ".join(parts)

    def given(self, start: int, length: int) -> Span:
        """Return the characters of the document that are seen from `start` on."""
        return Span(self._character(start).start, self._character(start + length - 1).end)

    def _character(self, at: int) -> Span:
        number = bisect_right(self._starts, at) - 1
        block, left = self._blocks[number], at - self._starts[number]
        for word in re.finditer(r"\S+", block.of(self._given)):
            length = len(self._fold(word[0]))
            if length and left < length:
                start = block.start + word.start()
                if self._fold(word[0]) == word[0]:
                    return Span(start + left, start + left + 1)
                first, last = self._within(word[0], left)
                return Span(start + first, start + last)
            # and the space after it
            left -= length + (length > 0)
        raise IndexError(at)

    def _within(self, word: str, at: int) -> tuple[int, int]:
        """Return where in a word the characters begin and end that make up the one seen at a
        place.
        """
        lengths = [len(self._fold(word[:end])) for end in range(len(word) + 1)]
        first = next(n for n in range(len(word)) if lengths[n + 1] > at)
        last = max(n for n, length in enumerate(lengths) if length <= at + 1)
        return first, max(last, first + 1)


def places(text: str, wanted: str) -> Iterator[int]:
    """Yield the places where a seen text contains another, not cut out of a longer word or number.

    Takes the time of reading the text once, whatever repeats in it.
    """
    find = _short(wanted).search if len(wanted) <= _SHORT else None
    at = 0
    while True:
        if find:
            found = find(text, at)
            at = found.start() if found else -1
        else:
            at = text.find(wanted, at)
        if at < 0:
            return
        if cuts(text, at) or cuts(text, at + len(wanted)):
            # nothing begins in the middle of a word, and a run of one letter is one word
            edge = _EDGE.search(text, at + 1)
            if edge is None:
                return
            at = edge.start()
        else:
            yield at
            at += len(wanted)


def cuts(text: str, at: int) -> bool:
    """Return True if a word, a number or a character with its marks continues across a place."""
    before, after = text[max(0, at - 1) : at], text[at : at + 1]
    if not before or not after:
        return False
    if unicodedata.category(after)[0] == "M" or "\u200d" in (before, after):
        return True
    if any(_NUMBER.match(text, start) for start in range(max(0, at - 2), at)):
        return True
    return _spells(before) and _spells(after)


# `500` out of `2,500` or `art` out of `party` would be another statement.
_NUMBER = re.compile(r"\d[.,]\d")
_EDGE = re.compile(r"[^\w.,]|(?<!\d)[.,]|[.,](?!\d)")

# For a text this short `cuts` would reject most places, so its most frequent reason is checked
# first.
_SHORT = 8


def _short(wanted: str) -> re.Pattern[str]:
    before = "(?<![0-9A-Za-zЀ-ӿ])" if _spells(wanted[0]) else ""
    after = "(?![0-9A-Za-zЀ-ӿ])" if _spells(wanted[-1]) else ""
    return re.compile(before + re.escape(wanted) + after)


def _spells(character: str) -> bool:
    """Return True for a letter of a script with spaces between words, or a digit."""
    return character.isdecimal() or character.lower() != character.upper()


# A match is then located in its block, character by character.
_BLOCK = 4_096
_SPACE = re.compile(r"\s")


def _blocks(text: str) -> Iterator[Span]:
    at = 0
    while at < len(text):
        space = _SPACE.search(text, at + _BLOCK)
        end = space.start() if space else len(text)
        yield Span(at, end)
        at = end
