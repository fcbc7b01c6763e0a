"""The kind of thing that a question asks for: a price, a telephone number, an address of e-mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.text import phrasebook
from index.types import Hit

__all__ = ["lacks", "prices"]

# not the 6 of a D60
_DIGIT = re.compile(r"(?<!\w)\d")
_NUMBER = re.compile(r"(?:\d[\s()/.–-]{0,2}){2,}\d")


def lacks(question: str, language: str, hit: Hit) -> bool:
    """Return True if a question asks for a thing that cannot be in what is shown for it.

    A price is a number, or a word such as “free”, in the marked sentences; a telephone number at
    least three digits, and an address an “@”, in the passage. Of a question in a language without
    such words here, nothing is known.
    """
    words = phrasebook.key(question)
    text = hit.passage.text
    if _has(words, language, "amount") and _has(words, language, "price"):
        marked = " ".join(map(hit.passage.quote, hit.highlights)) or text
        return not _is_priced(marked, {language, hit.passage.source.language})
    if _has(words, language, "mail"):
        return "@" not in text
    return _has(words, language, "phone") and not _NUMBER.search(text)


def prices(language: str) -> frozenset[str]:
    """Return the words of a language that ask for a price, folded: an answer need not say them."""
    return frozenset(map(phrasebook.fold, phrasebook.phrases(language, "price")))


def _is_priced(text: str, languages: set[str]) -> bool:
    if _DIGIT.search(text):
        return True
    known = [word for each in languages for word in phrasebook.phrases(each, "priced")]
    # “рубл-” stands for every word that begins so
    begins = tuple(phrasebook.fold(word[:-1]) for word in known if word.endswith("-"))
    whole = {phrasebook.fold(word) for word in known}
    said = phrasebook.key(text)
    return not known or any(word in whole or word.startswith(begins) for word in said)


def _has(words: Sequence[str], language: str, kind: str) -> bool:
    """Return True if a phrase of a kind stands among the words."""
    runs = {tuple(words[at : at + n]) for n in (1, 2, 3, 4) for at in range(len(words) - n + 1)}
    return not runs.isdisjoint(_keys(language, kind))


@cache
def _keys(language: str, kind: str) -> frozenset[tuple[str, ...]]:
    return frozenset(map(phrasebook.key, phrasebook.phrases(language, kind)))
