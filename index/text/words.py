"""From text to words and terms: what is left of a text when only its words count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

import Stemmer

from index.text import phrasebook, stopwords, suffixes
from index.types import Span

__all__ = [
    "Word",
    "names",
    "question_words",
    "stems",
    "terms",
    "words",
]

# Marks are not \w, but belong to the preceding letter: ü as two characters, the vowels of Hindi.
_MARKS = "".join(
    mark for mark in map(chr, range(0x300, 0xAC00)) if unicodedata.category(mark) in ("Mn", "Mc")
)

# 5,000 is one word, the same as 5000.
_WORD = re.compile(rf"\d+(?:,\d{{3}})+(?!\d)|\w[\w{_MARKS}]*")

# Scripts without spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese. Without a
# dictionary, each two neighbouring letters count as a word.
_UNSPACED = (
    "\u0e00-\u0e4f\u0e80-\u0ecf\u1000-\u103f\u1780-\u17d3\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
_RUN = re.compile(rf"([{_UNSPACED}]+)|[^{_UNSPACED}]+")

# What stands before the first word of a text or of another sentence in it.
_OPENING = re.compile(r"(?:^|[.!?…:])\W*$")

# Words that inflect in ways no stemmer knows still share their beginning.
_BEGINNING = 5

# A language's common words come again and again; so many of them take about 4 MB.
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text that is not a stop word: its place and its terms, the stem and the
    beginning; a `^` tells the latter from stems.
    """

    span: Span
    terms: tuple[str, ...]

    @property
    def stem(self) -> str:
        return self.terms[0]


def terms(text: str, language: str) -> list[str]:
    """Return the terms of `text`, repeated as they occur: the stem and the beginning of each word.

    The beginnings find what a stemmer misses, and are all there is for a language that Snowball
    does not know; docs/decisions/0003-score.md has their effect.
    """
    return list(chain.from_iterable(_analysed(text, language)))


def stems(text: str, language: str) -> list[str]:
    """Return the stems of the words of `text`, in order."""
    return list(_stems(text, language))


def words(text: str, language: str) -> Iterator[Word]:
    """Return the words of `text` in order, without stop words.

    A word of Latin letters in a text of another script is stemmed as English: names and terms keep
    their English endings there. A language without a Snowball stemmer keeps its words whole.
    """
    known = _known(language)
    for span in _spelt(text):
        if found := known[span.of(text)]:
            yield Word(span, found)


def names(text: str, language: str) -> list[Word]:
    """Return the numbers in `text` and its names: words with a capital where no sentence begins.

    If every word has a capital none of them is a name, nor in a language that capitalises nouns.
    """
    telling = language not in _LARGE_NOUNS and any(
        match.group()[0].islower() for match in _WORD.finditer(text)
    )

    def is_name(start: int) -> bool:
        if text[start].isdigit():
            return True
        return telling and text[start].isupper() and not _OPENING.search(text[:start])

    return [word for word in words(text, language) if is_name(word.span.start)]


def question_words(text: str, language: str) -> list[Span]:
    """Return where `text` says what kind of answer it wants: who, when, how many."""
    asking = _question_words(language)
    return [Span(*match.span()) for match in _WORD.finditer(text) if _fold(match.group()) in asking]


def _analysed(text: str, language: str) -> Iterator[tuple[str, ...]]:
    """Return the terms of each word of `text`, in order; none for a stop word."""
    spaced = not _UNSPACED_LETTER.search(text)
    # without the places of the words where they are not needed
    found = _WORD.findall(text) if spaced else [span.of(text) for span in _spelt(text)]
    return map(_known(language).__getitem__, found)


# A question looks at the sentences of twenty passages, at some twice.
@lru_cache(maxsize=1_000)
def _stems(text: str, language: str) -> tuple[str, ...]:
    return tuple(terms[0] for terms in _analysed(text, language) if terms)


def _spelt(text: str) -> Iterator[Span]:
    """Return the places of the words of `text`; in scripts without spaces each letter with the
    next one.
    """
    for match in _WORD.finditer(text):
        if match.group().isascii():
            yield Span(*match.span())
            continue
        for run in _RUN.finditer(text, *match.span()):
            start, end = run.span()
            if run.group(1) and end - start > 2:
                yield from (Span(place, place + 2) for place in range(start, end - 1))
            else:
                yield Span(start, end)


class _Known(dict[str, tuple[str, ...]]):
    """The terms of words of a language as they are spelt, none for a stop word.

    A question looks up thousands of words, and a dictionary takes a third of the time of lru_cache.
    """

    def __init__(self, language: str) -> None:
        self._language = language

    def __missing__(self, spelt: str) -> tuple[str, ...]:
        if len(self) >= _KEPT:
            self.clear()
        found = self[spelt] = _analyse(spelt, self._language)
        return found


@cache
def _known(language: str) -> _Known:
    return _Known(language)


def _analyse(spelt: str, language: str) -> tuple[str, ...]:
    word = _fold(spelt)
    if word in _stop_words(language):
        return ()
    foreign = word.isascii() and language in _OTHER_SCRIPTS
    return _stem(word, "en" if foreign else language), "^" + _without_accents(word)[:_BEGINNING]


def _stem(word: str, language: str) -> str:
    if language in suffixes.LANGUAGES:
        return suffixes.stem(word, language)
    stemmer = _stemmer(language)
    return stemmer.stemWord(word) if stemmer else word


# A note mark or power that a number carries: 500¹ and 10⁶ are not 5001 and 106.
_RAISED = re.compile(r"(?<=\d)[⁰¹²³⁴-⁹₀-₉]+")


def _fold(word: str) -> str:
    if word.isascii():
        return word.lower().replace(",", "")
    folded = unicodedata.normalize("NFKC", _RAISED.sub("", word)).casefold()
    return folded.replace(",", "").replace("ё", "е")


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    # й is a letter of its own; ё has become е before
    parts = unicodedata.normalize("NFKD", word.replace("й", "\ue000"))
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return bare.replace("\ue000", "й")


@cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    algorithm = _ALGORITHMS.get(language)
    return Stemmer.Stemmer(algorithm) if algorithm else None


@cache
def _question_words(language: str) -> frozenset[str]:
    return frozenset(map(_fold, phrasebook.phrases(language, "question")))


@cache
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(map(_fold, stopwords.listed(language))) | _question_words(language)


_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_LARGE_NOUNS = frozenset({"de"})
_OTHER_SCRIPTS = frozenset({"ar", "el", "fa", "hi", "hy", "kk", "ky", "ne", "ru", "sr", "ta", "yi"})
