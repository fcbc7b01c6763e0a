"""Stems of Kazakh, Kyrgyz and Uzbek words, for which Snowball has no stemmer.

These languages put endings one after another: қала, қалалар, қалаларымызда. The endings of nouns
(number, possession, case) are taken off as long as a stem of three letters is left; those of verbs
are too many and too like the words themselves.
"""

from __future__ import annotations

import re

__all__ = ["LANGUAGES", "stem"]

LANGUAGES = frozenset({"kk", "ky", "uz"})

# An ending follows the word: after a voiceless consonant it begins with one, its vowels are like
# those of the word. This tells соғыс-ы from қала-сы, and президент-і from хандық-ты.
_VOWEL = "(?<=..[аәеёиоөуұүыіэюя])"
_VOICELESS = "(?<=..[кқпстфхцчшщһ])"
_VOICED = "(?<=..[^кқпстфхцчшщһ])"
_OPEN = "(?<=..[аәеёоөуұүэюя])"
_CONSONANT = "(?<=..[^аәеёиоөуұүыіэюя])"


def _cyrillic(high: str, low: str, back: str) -> re.Pattern[str]:
    """The endings with these vowels: those of case and possession, and those of number."""
    after = "[кқгғ]"
    return re.compile(
        "(?:"
        rf"(?:{_VOICED}[лд]|{_VOICELESS}т){low}р"  # number
        rf"|(?<=...){high}?(?:[мб]{high}з|ң{high}з)|{_OPEN}с{high}|{_CONSONANT}{high}ң?"  # whose
        rf"|(?<=..[^аәеёиоөуұүыіэюя]{high})н|(?<=с{high})н"  # whom, whose
        rf"|(?:{_VOICED}[нд]|{_VOICELESS}т){high}{back}"  # of
        rf"|(?:{_VOWEL}н|{_VOICED}д|{_VOICELESS}т){high}"  # whom
        rf"|(?:{_VOICED}[ғг]|{_VOICELESS}[қк]){low}|(?<=..{high})н{low}"  # to
        rf"|(?:(?<=..{high})н|{_VOICED})д{low}|{_VOICELESS}т{low}"  # at
        rf"|(?:{_VOICED}[нд]|{_VOICELESS}(?<!с)т){low}н|(?<=...)[мбп]ен"  # from, with
        rf"|(?:{_VOICED}д|{_VOICELESS}т){low}[ғг]{high}|{_CONSONANT}[ғгқк]{high}"  # being there
        rf"|(?<=...)[лдт]{high}{after}"  # being so
        ")$"
    )


_ENDINGS = {
    "kk": _cyrillic("[ыі]", "[ае]", "ң"),
    "ky": _cyrillic("[ыиуү]", "[аеоө]", "н"),
    "uz": re.compile(
        r"(?<=...)(?:lar|лар|ning|нинг|ni|ни|ga|га|ka|ка|qa|қа|da|да|dan|дан|dagi|даги|i?miz|и?миз"
        r"|i?ngiz|и?нгиз|(?<=[aeiouаеёиоуўэюя])(?:si|си)|(?<=[^aeiouаеёиоуўэюя])(?:ing?|инг|im?|им?))$"
    ),
}

_SHORTEST = 3

# A last letter becomes voiced in front of a vowel: кітап, кітабы.
_UNVOICED = str.maketrans("бғгbg", "пқкpk")


def stem(word: str, language: str) -> str:
    """Return what is left of a word, in small letters, without the endings of nouns; the same for
    most forms of most nouns. It need not be a word.
    """
    endings = _ENDINGS[language]
    while (shorter := endings.sub("", word)) != word:
        word = shorter
    # өзен-і and қала-ны look alike
    word = word[:-1] if len(word) > _SHORTEST and word.endswith("н") else word
    return word[:-1] + word[-1:].translate(_UNVOICED)
