"""The weights of a score's parts and the thresholds for each model: measured, not guessed.

docs/decisions/0007-model.md says what each was fitted on, and what it came to on the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from index.model.origin import LARGE
from index.types import Parts, Thresholds

__all__ = ["Profile", "Row", "profile"]

# The crowd is the 11th to the 20th passage: the answers to a question are mostly before them. The
# limit keeps a large index, whose crowd is better, from losing answers.
_AHEAD, _LOOKED_AT = 10, 20
_MOST = 0.2

# The more passages there are, the nearer one of them comes to a question about something else: the
# thresholds of a profile are for the larger of these sizes, and fall towards the smaller one.
_FEWEST, _MANY = 8, 256


@dataclass(frozen=True, slots=True)
class Row:
    """The weights of the parts, and a base so that all rows mean the same at a threshold.

    `crowd` is how much is taken off of what the passages after the best ones have above `usual`:
    questions in one language come closer to all passages in another than questions in a third.
    `behind` is how far ahead of a passage in the question's own language such a one must be to come
    first: across languages, passages about something else score higher.
    """

    weights: Parts
    base: float = 0.0
    crowd: float = 0.0
    usual: float = 0.0
    behind: float = 0.0

    def score(self, found: Parts) -> float:
        """The weighted sum of the parts."""
        weight = self.weights
        return (
            self.base
            + weight.closeness * found.closeness
            + weight.share * found.share
            + weight.match * found.match
            + weight.sentence * found.sentence
            + weight.phrase * found.phrase
            + weight.title * found.title
            + weight.asked * found.asked
            + weight.names * found.names
            + weight.whole * found.whole
        )

    def level(self, scores: Sequence[float]) -> float:
        """Return what to add to the scores of a question's passages, best first, for the crowd of
        them.

        A passage that a small index lacks counts as a usual one.
        """
        if not self.crowd:
            return 0.0
        rest = scores[_AHEAD:_LOOKED_AT]
        excess = sum(score - self.usual for score in rest) / (_LOOKED_AT - _AHEAD)
        return max(-_MOST, min(_MOST, -self.crowd * excess))


@dataclass(frozen=True, slots=True)
class Profile:
    """The rows of a model: `same` if question and passage share a language, `other` if not, `words`
    if the model does not know the question's language.

    `contrast` scales a difference between marks of sentences, since the cosines of some models'
    pieces lie closer together than those of others. `middle` is the score of a passage that is as
    likely to answer as not, and `slope` how fast that grows. `related` and `found` are the lowest
    scores of those outcomes in an index of many passages; `rise` and `found_rise` are how much they
    grow with each e-fold of passages. `doubt` is what a cosine weighs that a question gains without
    one of its words, see index.search.doubt; 0 if that was not measured.
    """

    same: Row
    other: Row
    words: Row
    related: float
    found: float
    rise: float
    found_rise: float = 0.0
    middle: float = 2.3
    slope: float = 2.0
    contrast: float = 1.0
    doubt: float = 0.0

    def thresholds(self, passages: int) -> Thresholds:
        """Return the thresholds for an index of so many passages of which nothing else is known."""
        folds = log(min(max(passages, _FEWEST), _MANY) / _MANY)
        return Thresholds(
            related=round(self.related + self.rise * folds, 2),
            found=round(self.found + self.found_rise * folds, 2),
        )

    def confidence(self, score: float, passages: int) -> float:
        """Return how likely a passage of this score is to answer, 0 to 1, in an index of so many
        passages.
        """
        middle = self.middle - self.found + self.thresholds(passages).found
        return 1 / (1 + exp(-self.slope * (score - middle)))


_WORDS = Row(Parts(closeness=1.15, share=5.75, phrase=1.4))

_SMALL = Row(
    Parts(
        closeness=1.0,
        share=1.0,
        match=0.5,
        sentence=1.25,
        phrase=0.25,
        title=0.25,
        asked=0.4,
        names=0.25,
    )
)
_MINILM = Profile(
    same=_SMALL,
    other=_SMALL,
    words=_WORDS,
    related=2.05,
    found=2.3,
    rise=0.14,
    middle=2.3,
    slope=5.0,
)

# The cosines of its texts lie close together, mostly between .7 and .95; so their weights are
# large, and the bases take off what every passage has.
_E5 = Profile(
    same=Row(
        Parts(
            closeness=3.3,
            share=0.93,
            match=0.68,
            sentence=0.66,
            phrase=0.29,
            title=0.1,
            asked=0.14,
            names=0.17,
            whole=2.85,
        ),
        base=-4.22,
    ),
    other=Row(
        Parts(
            closeness=2.83,
            share=0.24,
            match=2.6,
            names=0.1,
            whole=2.58,
        ),
        base=-3.45,
        crowd=0.5,
        usual=1.57,
        behind=0.5,
    ),
    words=_WORDS,
    related=2.05,
    found=2.25,
    rise=0.12,
    found_rise=0.1,
    middle=2.57,
    slope=5.9,
    contrast=0.3,
    doubt=10.0,
)

_PROFILES = {LARGE: _E5}


def profile(name: str) -> Profile:
    """Return the profile of a model by its name; the one of all-MiniLM-L6-v2 if it has none."""
    return _PROFILES.get(name, _MINILM)
