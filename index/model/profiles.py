"""What the parts of a score weigh with a model, and from where it counts: measured, not guessed.

docs/decisions/0007-model.md says on what each was fitted and what it came to on the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.types import Parts

__all__ = ["Profile", "Row", "profile"]


@dataclass(frozen=True, slots=True)
class Row:
    """The weights of the parts, and what is added so that all rows mean the same at a threshold."""

    weights: Parts
    base: float = 0.0

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


@dataclass(frozen=True, slots=True)
class Profile:
    """A model's rows: `same` if question and passage share a language, `other` if not, `words` if
    the model does not know the question's language.

    `contrast` is what a difference between marks of sentences is multiplied by, since some models'
    cosines lie close together. `related` and `found` are the least scores of those outcomes in an index of many passages;
    `rise` is how much `related` grows for each e-fold of passages.
    """

    same: Row
    other: Row
    words: Row
    related: float
    found: float
    rise: float
    contrast: float = 1.0


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
_MINILM = Profile(same=_SMALL, other=_SMALL, words=_WORDS, related=2.05, found=2.3, rise=0.14)

_E5 = Profile(
    same=Row(
        Parts(
            closeness=3,
            share=0.7,
            match=1,
            sentence=2,
            phrase=0.15,
            title=0.15,
            asked=0.3,
            names=0.15,
            whole=3,
        )
    ),
    other=Row(Parts(closeness=3, share=0.0, match=1, sentence=2, names=0.15, whole=3)),
    words=_WORDS,
    related=2.05,
    found=2.3,
    rise=0.14,
)

_PROFILES = {"multilingual-e5-small": _E5}


def profile(name: str) -> Profile:
    """The profile of a model by its name; that of all-MiniLM-L6-v2 for one that has none."""
    return _PROFILES.get(name, _MINILM)
