"""Sentences that do not name their subject: the one before, or the label of a row, does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.text import phrasebook, words
from index.types import Passage, Span

__all__ = ["headings", "labelled", "labels", "subject", "with_headings", "with_subjects"]

# How much of the sentence before counts for one that begins with a pronoun. Of 803 questions of
# squad2 with the right passage first, the mark holds the answer for 704 instead of 698; on CLAPNQ
# (135) it changes nothing. Between .6 and .8 the value matters little.
_CARRIED = 0.7
# How much of a heading counts for the sentences below it, which need not say it again.
_HEADED = 0.8
_CELLS = " | "
_WORD = re.compile(r"\w+")
# “Apple strudel with vanilla sauce: 6.20.”
_PRICED = re.compile(r"^[^\d.!?]+[:–—-]\s*\W?\d+(?:[.,]\d+)?\s*[^\s\d]{0,5}$")


def with_subjects(near: NDArray[np.float32], subjects: Sequence[int | None]) -> NDArray[np.float32]:
    """Return how close each sentence comes to each piece of a question, shape (pieces,
    sentences), with the subject that the sentence before names added to one that leaves it out.
    """
    told = near.copy()
    for row, named in enumerate(subjects):
        if named is not None:
            carried = _CARRIED * near[:, named] + (1 - _CARRIED) * near[:, row]
            told[:, row] = np.maximum(near[:, row], carried)
    return told


def with_headings(
    near: NDArray[np.float32], headings: Sequence[Sequence[int]]
) -> NDArray[np.float32]:
    """Return how close each sentence comes to each piece of a question, shape (pieces,
    sentences), with what the headings above it add.

    Under “Parking” a sentence on its price answers as well as one that says “parking” again.
    """
    told = near.copy()
    for row, above in enumerate(headings):
        for head in above:
            carried = _HEADED * near[:, head] + (1 - _HEADED) * near[:, row]
            told[:, row] = np.maximum(told[:, row], carried)
    return told


def headings(passage: Passage) -> Iterator[tuple[int, ...]]:
    """Yield for each sentence the rows of the headings right above its part of the passage; none
    for the headings themselves.
    """
    above: tuple[int, ...] = ()
    begins = True
    for row, span in enumerate(passage.sentences):
        if span in passage.labels:
            above = (row,) if begins else (*above, row)
            begins = False
            yield ()
        else:
            begins = True
            yield above


def subject(passage: Passage, row: int) -> int | None:
    """Return the row of the sentence that names the subject of the one in `row`; None if it names
    it itself.

    It is the one before a sentence that begins with a pronoun, or with only details of an article
    and its price: “Apple strudel: 6.20. Contains walnuts.”
    """
    if not row:
        return None
    before, span = passage.sentences[row - 1], passage.sentences[row]
    first = _WORD.search(passage.quote(span))
    speaks = first is not None and first.group().casefold() in _pronouns(passage.source.language)
    between = passage.quote(Span(before.end, span.start))
    priced = _PRICED.search(passage.quote(before)) is not None and "\n" not in between
    return row - 1 if speaks or priced else None


def labels(passage: Passage) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the sentences that are rows of a table, each with the terms of its first cell."""
    for row, span in enumerate(passage.sentences):
        label, cell, _ = passage.quote(span).partition(_CELLS)
        if cell:
            yield row, frozenset(words.terms(label, passage.source.language))


def labelled(
    rarity: dict[str, float], rows: Iterable[tuple[int, frozenset[str]]], count: int
) -> NDArray[np.float32]:
    """Return how much of the question stands in the first cell of each row of a table, 0 to 1; of
    other sentences 0. `count` is that of all sentences.
    """
    total = sum(rarity.values())
    shares = np.zeros(count, np.float32)
    for row, said in rows if total else ():
        shares[row] = sum(rarity[term] for term in said & rarity.keys()) / total
    return shares


@cache
def _pronouns(language: str) -> frozenset[str]:
    return frozenset(phrasebook.pronouns(language))
