"""Choose which sentences of a passage are marked as the answer, by their worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.search.studied import Statement, Studied, spelt
from index.types import Span

if TYPE_CHECKING:
    from index.search.scoring import Question

__all__ = ["marked"]

# How close to the best a second sentence must come to be marked as well.
_SECOND = 0.02

# A second sentence is marked too if it has this much of the question that the best one lacks, and
# is worth not much less.
_GAIN, _FAR = 0.2, 0.2

# How much below the best row another may be marked instead, because it holds more of what is asked.
_ROW = 0.1

# How many of the terms of a sentence that asks the question shares if it asks the same.
_ALIKE = 0.5


def marked(worth: NDArray[np.float32], studied: Studied, question: Question) -> tuple[Span, ...]:
    """Return the sentence of the highest worth, and a second one if it comes very close.

    `worth` has an entry for each sentence. A label is marked only if there is nothing else; so is a
    sentence that asks, that leads to a table, or that says no more than the question. Of rows, the
    one that has most of the question is marked. A line that introduces a list is marked with the
    item that fits best, and a bare “Yes.” with the sentence after it.
    """
    asked = spelt(question.text)
    sentences = [_Sentence(each, question, asked) for each in studied.statements]
    ranks = [one.is_label + one.is_idle for one in sentences]
    rows = [row for row, rank in enumerate(ranks) if rank == min(ranks)]
    # batches of other shapes move a mark by 1e-7; of equals the earlier sentence counts
    worth = np.round(_answered(worth, sentences), 5)
    for row, above in enumerate(studied.headings):
        # nor need what is below a heading say it again
        said = (sentences[head].shared for head in above)
        sentences[row].shared = sentences[row].shared.union(*said)
    order = sorted(rows, key=lambda row: -worth[row])
    best = order[0]
    if sentences[best].is_row:
        near = [row for row in order if sentences[row].is_row and worth[best] - worth[row] < _ROW]
        held = {row: round(_weight(sentences[row].own, question.wanted), 5) for row in near}
        most = max(held.values())
        order = [row for row in near if held[row] == most]
        best = order[0]
    found = [row for row in order[:2] if worth[best] - worth[row] < _SECOND]
    if len(found) == 1 and not sentences[best].is_row:
        found += _completing(order, worth, sentences, question.wanted)
    if sentences[best].is_bare and not sentences[best + 1].is_label:
        found = [best, best + 1]
    named = studied.subjects[best]
    if len(found) == 1 and named is not None and not sentences[named].is_label:
        found.append(named)
    if sentences[best].leads:
        found = [best, *[row for row in order if row > best][:1]]
    return tuple(studied.passage.sentences[row] for row in sorted(found))


def _completing(
    order: Sequence[int],
    worth: NDArray[np.float32],
    sentences: Sequence[_Sentence],
    rarity: Mapping[str, float],
) -> list[int]:
    """Return the sentence, if any, with words of the question that the best one lacks.

    “Can I drill on Sunday?” is answered by what is said of drilling and what is said of Sundays.
    """
    best, *others = order
    total = sum(weight for term, weight in rarity.items() if not term.startswith("^"))
    gains = {
        row: _weight(sentences[row].shared - sentences[best].shared, rarity)
        for row in others
        if worth[best] - worth[row] < _FAR and not sentences[row].is_row
    }
    most = max(gains, key=lambda row: gains[row], default=None)
    return [most] if most is not None and gains[most] >= _GAIN * total > 0 else []


class _Sentence:
    """A sentence of a passage, in relation to a question.

    `is_asked` if it asks; `is_idle` if it answers nothing; `is_turn` if it is the turn of
    a conversation that asks the same. `own` is what it has of the question, `shared` that with what
    it need not say again. The rest is as in index.search.studied.
    """

    __slots__ = (
        "is_asked",
        "is_bare",
        "is_idle",
        "is_label",
        "is_row",
        "is_turn",
        "leads",
        "own",
        "shared",
    )

    def __init__(self, stated: Statement, question: Question, asked: int) -> None:
        rarity = question.wanted
        self.is_label, self.is_row, self.leads = stated.is_label, stated.is_row, stated.leads
        self.is_bare = stated.is_bare
        self.own = self.shared = stated.stems.intersection(rarity)
        self.is_turn = _shares(stated.turn, rarity)
        self.is_asked = stated.asks
        self.is_idle = (
            stated.is_idle
            or (not self.leads and _repeats(stated.stems, question))
            or stated.spelt == asked
        )


def _weight(stems: AbstractSet[str], rarity: Mapping[str, float]) -> float:
    """Return the weight of stems of a question, the same in whatever order they come."""
    return sum(rarity[stem] for stem in sorted(stems))


def _repeats(stems: frozenset[str], question: Question) -> bool:
    """Return True if the question asks with a question word, and has all that is said."""
    return bool(stems) and len(question.asking) > 0 and question.wanted.keys() >= stems


def _answered(worth: NDArray[np.float32], sentences: Sequence[_Sentence]) -> NDArray[np.float32]:
    """The worth of each sentence; the one after a question has that of it too, in a list of
    questions as in a conversation.
    """
    worth = worth.copy()
    for number, (one, two) in enumerate(pairwise(sentences)):
        if (one.is_turn or one.is_asked) and not (two.is_label or two.is_idle):
            worth[number + 1] = max(worth[number], worth[number + 1])
            # the answer need not say again what was asked
            two.shared |= one.shared
    return worth


def _shares(asked: frozenset[str] | None, rarity: Mapping[str, float]) -> bool:
    """Return True if at least half of the terms of a sentence that asks are in the question."""
    return asked is not None and 0 < _ALIKE * len(asked) <= len(asked & rarity.keys())
