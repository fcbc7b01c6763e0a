"""The kind of thing that a question asks for: a number, a time, a price, a telephone number, an
address of e-mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache

from index.text import phrasebook
from index.types import Hit

__all__ = ["Kind", "holds", "kind", "lacks", "prices"]

# not the 6 of a D60
_DIGIT = re.compile(r"(?<!\w)\d")
_CURRENCY = re.compile(r"[$£¥€₴₸₹₺₽]")
_NUMBER = re.compile(r"(?:\d[\s()/.–-]{0,2}){2,}\d")
# Words that ask when stand at the beginning; after other words “when” begins a clause.
_FIRST = 2


class Kind(StrEnum):
    """A kind of answer. The value names the list of a language's words that tell it."""

    NUMBER = "numbers"
    PRICE = "priced"
    TIME = "times"


def kind(question: str, language: str) -> Kind | None:
    """Return the kind of answer that a question asks for, None if it is not known."""
    words = phrasebook.key(question)
    if _has(words, language, "number"):
        return Kind.PRICE if _has(words, language, "price") else Kind.NUMBER
    begins = any(_begins(words[at:], language, "when") for at in range(_FIRST))
    return Kind.TIME if begins else None


def holds(text: str, wanted: Kind, asked: str, language: str) -> bool:
    """Return True if a text holds a number, a price or a time that is not among the words asked;
    also in a language whose words for it are not known here.
    """
    tells = _tells(language, wanted.value)
    if tells is None or (wanted is Kind.PRICE and _CURRENCY.search(text)):
        return True
    numbers = wanted is not Kind.PRICE
    # nor the number of an item
    said = phrasebook.key(phrasebook.ITEM.sub("", text))
    words = set(said).difference(phrasebook.key(asked))
    return any((numbers and word[0].isdigit()) or tells(word) for word in words)


def lacks(question: str, language: str, hit: Hit) -> bool:
    """Return True if a question asks for a thing that cannot be in what is shown for it.

    A price is a number, or a word such as “free”, in the marked sentences, and “how many” a number
    there; a telephone number at least three digits, and an address an “@”, in the passage. “Until
    dusk” answers “when” and “how long”. Of a question in a language without such words here,
    nothing is known.
    """
    words = phrasebook.key(question)
    text = hit.passage.text
    marked = [hit.passage.quote(span) for span in hit.highlights] or [text]
    spoken = hit.passage.source.language
    if _has(words, language, "amount") and _has(words, language, "price"):
        return not _is_priced(" ".join(marked), {language, spoken})
    if _has(words, language, "count"):
        return not any(holds(each, Kind.NUMBER, question, spoken) for each in marked)
    if _has(words, language, "mail"):
        return "@" not in text
    return _has(words, language, "phone") and not _NUMBER.search(text)


def prices(language: str) -> frozenset[str]:
    """Return the words of a language that ask for a price, folded: an answer need not say them."""
    return frozenset(map(phrasebook.fold, phrasebook.phrases(language, "price")))


def _is_priced(text: str, languages: set[str]) -> bool:
    if _DIGIT.search(text):
        return True
    told = [tells for each in languages if (tells := _tells(each, "priced"))]
    return not told or any(tells(word) for tells in told for word in phrasebook.key(text))


@cache
def _tells(language: str, kind: str) -> Callable[[str], bool] | None:
    """Return what is true of a folded word of a kind; None if the language has none here."""
    known = phrasebook.phrases(language, kind)
    # “рубл-” stands for every word that begins so
    begins = tuple(phrasebook.fold(word[:-1]) for word in known if word.endswith("-"))
    whole = {phrasebook.fold(word) for word in known}
    return (lambda word: word in whole or word.startswith(begins)) if known else None


def _has(words: Sequence[str], language: str, kind: str) -> bool:
    """Return True if a phrase of a kind stands among the words."""
    # nearly every question ends here
    if _firsts(language, kind).isdisjoint(words):
        return False
    return any(_begins(words[at:], language, kind) for at in range(len(words)))


def _begins(words: Sequence[str], language: str, kind: str) -> bool:
    """Return True if words begin with a phrase of a kind."""
    phrases = _keys(language, kind)
    return any(tuple(words[:length]) in phrases for length in (1, 2, 3, 4))


@cache
def _firsts(language: str, kind: str) -> frozenset[str]:
    return frozenset(key[0] for key in _keys(language, kind) if key)


@cache
def _keys(language: str, kind: str) -> frozenset[tuple[str, ...]]:
    return frozenset(map(phrasebook.key, phrasebook.phrases(language, kind)))
