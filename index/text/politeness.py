"""Greetings, thanks and politeness: strip them from a sentence, and name their kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.text import phrasebook

__all__ = ["free"]

# The first of these that has a phrase keeps it; those of _WHOLE count only as whole sentences.
_WHOLE = ("documents", "abilities", "talk", "address")
# A name below a letter has at most so many words.
_NAME = 3
_LEADING = (
    "documents",
    "abilities",
    "thanks",
    "greeting",
    "introducing",
    "opening",
    "talk",
    "address",
)


def free(sentence: str) -> tuple[str, frozenset[str]]:
    """Return a sentence without politeness at its ends, and the kinds of what was removed."""
    text = phrasebook.ITEM.sub("", sentence)
    words = [
        (phrasebook.fold(match.group()), match.start(), match.end())
        for match in phrasebook.WORD.finditer(text)
    ]
    first, last = 0, len(words)
    kinds: set[str] = set()
    phrases = _phrases()
    if said := _nothing_else(words):
        return "", said
    while first < last:
        found = _longest(phrases.leading, words[first:last])
        if not found:
            break
        length, kind = found
        # a lone word that begins a question may belong to it: "so", "help", "yes"
        named = kind == "address" and kinds & {"greeting", "thanks"}
        if kind in _WHOLE and not named and _without_closing(words[first + length : last]):
            break
        first += length
        kinds.add(kind)
    while first < last:
        found = _longest(phrases.trailing, words[first:last], at_end=True)
        if not found:
            break
        length, kind = found
        last -= length
        kinds.add(kind)
    if first >= last or ("thanks" in kinds and first and _signs(sentence, words[first:last])):
        return "", frozenset(kinds)
    start = words[first][1] if first else 0
    end = words[last - 1][2] if last < len(words) else len(text)
    left = text[start:end].strip(" ,;:–—-")
    if last < len(words) and phrasebook.ASKING.search(text):
        left += "?"
    return left, frozenset(kinds)


def _nothing_else(words: Sequence[tuple[str, int, int]]) -> frozenset[str]:
    """Return the kinds of several phrases that make up all words: “ok, cool, thanks”; else none."""
    kinds: list[str] = []
    first = 0
    while first < len(words):
        rest = words[first:]
        found = _longest(_phrases().leading, rest) or _longest(_phrases().trailing, rest)
        if not found:
            return frozenset()
        first += found[0]
        kinds.append(found[1])
    return frozenset(kinds) if len(kinds) > 1 else frozenset()


def _signs(sentence: str, words: Sequence[tuple[str, int, int]]) -> bool:
    """Return True if only a name follows the greetings at the end of a letter."""
    names = [sentence[start:end] for _, start, end in words]
    return len(names) <= _NAME and all(name.istitle() for name in names)


def _without_closing(words: Sequence[tuple[str, int, int]]) -> Sequence[tuple[str, int, int]]:
    """Return what is left of words without the politeness at their end."""
    while found := _longest(_phrases().trailing, words, at_end=True):
        words = words[: len(words) - found[0]]
    return words


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases as tuples of folded words -> their kind: at the start, and at the end."""

    leading: dict[tuple[str, ...], str]
    trailing: dict[tuple[str, ...], str]
    longest: int


@cache
def _phrases() -> _Phrases:
    leading: dict[tuple[str, ...], str] = {}
    trailing: dict[tuple[str, ...], str] = {}
    for content in phrasebook.languages():
        for kind in _LEADING:
            for phrase in content.get(kind, ()):
                leading.setdefault(phrasebook.key(phrase), kind)
        for kind in ("thanks", "closing"):
            for phrase in content.get(kind, ()):
                trailing.setdefault(phrasebook.key(phrase), kind)
    return _Phrases(leading, trailing, max(map(len, leading)))


def _longest(
    phrases: dict[tuple[str, ...], str],
    words: Sequence[tuple[str, int, int]],
    *,
    at_end: bool = False,
) -> tuple[int, str] | None:
    """Return the length and kind of the longest phrase that these words begin, or end, with."""
    told = tuple(word for word, _, _ in words)
    for length in range(min(_phrases().longest, len(told)), 0, -1):
        if kind := phrases.get(told[-length:] if at_end else told[:length]):
            return length, kind
    return None
