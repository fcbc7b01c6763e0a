"""Questions that depend on the question before: “and on Sunday?”."""

from __future__ import annotations

from functools import cache

from index.text import phrasebook

__all__ = ["leans"]

# A question that continues with “and” stands alone if it is longer than this, in words; one with a
# pronoun, if it has more words of its own.
_FEW, _OWN = 8, 2


def leans(question: str) -> bool:
    """Return True if a question is only understood after the one before it: “and on Sunday?”.

    It begins by continuing, refers to something by a pronoun alone, or has no word of its own.
    """
    words = [phrasebook.fold(match.group()) for match in phrasebook.WORD.finditer(question)]
    if not words:
        return False
    # the language of which it has most small words; a short question shows no more
    on, pronouns, empty = max(_small(), key=lambda small: sum(word in small[2] for word in words))
    if len(words) <= _FEW and any(tuple(words[: len(phrase)]) == phrase for phrase in on):
        return True
    own = [word for word in words if word not in empty]
    return not own or (len(own) <= _OWN and any(word in pronouns for word in words))


@cache
def _small() -> tuple[tuple[frozenset[tuple[str, ...]], frozenset[str], frozenset[str]], ...]:
    """Return, for each language, phrases that continue, pronouns, and all words that say little."""
    found = []
    for content in phrasebook.languages():
        on = frozenset(map(phrasebook.key, content["on"]))
        pronouns = frozenset(map(phrasebook.fold, content["pronouns"]))
        single = {phrase[0] for phrase in on if len(phrase) == 1}
        found.append((on, pronouns, pronouns.union(single, map(phrasebook.fold, content["empty"]))))
    return tuple(found)
