"""Words of a question that its best passage does not hold: do they belong to it or not?"""

from __future__ import annotations

from collections.abc import Iterator

from index.model.encoder import Encoder
from index.search.scoring import Question
from index.stores import OpenGeneration
from index.text import passages, words
from index.text.words import Word
from index.types import Passage

__all__ = ["doubt"]

# The rarest of the words are tried; each is a question more to the model, in one batch.
_TRIED = 3


def doubt(
    question: Question, passage: Passage, number: int, generation: OpenGeneration, model: Encoder
) -> float:
    """Return how much nearer the question comes to the passage, the `number`-th of the generation,
    without the word that fits it least.

    “How heavy is the R7?” comes nearer to “It weighs 23 kg” with “heavy” than without it, “What
    colour is the R7?” does not come nearer with “colour”. Only words that the passage, its heading
    and its title do not hold are tried; if there are none it is 0. It is negative if all help. The
    measure is the sum of two cosines, with the nearest sentence and with the whole passage.
    """
    missing = sorted(_missing(question, passage), key=lambda word: -generation.weight(word.stem))[
        :_TRIED
    ]
    if not missing:
        return 0.0
    without = [_without(question.text, word) for word in missing]
    if not all(any(map(str.isalnum, text)) for text in without):
        # a question of one word
        return 0.0
    vectors = [question.vector, *(each.vector for each in model.encode_questions(without))]
    near = [
        float(generation.closeness(vector, [number])[0].max())
        + float(generation.wholes(vector, [number])[0])
        for vector in vectors
    ]
    return max(near[1:]) - near[0]


def _missing(question: Question, passage: Passage) -> Iterator[Word]:
    """The words of a question that stand neither in a passage nor above it."""
    language = passage.source.language
    there = set(passages.names(passage.source))
    there.update(words.terms(passage.heading or "", language))
    there.update(words.terms(passage.text, language))
    for word in words.words(question.text, question.language):
        if there.isdisjoint(word.terms):
            yield word


def _without(text: str, word: Word) -> str:
    return " ".join((text[: word.span.start] + text[word.span.end :]).split())
