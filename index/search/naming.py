"""Sentences that do not name what they speak of: another one, or the label of a row, does."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.text import phrasebook, words
from index.types import Passage

__all__ = ["labelled", "with_subjects"]

# Of what the sentence before has, so much counts for one that begins with a pronoun. Of 803
# questions of squad2 with the right passage first, the mark holds the answer for 704 instead of
# 698; on CLAPNQ (135) it changes nothing. Between .6 and .8 the value matters little.
_CARRIED = 0.7
_CELLS = " | "
_WORD = re.compile(r"\w+")


def with_subjects(near: NDArray[np.float32], passage: Passage) -> NDArray[np.float32]:
    """How near each sentence comes to each piece of a question, shape (pieces, sentences), if one
    that begins with a pronoun speaks of what the sentence before it names.
    """
    told, pronouns = near.copy(), _pronouns(passage.source.language)
    for row, span in enumerate(passage.sentences):
        first = _WORD.search(passage.quote(span))
        if row and first and first.group().casefold() in pronouns:
            carried = _CARRIED * near[:, row - 1] + (1 - _CARRIED) * near[:, row]
            told[:, row] = np.maximum(near[:, row], carried)
    return told


def labelled(rarity: dict[str, float], passage: Passage) -> NDArray[np.float32]:
    """How much of what was asked for stands in the first cell of each row of a table, 0 to 1; of
    other sentences 0.
    """
    total = sum(rarity.values())
    shares = np.zeros(len(passage.sentences), np.float32)
    for row, span in enumerate(passage.sentences):
        label, cell, _ = passage.quote(span).partition(_CELLS)
        if cell and total:
            said = set(words.terms(label, passage.source.language))
            shares[row] = sum(rarity[term] for term in said & rarity.keys()) / total
    return shares


@cache
def _pronouns(language: str) -> frozenset[str]:
    return frozenset(phrasebook.pronouns(language))
