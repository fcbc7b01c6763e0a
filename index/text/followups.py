"""Questions that depend on the question before: “and on Sunday?”."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from index.text import phrasebook

__all__ = ["asks_why", "is_bare", "leans"]

# A question that continues with “and” or “they” stands alone if it is longer than this, in words;
# one with a pronoun elsewhere, if it has more words of its own.
_FEW, _OWN = 8, 2
# A question of at most so many small words, one of which asks, is bare: “how much?”, “and when?”.
_BARE = 3


def leans(question: str) -> bool:
    """Return True if a question is only understood after the one before it: “and on Sunday?”.

    It begins by continuing or with a pronoun, ends with “too”, refers to something by a pronoun
    alone, or has no word of its own.
    """
    words = phrasebook.key(question)
    if not words:
        return False
    small = _language(words)
    if len(words) <= _FEW and (small.continues(words) or words[0] in small.pronouns):
        return True
    own = small.own(words)
    return not own or (
        len(own) <= _OWN and (small.ends(words) or any(word in small.pronouns for word in words))
    )


def is_bare(question: str) -> bool:
    """Return True if a question is little more than a question word: “why?”, “and how much?”.

    Without a question before it, it says nothing of what it is about.
    """
    words = phrasebook.key(question)
    if not 0 < len(words) <= _BARE:
        return False
    return any(
        small.empty.union(small.asking).issuperset(words) and not small.asking.isdisjoint(words)
        for small in _small()
    )


def asks_why(question: str) -> bool:
    """Return True if a bare question asks for a reason: “why?”, “but why not?”."""
    words = phrasebook.key(question)
    runs = {words[at : at + length] for at in range(len(words)) for length in (1, 2)}
    return is_bare(question) and any(not small.reason.isdisjoint(runs) for small in _small())


@dataclass(frozen=True, slots=True)
class _Small:
    """The small words of a language: phrases that continue, that stand at the end if they do, and
    that ask for a reason; pronouns, words that ask, and all that say little.
    """

    on: frozenset[tuple[str, ...]]
    too: frozenset[tuple[str, ...]]
    reason: frozenset[tuple[str, ...]]
    pronouns: frozenset[str]
    asking: frozenset[str]
    empty: frozenset[str]

    def continues(self, words: tuple[str, ...]) -> bool:
        return any(words[: len(phrase)] == phrase for phrase in self.on)

    def ends(self, words: tuple[str, ...]) -> bool:
        return any(words[-len(phrase) :] == phrase for phrase in self.too)

    def own(self, words: tuple[str, ...]) -> list[str]:
        return [word for word in words if word not in self.empty]


def _language(words: tuple[str, ...]) -> _Small:
    """Return the small words of the language of which most are here: a short question shows no
    more.
    """
    return max(_small(), key=lambda small: sum(word in small.empty for word in words))


@cache
def _small() -> tuple[_Small, ...]:
    found = []
    for content in phrasebook.languages():
        on = frozenset(map(phrasebook.key, content["on"]))
        pronouns = frozenset(map(phrasebook.fold, content["pronouns"]))
        too = frozenset(map(phrasebook.key, content["too"]))
        single = {phrase[0] for phrase in on | too if len(phrase) == 1}
        asking = frozenset(map(phrasebook.fold, content["question"]))
        empty = pronouns.union(single, map(phrasebook.fold, content["empty"]))
        reason = frozenset(map(phrasebook.key, content["reason"]))
        found.append(_Small(on, too, reason, pronouns, asking, empty))
    return tuple(found)
