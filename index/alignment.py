"""A text beside a stretch of a document, word by word: what both have, what only one. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from index.types import Span

__all__ = ["Alignment", "Run", "Side", "align"]


class Side(StrEnum):
    """Who has the words of a run."""

    BOTH = "both"
    DOCUMENT = "document"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that follow one another and belong to the same side, with the space behind them."""

    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """The stretch of a document that is most like a text.

    `likeness` is twice the words and signs in common over those of both together, 0 to 1. The
    `runs` that are not the question's alone are the document's characters and make up its stretch;
    those that are not the document's alone have the question's words in their order.
    """

    span: Span
    likeness: float
    runs: tuple[Run, ...]


def align(
    question: str, text: str, window: Span, units: Sequence[Span], least: float
) -> Alignment | None:
    """The stretch of `text` in the window that is most like the question, None below `least`.

    Words that differ in case or in the form of quotation marks and dashes are aligned, and told
    apart in the runs. At its ends the stretch has words of its own only where the question has
    others for them, and those of one unit, a sentence or a heading.
    """
    asked, there = _tokens(question), _tokens(text, window)
    common = (Counter(map(_fold, asked)) & Counter(map(_fold, there))).total()
    # no stretch can have more in common
    if not common or 2 * common / (len(asked) + common) < least:
        return None
    # of equal words the matcher takes the first: that is the wrong one at one of the ends
    forwards, backwards = (_aligned(asked, there, units, back=back) for back in (False, True))
    best = backwards if backwards.likeness > forwards.likeness else forwards
    return best if best.likeness >= least else None


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or a sign, and the space behind it."""

    text: str
    start: int
    end: int
    space: str


@dataclass(frozen=True, slots=True)
class _Block:
    """Tokens in common: from `a` of the document's and from `b` of the question's."""

    a: int
    b: int
    size: int


# A number is one word with its points, a letter one with the marks above it.
_TOKEN = re.compile(r"(\d+(?:[.,]\d+)+|[\w\u0300-\u036f]+|[^\w\s])(\s*)")
_FORMS = str.maketrans(
    dict.fromkeys("“”„‟«»", '"')
    | dict.fromkeys("‘’‚‛‹›`´", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"ё": "е"}
)


def _tokens(text: str, window: Span | None = None) -> list[_Token]:
    window = window or Span(0, len(text))
    return [
        _Token(match[1], match.start(1), match.end(1), match[2])
        for match in _TOKEN.finditer(text, window.start, window.end)
    ]


def _fold(token: _Token) -> str:
    return token.text.casefold().translate(_FORMS)


def _aligned(
    asked: Sequence[_Token], there: Sequence[_Token], units: Sequence[Span], *, back: bool
) -> Alignment:
    blocks = _blocks(there, asked, back=back)
    first, last = _densest(blocks)
    begin, end = blocks[first].a, blocks[last].a + blocks[last].size
    before, after = blocks[first].b, len(asked) - blocks[last].b - blocks[last].size
    begin -= _within(units, there[begin], there[max(0, begin - before) : begin][::-1])
    end += _within(units, there[end - 1], there[end : end + after])
    stretch = there[begin:end]
    blocks = _blocks(stretch, asked, back=back)
    return Alignment(
        span=Span(stretch[0].start, stretch[-1].end),
        likeness=2 * sum(block.size for block in blocks) / (len(asked) + len(stretch)),
        runs=tuple(_runs(blocks, stretch, asked)),
    )


def _blocks(there: Sequence[_Token], asked: Sequence[_Token], *, back: bool) -> list[_Block]:
    """What both have in common, in order; `back`, of equal words the last."""
    step = -1 if back else 1
    theirs = [_fold(token) for token in there][::step]
    ours = [_fold(token) for token in asked][::step]
    matcher = SequenceMatcher(None, theirs, ours, autojunk=False)
    blocks = [_Block(*block) for block in matcher.get_matching_blocks() if block.size]
    if not back:
        return blocks
    return [
        _Block(len(there) - block.a - block.size, len(asked) - block.b - block.size, block.size)
        for block in reversed(blocks)
    ]


# A word in common is worth so many of the document's between it and the next ones.
_WORTH = 3


def _densest(blocks: Sequence[_Block]) -> tuple[int, int]:
    """The first and last of the blocks that stand together: the run worth most, less its gaps."""
    best, ends = 0, (0, 0)
    worth, first = 0, 0
    for last, block in enumerate(blocks):
        if last:
            worth -= block.a - blocks[last - 1].a - blocks[last - 1].size
        if worth < 0:
            worth, first = 0, last
        worth += _WORTH * block.size
        if worth > best:
            best, ends = worth, (first, last)
    return ends


def _within(units: Sequence[Span], token: _Token, others: Sequence[_Token]) -> int:
    """How many of the others, counted from a token on, stand in its unit."""
    for span in units:
        if span.start <= token.start < span.end:
            inside = [span.start <= other.start < span.end for other in others]
            return (*inside, False).index(False)
    return 0


def _runs(blocks: Sequence[_Block], there: Sequence[_Token], asked: Sequence[_Token]) -> list[Run]:
    runs: list[Run] = []
    written = {Side.QUESTION: "", Side.DOCUMENT: ""}

    def write(side: Side, tokens: Sequence[_Token], last: bool) -> None:
        words = "".join(token.text + token.space for token in tokens)
        written[side] += words.removesuffix(tokens[-1].space) if last and tokens else words

    def close() -> None:
        runs.extend(Run(side, text) for side, text in written.items() if text)
        written.update(dict.fromkeys(written, ""))

    a = b = 0
    for block in [*blocks, _Block(len(there), len(asked), 0)]:
        write(Side.QUESTION, asked[b : block.b], False)
        write(Side.DOCUMENT, there[a : block.a], block.a == len(there))
        a, b = block.a, block.b
        for left in range(block.size, 0, -1):
            mine, theirs, last = asked[b], there[a], a + 1 == len(there)
            parted = left > 1 and bool(mine.space) != bool(theirs.space)
            if mine.text == theirs.text and not parted:
                close()
                text = theirs.text + ("" if last else theirs.space)
                if runs and runs[-1].side is Side.BOTH:
                    runs[-1] = Run(Side.BOTH, runs[-1].text + text)
                else:
                    runs.append(Run(Side.BOTH, text))
            else:
                write(Side.QUESTION, [mine], False)
                write(Side.DOCUMENT, [theirs], last)
            a, b = a + 1, b + 1
    close()
    return runs
