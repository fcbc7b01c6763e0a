"""From text to words and terms: what is left of a text when only its words count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import Stemmer
import stopwordsiso

from index.text import phrasebook, suffixes
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


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text that is not a stop word: its place, its stem, and its beginning."""

    span: Span
    stem: str
    beginning: str

    @property
    def terms(self) -> tuple[str, str]:
        """The stem and the beginning; a `^` tells the latter from stems."""
        return self.stem, "^" + self.beginning


def terms(text: str, language: str) -> list[str]:
    """Return the terms of `text`, repeated as they occur: the stem and the beginning of each word.

    The beginnings find what a stemmer misses, and are all there is for a language that Snowball
    does not know; docs/decisions/0003-score.md has their effect.
    """
    return [
        term for stem, beginning in _analysed(text, language) for term in (stem, "^" + beginning)
    ]


def stems(text: str, language: str) -> list[str]:
    """Return the stems of the words of `text`, in order."""
    return list(_stems(text, language))


def words(text: str, language: str) -> Iterator[Word]:
    """Return the words of `text` in order, without stop words.

    A word of Latin letters in a text of another script is stemmed as English: names and terms keep
    their English endings there. A language without a Snowball stemmer keeps its words whole.
    """
    for span in _spelt(text):
        analysed = _analyse(span.of(text), language)
        if analysed:
            yield Word(span, *analysed)


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


def _analysed(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Return the stem and the beginning of each word of `text`, in order."""
    if _UNSPACED_LETTER.search(text):
        return filter(None, (_analyse(span.of(text), language) for span in _spelt(text)))
    # the same, without the places of the words
    return filter(None, (_analyse(word, language) for word in _WORD.findall(text)))


# A question looks at the sentences of twenty passages, at some twice.
@lru_cache(maxsize=1_000)
def _stems(text: str, language: str) -> tuple[str, ...]:
    return tuple(stem for stem, _ in _analysed(text, language))


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


# A language's common words come again and again; 50,000 of them take about 10 MB.
@lru_cache(maxsize=50_000)
def _analyse(spelt: str, language: str) -> tuple[str, str] | None:
    """Return the stem and the beginning of a word, None for a stop word."""
    word = _fold(spelt)
    if word in _stop_words(language):
        return None
    foreign = word.isascii() and language in _OTHER_SCRIPTS
    return _stem(word, "en" if foreign else language), _without_accents(word)[:_BEGINNING]


def _stem(word: str, language: str) -> str:
    if language in suffixes.LANGUAGES:
        return suffixes.stem(word, language)
    stemmer = _stemmer(language)
    return stemmer.stemWord(word) if stemmer else word


# A note mark or power that a number carries: 500¹ and 10⁶ are not 5001 and 106.
_RAISED = re.compile(r"(?<=\d)[⁰¹²³⁴-⁹₀-₉]+")


def _fold(word: str) -> str:
    folded = unicodedata.normalize("NFKC", _RAISED.sub("", word)).casefold()
    return folded.replace(",", "").replace("ё", "е")


def _without_accents(word: str) -> str:
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
    listed = set(_STOP_WORDS.get(language, ()))
    if language in _LISTED:
        listed.update(stopwordsiso.stopwords(language))
    if language not in _STOP_WORDS:
        for kind in ("empty", "pronouns", "on"):
            listed.update(phrasebook.phrases(language, kind))
    own = _AUXILIARIES.get(language, frozenset())
    return frozenset(map(_fold, listed)) | _question_words(language) | own


# Words that Lucene's English list lacks: auxiliaries, and pronouns of those who ask and are asked,
# which documents seldom use; “how many” asks; “don’t” is two words, neither of which says anything.
# “Us” and “mine” are not among them: the US and mines are written the same.
_AUXILIARIES = {
    "en": frozenset(
        "do does did has have had been being can could would should may might must shall am "
        "i me my you your yours we our ours many much from let get got t s d m ll re ve "
        "don doesn didn isn aren wasn weren won couldn wouldn shouldn hasn haven hadn".split()
    ),
}
# Languages without a list by Lucene that take the one of stopwords-iso. All without one by Lucene
# also take the words of their file in `phrases/`.
_LISTED = frozenset({"ar", "fa", "hi", "id", "uk"})


def _bm25s_lists() -> Any:
    """Return the module of bm25s with its stop words: the package itself imports SciPy, .2 s."""
    package = find_spec("bm25s")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("bm25s")
    file = Path(package.origin).with_name("stopwords.py")
    spec = spec_from_file_location("bm25s_stopwords", file)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("bm25s.stopwords")
    lists = module_from_spec(spec)
    spec.loader.exec_module(lists)
    return lists


_lists = _bm25s_lists()
# Lucene's lists; these languages need no other.
_STOP_WORDS = {
    "da": _lists.STOPWORDS_DANISH,
    "de": _lists.STOPWORDS_GERMAN,
    "en": _lists.STOPWORDS_EN,
    "es": _lists.STOPWORDS_SPANISH,
    "fr": _lists.STOPWORDS_FRENCH,
    "it": _lists.STOPWORDS_ITALIAN,
    "nl": _lists.STOPWORDS_DUTCH,
    "no": _lists.STOPWORDS_NORWEGIAN,
    "pt": _lists.STOPWORDS_PORTUGUESE,
    "ru": _lists.STOPWORDS_RUSSIAN,
    "sv": _lists.STOPWORDS_SWEDISH,
    "tr": _lists.STOPWORDS_TURKISH,
}
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
