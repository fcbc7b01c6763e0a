"""How near the sentences of many passages come to a question and to its pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.model import tokens

if TYPE_CHECKING:
    from index.search.scoring import Question

__all__ = ["compared"]

# Sentences whose pieces are unpacked together: a few MB.
_TOGETHER = 64


def compared(
    question: Question,
    cosines: Sequence[NDArray[np.float32]],
    sentences: Sequence[NDArray[np.uint8]],
) -> NDArray[np.float32]:
    """Return how near sentences come to a question: rows of their cosines, of the best with a
    question word, of all pieces together, and of each piece; a column for each sentence.

    `cosines` has those of the sentences of each passage, `sentences` their packed token vectors.
    """
    near = _nearest(question.looked_for, sentences)
    count = len(question.pieces)
    found = np.zeros((3 + count, len(sentences)), np.float32)
    if cosines:
        np.concatenate(cosines, out=found[0])
    near[count:].max(axis=0, initial=0.0, out=found[1])
    found[3:] = near[:count]
    found[2] = question.weights @ found[3:]
    return found


def _nearest(
    asked: NDArray[np.float32], sentences: Sequence[NDArray[np.uint8]]
) -> NDArray[np.float32]:
    """Return the best cosine of each asked vector with a piece of each sentence.

    `asked` are normalised vectors, `sentences` the packed token vectors of each; the result has the
    shape (asked, sentences), 0 for a sentence without pieces. Sentences of all passages together
    take half the time that those of one passage after the other do.
    """
    near = np.zeros((len(asked), len(sentences)), np.float32)
    filled = [row for row, sentence in enumerate(sentences) if len(sentence)] if len(asked) else []
    for first in range(0, len(filled), _TOGETHER):
        some = filled[first : first + _TOGETHER]
        cosines = tokens.cosines(asked, np.concatenate([sentences[row] for row in some]))
        starts = np.cumsum([0, *(len(sentences[row]) for row in some[:-1])])
        near[:, some] = np.maximum.reduceat(cosines, starts, axis=1)
    return near
