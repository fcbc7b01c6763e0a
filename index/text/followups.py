"""Questions that depend on the question before: “and on Sunday?”."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from index.text import phrasebook

__all__ = ["asks_why", "is_bare", "leans", "named", "own_words"]

# A question that continues with “and” or “they” stands alone if it is longer than this, in words;
# one with a pronoun elsewhere, if it has more words of its own.
_FEW, _OWN = 8, 2
# A question of at most so many small words, one of which asks, is bare: “how much?”, “and when?”.
_BARE = 3
# What is asked about has at most so many words: “an account” of “What is an account?”.
_SUBJECT = 5


def leans(question: str) -> bool:
    """Return True if a question is only understood after the one before it: “and on Sunday?”.

    It begins by continuing or with a pronoun, ends with “too” or “there”, refers to something by a
    pronoun alone, or has no word of its own.
    """
    words = phrasebook.key(question)
    if not words:
        return False
    small = _language(words)
    if len(words) <= _FEW and (small.begins(words) or words[0] in small.pronouns):
        return True
    own = small.own(words)
    return not own or (
        len(own) <= _OWN and (small.ends(words) or any(word in small.pronouns for word in words))
    )


def own_words(question: str) -> frozenset[str]:
    """Return the words of a question, folded, that are neither small words nor say that it
    continues: “wife” of “and who was his wife?”.
    """
    words = phrasebook.key(question)
    if not words:
        return frozenset()
    small = _language(words)
    return frozenset(small.own(words[small.begins(words) :]))


def named(question: str, before: str) -> str | None:
    """Return a question with what the one before asks about in place of a pronoun: “How can I open
    an account?” of “How can I open one?” after “What is an account?”.

    None if it has no pronoun, or the one before does not just ask what or who something is.
    """
    found = list(phrasebook.WORD.finditer(before))
    words = phrasebook.key(before)
    asked = max((small.defines(words) for small in _small()), default=0)
    rest = words[asked:]
    if not asked or not 0 < len(rest) <= _SUBJECT:
        return None
    if not own_words(before) or not _language(words).pronouns.isdisjoint(rest):
        return None
    subject = before[found[asked].start() : found[-1].end()]
    pronouns = _language(phrasebook.key(question)).pronouns
    for word in phrasebook.WORD.finditer(question):
        if phrasebook.fold(word.group()) in pronouns:
            return question[: word.start()] + subject + question[word.end() :]
    return None


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
    """The small words of a language: phrases that continue, that may stand before these or at the
    end, that ask what something is, and that ask for a reason; pronouns, words that ask, and all
    that say little.
    """

    on: frozenset[tuple[str, ...]]
    first: frozenset[tuple[str, ...]]
    too: frozenset[tuple[str, ...]]
    what: frozenset[tuple[str, ...]]
    reason: frozenset[tuple[str, ...]]
    pronouns: frozenset[str]
    asking: frozenset[str]
    empty: frozenset[str]

    def begins(self, words: tuple[str, ...]) -> int:
        """Return how many words at the beginning say that a question continues: “ok, and …”."""
        at = int(words[:1] in self.first)
        found = [len(each) for each in self.on if words[at : at + len(each)] == each]
        return at + max(found) if found else 0

    def defines(self, words: tuple[str, ...]) -> int:
        """Return how many words at the beginning ask what or who something is."""
        return max((len(each) for each in self.what if words[: len(each)] == each), default=0)

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
        first = frozenset(map(phrasebook.key, content["talk"]))
        what = frozenset(map(phrasebook.key, content.get("defines", ())))
        found.append(_Small(on, first, too, what, reason, pronouns, asking, empty))
    return tuple(found)
