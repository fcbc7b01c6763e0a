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
    question: str, text: str, window: Span, sentences: Sequence[Span], least: float
) -> Alignment | None:
    """The stretch of `text` in the window that is most like the question, None below `least`.

    Words that differ in case or in the form of quotation marks and dashes are aligned, and told
    apart in the runs. A stretch is no longer than its words in common and what stands between
    them, but for words at its ends that stand for other ones of the question in a sentence.
    """
    asked, there = _tokens(question), _tokens(text, window)
    common = (Counter(map(_fold, asked)) & Counter(map(_fold, there))).total()
    # no stretch can have more in common
    if not common or 2 * common / (len(asked) + common) < least:
        return None
    blocks = _blocks(there, asked)
    first, last = _densest(blocks, len(asked))
    begin, end = blocks[first].a, blocks[last].a + blocks[last].size
    before, after = blocks[first].b, len(asked) - blocks[last].b - blocks[last].size
    begin -= _within(sentences, there[begin], list(reversed(there[max(0, begin - before) : begin])))
    end += _within(sentences, there[end - 1], there[end : end + after])
    stretch = there[begin:end]
    blocks = _blocks(stretch, asked)
    likeness = 2 * sum(block.size for block in blocks) / (len(asked) + len(stretch))
    if likeness < least:
        return None
    span = Span(stretch[0].start, stretch[-1].end)
    return Alignment(span, likeness, tuple(_runs(blocks, stretch, asked)))


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


_TOKEN = re.compile(r"(\w+|[^\w\s])(\s*)")
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


def _blocks(there: Sequence[_Token], asked: Sequence[_Token]) -> list[_Block]:
    matcher = SequenceMatcher(
        None, [_fold(token) for token in there], [_fold(token) for token in asked], autojunk=False
    )
    return [_Block(*block) for block in matcher.get_matching_blocks() if block.size]


def _densest(blocks: Sequence[_Block], asked: int) -> tuple[int, int]:
    """The first and last of the blocks whose stretch is most like so many tokens."""
    best, ends = 0.0, (0, 0)
    for first, block in enumerate(blocks):
        common = 0
        for last in range(first, len(blocks)):
            common += blocks[last].size
            length = blocks[last].a + blocks[last].size - block.a
            if (likeness := common / (asked + length)) > best:
                best, ends = likeness, (first, last)
    return ends


def _within(sentences: Sequence[Span], token: _Token, others: Sequence[_Token]) -> int:
    """How many of the others, counted from a token on, stand in its sentence."""
    for span in sentences:
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
        for _ in range(block.size):
            mine, theirs, last = asked[b], there[a], a + 1 == len(there)
            if mine.text == theirs.text:
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
