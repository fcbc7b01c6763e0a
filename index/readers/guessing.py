"""Guess the encoding of a text that names none: the likely one that makes sense of it."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from itertools import pairwise

from charset_normalizer import from_bytes

from index.text import languages

__all__ = ["guess", "is_plausible"]

# The encodings of people's texts other than UTF-8, and the languages written in each.
_LIKELY = {
    "cp1252": "en fr de es pt it nl sv da no nn nb fi is ca gl eu ga af id ms sq sw eo la",
    "cp1250": "pl cs sk hu sl hr bs ro sh",
    "cp1254": "tr az",
    "cp1257": "lt lv et",
    "cp1251": "ru uk be bg sr mk kk tt ky mn",
    "koi8_r": "ru",
    "koi8_u": "uk",
    "cp866": "ru be",
    "cp850": "en fr de es pt it nl sv da no fi",
    "cp1253": "el",
    "cp1255": "he yi",
    "cp1256": "ar fa ur",
    "cp874": "th",
    "gb18030": "zh",
    "big5hkscs": "zh",
    "cp932": "ja",
    "euc_jp": "ja",
    "cp949": "ko",
    "mac_roman": "en fr de es pt it nl sv da no fi",
    "mac_cyrillic": "ru uk be bg sr mk",
}


def guess(data: bytes, said: bytes | None = None) -> str | None:
    """Return the text if exactly one encoding makes sense of it, else None.

    `said` are the words of a text that has tags as well.
    """
    if _CONTROL.search(data):
        return None
    lines = (data if said is None else said).splitlines()
    sample = b"\n".join(line for line in lines if not line.isascii())[:_SAMPLE]
    found: dict[str, str] = {}
    for codec, spoken in _LIKELY.items():
        if codec.startswith("mac") and found:
            # small letters have the codes of Windows; only capitals and signs tell them apart
            continue
        text = sample.decode(codec, errors="ignore")
        language = languages.detect(text) if is_plausible(text) and _is_in(text) else ""
        if language in spoken.split() and not _FOREIGN.get(language, _NONE).search(text):
            with suppress(UnicodeDecodeError):
                found.setdefault(data.decode(codec), codec)
    if len(found) > 1:
        best = from_bytes(sample, cp_isolation=sorted(found.values())).best()
        likely = best.encoding if best and best.coherence > _COHERENT else ""
        found = {text: codec for text, codec in found.items() if codec == likely}
    return next(iter(found), None)


_SAMPLE = 8_000
_NONE = re.compile(r"(?!)")
# Cyrillic letters that a language does not write.
_FOREIGN = {
    "ru": re.compile("[\u0400\u0402-\u040f\u0450\u0452-\u04ff]"),
    "uk": re.compile(
        "[\u0400-\u0403\u0405\u0408-\u040f\u0450-\u0453\u0455\u0458-\u048f\u0492-\u04ff]"
    ),
}
_COHERENT = 0.3  # of charset-normalizer's 1; a wrong script scores under 0.2
_MIXED, _SHORT = 0.25, 4
_SQUARES = frozenset("²³")
_SQUARE = re.compile(r"(?<=[^\W\d_])[²³](?!\w)")
# Letters where no one writes them: Hebrew's final forms and Greek's final sigma within a word,
# signs of Thai that are out of use or next to its figures, marks on nothing, Greek without a vowel.
_UNWRITTEN = re.compile(
    r"[ךםןףץ](?=[א-ת])|ς(?=[α-ωά-ώ])|[\u0e4e\u0e4f\u0e5a\u0e5b]|[\u0e50-\u0e59](?=[\u0e01-\u0e4d])"
    r"|(?<![\w\u0591-\u05c7\u064b-\u0652\u0e31-\u0e4e])[\u05b0-\u05c7\u064b-\u0652\u0e31\u0e34-\u0e3a\u0e47-\u0e4d]"
    # an accented letter alone at a figure is a sign of money in another encoding
    r"|(?<=\d)[ \xa0]?[À-ÖØ-Þ](?!\w)|(?<!\w)[À-ÖØ-öø-ÿ](?=\d)"
    r"|(?i:\b[βγδζθκλμνξπρσςτφχψ]{4,}\b)"
)
_CONTROL = re.compile(rb"[\0-\x08]")
_WORD = re.compile(r"[^\W\d_]+(?:[^\w\s.,;:!?()\"'«»“”„‘’…–—-]+[^\W\d_]+)*")
_SCRIPTS = re.compile(
    "(?P<latin>[a-zA-Z\u00aa-\u024f])|(?P<greek>[\u0370-\u03ff])|(?P<cyrillic>[\u0400-\u04ff])"
    "|(?P<hebrew>[\u0590-\u05ff])|(?P<arabic>[\u0600-\u06ff])|(?P<thai>[\u0e00-\u0e7f])"
    "|(?P<east>[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])|(?P<odd>.)"
)


def is_plausible(text: str) -> bool:
    """Return True if a text looks written: words of one script, capitals in front, usual signs."""
    # each sign once: a text has few different ones
    signs = set(text)
    if any(map(_is_unwritten, signs)) or _UNWRITTEN.search(text):
        return False
    odd = set(filter(_is_odd, signs))
    if any(
        sign in odd and after.islower()
        for sign, after in pairwise(text if odd - _SQUARES else "")
        if sign not in _SQUARES
    ):
        return False
    mixed = count = 0
    for match in _WORD.finditer(_SQUARE.sub("", text)):
        word = match.group()
        if odd and not odd.isdisjoint(word):
            return False
        letters = "".join(filter(str.isalpha, word))
        if letters.isascii():
            # it is the same in all encodings
            continue
        count += 1
        scripts = {str(found.lastgroup) for found in _SCRIPTS.finditer(letters)}
        if len(scripts) > 1 and not scripts <= {"east", "latin"}:
            return False
        inside = letters[1:]
        is_turned = letters[0].islower() and inside == inside.upper() != inside.lower()
        if inside in (inside.lower(), inside.upper()) and not is_turned:
            continue
        if letters[0].islower() and (is_turned or len(letters) > _SHORT):
            return False
        mixed += 1
    # few words are written as кВт and МегаФон are
    if mixed > _MIXED * count:
        return False
    latin = [sign for sign in text if sign.isalpha() and sign < "\u0250"]
    if sum(not sign.isascii() for sign in latin) * 5 > len(latin) * 2:
        return False
    return _is_common(text)


def _is_in(text: str) -> bool:
    """Return True if a text with letters of a script other than Latin is written in it."""
    letters = sum(map(str.isalpha, text))
    others = sum(sign.isalpha() and sign > "\u024f" for sign in text)
    return not others or others * 10 >= letters * 3


@lru_cache(4_096)
def _is_unwritten(sign: str) -> bool:
    """Return True if no one writes this sign: controls, unassigned ones, frames, half widths."""
    if unicodedata.category(sign) in ("Cc", "Cn", "Co"):
        return sign not in "\t\n\r\f"
    return "\u2500" <= sign <= "\u25ff" or "\uff61" <= sign <= "\uff9f"


@lru_cache(4_096)
def _is_odd(sign: str) -> bool:
    """Return True if no word has this sign in its middle."""
    odd = sign in "ªº" or unicodedata.category(sign) in ("So", "Sm", "Sc", "No", "Sk")
    return odd and not sign.isascii()


def _is_common(text: str) -> bool:
    """Return True if most of the Chinese, Japanese and Korean characters are in daily use."""
    east = [sign for sign in text if "\u3400" <= sign <= "\ud7a3"]
    daily = sum(_is_daily(sign) for sign in east)
    return daily * 10 >= len(east) * 8


@lru_cache(16_384)
def _is_daily(sign: str) -> bool:
    if sign >= "\uac00":
        return len(sign.encode("euc_kr", "ignore")) == 2
    # the first level of each standard, by its lead bytes
    levels = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("shift_jis", 0x88, 0x97))
    leads = ((sign.encode(codec, "ignore")[:1], low, high) for codec, low, high in levels)
    return any(lead and low <= lead[0] <= high for lead, low, high in leads)
