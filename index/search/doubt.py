"""Words of a question that its best passage does not hold: do they belong to it or not?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Encoder
from index.search import expected
from index.search.scoring import Question
from index.search.studied import study
from index.stores import OpenGeneration, Wanted
from index.text import followups, phrasebook, words
from index.text.words import Word
from index.types import Passage

__all__ = ["SHOWN", "doubt", "nearer", "only_named", "without_own"]

# How much of the other words a passage may hold that has little but its document's name in common
# with a question.
_LITTLE = 0.2
# How much nearer a question that leans comes to the passage that was shown before, without a word
# of its own, if that passage does not answer: “who was his wife?” .021, “who runs it?”, of what is
# “operated”, .001.
SHOWN = 0.008
# The rarest of the words are tried; each is a question more to the model, in one batch.
_TRIED = 2


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
    found = list(_missing(question, passage))
    weights = generation.weights([word.stem for word in found])
    missing = sorted(found, key=lambda word: -weights[word.stem])[:_TRIED]
    if not missing:
        return 0.0
    without = [_without(question.text, word) for word in missing]
    if not all(any(map(str.isalnum, text)) for text in without):
        # a question of one word
        return 0.0
    vectors = [each.vector for each in model.encode_questions(without)]
    return nearer(question.vector, vectors, number, generation)


def without_own(question: str, language: str, passage: Passage) -> list[str]:
    """Return a question that leans on the one before without each of its own words in turn; none
    if the passage holds one of them, or nothing is left.
    """
    own, studied = followups.own_words(question), study(passage)
    found = [
        word
        for word in words.words(question, language)
        if phrasebook.fold(word.span.of(question)) in own
    ]
    if any(studied.holds(word.terms) for word in found):
        return []
    without = [_without(question, word) for word in found]
    return without if all(any(map(str.isalnum, text)) for text in without) else []


def nearer(
    vector: NDArray[np.float32],
    without: Sequence[NDArray[np.float32]],
    number: int,
    generation: OpenGeneration,
) -> float:
    """Return how much nearer the nearest of other vectors comes to a passage than a vector."""
    near = [_nearness(each, number, generation) for each in (vector, *without)]
    return max(near[1:]) - near[0]


def only_named(question: Question, passage: Passage) -> float:
    """Return which share of a question, by the rarity of its words, names the document, if the
    passage holds hardly any of its other words; else 0.

    “How do I uninstall colorlog?” comes near to every passage of colorlog's manual. A word right
    after the question word need not be said again: “how tall”, “which parts”.
    """
    studied = study(passage)
    text, language = question.text, question.language
    asking = [span.end for span in words.question_words(text, language)]
    asked = [
        word
        for word in words.words(text, language)
        if not any(text[end : word.span.start].isspace() for end in asking)
    ]
    rest = [word for word in asked if studied.titled.isdisjoint(word.terms)]
    total = sum(question.rarity[word.stem] for word in asked)
    left = sum(question.rarity[word.stem] for word in rest)
    held = sum(question.rarity[word.stem] for word in rest if studied.says(word.terms))
    return (total - left) / total if left and held < _LITTLE * left else 0.0


def _nearness(vector: NDArray[np.float32], number: int, generation: OpenGeneration) -> float:
    """The cosines with the nearest sentence of a passage and with the whole of it, summed."""
    found = generation.measure(Wanted(vector, [], 0, 0, 0), [number])
    return float(found.cosines[0].max()) + float(found.wholes[0])


def _missing(question: Question, passage: Passage) -> Iterator[Word]:
    """The words of a question that stand neither in a passage nor above it."""
    studied = study(passage)
    priced = expected.prices(question.language)
    for word in words.words(question.text, question.language):
        # a price does not say that it is one
        price = phrasebook.fold(word.span.of(question.text)) in priced
        if not price and not studied.holds(word.terms):
            yield word


def _without(text: str, word: Word) -> str:
    return " ".join((text[: word.span.start] + text[word.span.end :]).split())
