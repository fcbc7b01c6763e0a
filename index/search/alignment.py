"""Align a text with a stretch of a document, word by word: what both have, what only one. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from index.search.seen import loose, seen
from index.types import Span

__all__ = ["Alignment", "Run", "Side", "align"]


class Side(StrEnum):
    """The side that has the words of a run."""

    BOTH = "both"
    DOCUMENT = "document"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive words of the same side, with the space after them."""

    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """The stretch of a document that is most like a text.

    `likeness` is twice the words and signs in common over those of both together, 0 to 1. The
    `runs` that are not the question's alone are the document's characters and make up its stretch;
    those that are not the document's alone have the question's words in order.
    """

    span: Span
    likeness: float
    runs: tuple[Run, ...]


def align(
    question: str,
    text: str,
    window: Span,
    unit: Callable[[int], Span | None],
    least: float,
) -> Alignment | None:
    """Return the stretch of `text` in the window that is most like the question, None below
    `least`.

    Words that differ in case or in the form of quotation marks and dashes are aligned, and the runs
    show them as different. At its ends the stretch has words of its own only if the question has
    others in their place, and only those of one unit, a sentence or a heading; `unit` gives the
    unit at a place. Invisible characters make no difference.
    """
    asked, there = _tokens(question), _tokens(text, window)
    folded, beside = [loose(token.text) for token in asked], [loose(token.text) for token in there]
    common = (Counter(folded) & Counter(beside)).total()
    # no stretch can have more in common
    if not common or 2 * common / (len(asked) + common) < least:
        return None
    pairs = _pairs(folded, beside)
    if not pairs:
        return None
    (before, begin), (after, end) = pairs[0], pairs[-1]
    first = begin - _within(unit, there[begin], there[max(0, begin - before) : begin][::-1])
    last = end + _within(unit, there[end], there[end + 1 : end + len(asked) - after])
    likeness = 2 * len(pairs) / (len(asked) + last + 1 - first)
    if likeness < least:
        return None
    stretch = there[first : last + 1]
    runs = _runs(asked, stretch, [(mine, theirs - first) for mine, theirs in pairs])
    return Alignment(Span(stretch[0].start, stretch[-1].end), likeness, tuple(runs))


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or a sign, and the space after it."""

    text: str
    start: int
    end: int
    space: str


# A number is one word with its points, a letter one with the marks above it; invisible characters
# do not end a word.
_TOKEN = re.compile(r"(\d+(?:[.,]\d+)+|[\w\u0300-\u036f\u00ad\u200b\u2060\ufeff]+|[^\w\s])(\s*)")


def _tokens(text: str, window: Span | None = None) -> list[_Token]:
    window = window or Span(0, len(text))
    return [
        _Token(match[1], match.start(1), match.end(1), match[2])
        for match in _TOKEN.finditer(text, window.start, window.end)
    ]


# A word in common is worth bridging this many other words of the document.
_WORTH = 3

# Only a text of signs instead of words, against a document of them, exceeds this.
_MOST_CELLS = 12_000_000


def _pairs(asked: Sequence[str], there: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of the words in common, in order, of the stretch that has most of them for
    the fewest others in between.

    It is the local alignment of Smith and Waterman; words that only `asked` has cost nothing. Takes
    time in the order of len(asked) * len(there).
    """
    if len(asked) * len(there) > _MOST_CELLS:
        return []
    numbers = {word: number for number, word in enumerate(dict.fromkeys(there))}
    columns = np.array([numbers[word] for word in there])
    rows = [columns == numbers.get(word, -1) for word in asked]
    steps = np.arange(len(there) + 1)
    # worth[i, j]: of the best stretch that ends before there[j], of the words before asked[i]
    worth = np.zeros((len(asked) + 1, len(there) + 1), np.int16)
    for i, same in enumerate(rows):
        best = worth[i].astype(np.int64)
        best[1:] = np.maximum(best[1:], np.where(same, worth[i, :-1] + _WORTH, 0))
        # each further word of the document costs one
        worth[i + 1] = np.maximum.accumulate(best + steps) - steps
    pairs = []
    i, j = len(asked), int(worth[-1].argmax())
    while (here := worth[i, j]) > 0:
        # of equal words the first, so that a sentence that only one side has keeps its own full
        # stop
        if here == worth[i - 1, j]:
            i -= 1
        elif here == worth[i, j - 1] - 1:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def _within(unit: Callable[[int], Span | None], token: _Token, others: Sequence[_Token]) -> int:
    """Return how many of the others, counted from a token on, are in its unit."""
    span = unit(token.start) if others else None
    if span is None:
        return 0
    inside = [span.start <= other.start < span.end for other in others]
    return (*inside, False).index(False)


def _runs(
    asked: Sequence[_Token], there: Sequence[_Token], pairs: Sequence[tuple[int, int]]
) -> list[Run]:
    runs: list[Run] = []
    written = {Side.QUESTION: "", Side.DOCUMENT: ""}

    def write(mine: Sequence[_Token], theirs: Sequence[_Token], *, last: bool) -> None:
        written[Side.QUESTION] += "".join(token.text + token.space for token in mine)
        words = "".join(token.text + token.space for token in theirs)
        written[Side.DOCUMENT] += words.rstrip() if last else words

    def close() -> None:
        runs.extend(Run(side, text) for side, text in written.items() if text)
        written.update(dict.fromkeys(written, ""))

    a = b = 0
    for number, (i, j) in enumerate(pairs):
        write(asked[a:i], there[b:j], last=False)
        mine, theirs, last = asked[i], there[j], j + 1 == len(there)
        # a space is a difference only if the words on both sides of it are the same
        joined = pairs[number + 1 : number + 2] == [(i + 1, j + 1)]
        if seen(mine.text) != seen(theirs.text) or (
            joined and bool(mine.space) != bool(theirs.space)
        ):
            write([mine], [theirs], last=last)
        else:
            close()
            text = theirs.text + ("" if last else theirs.space)
            if runs and runs[-1].side is Side.BOTH:
                text = runs.pop().text + text
            runs.append(Run(Side.BOTH, text))
        a, b = i + 1, j + 1
    write(asked[a:], there[b:], last=True)
    close()
    return runs
