"""The part of a button that names a passage and its marked sentences: 32 to 34 signs. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from index.search.keys import LENGTH, key_of
from index.types import Passage, Span

__all__ = ["key_in", "marks_in", "pointer"]

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def pointer(passage: Passage, marks: Sequence[Span]) -> str:
    """The key of a passage, and the numbers of the first and the last sentence that is marked; the
    key alone if none is, or one of the numbers has more than one digit of 64.
    """
    numbers = [
        number
        for number, sentence in enumerate(passage.sentences)
        if any(mark.start < sentence.end and sentence.start < mark.end for mark in marks)
    ]
    key = key_of(passage)
    if not numbers or numbers[-1] >= len(_DIGITS):
        return key
    return f"{key}{_DIGITS[numbers[0]]}{_DIGITS[numbers[-1]]}"


def key_in(pointer: str) -> str:
    """The key of the passage."""
    return pointer[:LENGTH]


def marks_in(pointer: str, passage: Passage) -> Span:
    """The marked part of the passage: all of it if the pointer does not say."""
    numbers = [_DIGITS.find(digit) for digit in pointer[LENGTH : LENGTH + 2]]
    if len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1] < len(passage.sentences):
        return Span(passage.start, passage.end)
    return Span(passage.sentences[numbers[0]].start, passage.sentences[numbers[1]].end)
