"""Sentences that only tell what people ask: “Many ask how long it takes.”"""

from __future__ import annotations

import re
from functools import cache

from index.text import phrasebook

__all__ = ["tells_a_question"]

# So many words after the verb one begins what is asked: “they ask us every day whether …”.
_NEAR = 4
_BREAK = re.compile(r"[,;:]")


def tells_a_question(text: str, language: str) -> bool:
    """Return True if a sentence says that something is asked and what, and no more.

    “You may ask how long it takes” is advice, and what follows a comma may answer. In a language
    whose words for it are not known here nothing does.
    """
    verbs, firsts, begins, advice = _listed(language)
    words = phrasebook.key(text)
    # nearly every sentence ends here
    if firsts.isdisjoint(words):
        return False
    found = list(phrasebook.WORD.finditer(text))
    for at in range(1, len(words)):
        end = next((at + n for n in (3, 2, 1) if tuple(words[at : at + n]) in verbs), None)
        if end is None:
            continue
        if not advice.isdisjoint(words[:at]):
            return False
        asked = [row for row in range(end, len(words))[:_NEAR] if words[row] in begins]
        return bool(asked) and not _BREAK.search(text, found[asked[0]].end())
    return False


@cache
def _listed(
    language: str,
) -> tuple[frozenset[tuple[str, ...]], frozenset[str], frozenset[str], frozenset[str]]:
    """Return the verbs that say that something is asked, the first words of these, the words that
    begin what is asked, and those that make the whole advice.
    """
    verbs = frozenset(map(phrasebook.key, phrasebook.phrases(language, "wonders")))
    begins = (*phrasebook.phrases(language, "question"), *phrasebook.phrases(language, "whether"))
    advice = phrasebook.phrases(language, "advice")
    return (
        verbs,
        frozenset(verb[0] for verb in verbs),
        frozenset(map(phrasebook.fold, begins)),
        frozenset(map(phrasebook.fold, advice)),
    )
