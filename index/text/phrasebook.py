"""Phrases that people say around a question, by language: the files in `phrases/`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files

__all__ = ["ASKING", "ITEM", "WORD", "fold", "key", "languages", "phrases", "plain", "pronouns"]

# The mark of an item of a list, a word, and the end of a text that asks.
ITEM = re.compile(r"^\s*(?:[-*•–—▪◦·]|\(?\d{1,2}[.)]|\(?[a-zа-я]\))\s+", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+(?:['’ʻ-][^\W_]+)*")
ASKING = re.compile(r"[?؟？][\"'»”’)\]]*\s*$")


def languages() -> tuple[dict[str, list[str]], ...]:
    """Return the phrases of each language: kind -> phrases."""
    return tuple(_KNOWN.values())


def phrases(language: str, kind: str) -> tuple[str, ...]:
    """Return the phrases of one kind of a language; none if it is not known here."""
    return tuple(_KNOWN.get(language, {}).get(kind, ()))


def pronouns(language: str) -> tuple[str, ...]:
    """Return the pronouns of a language that refer back; none if not known here."""
    return phrases(language, "pronouns")


def key(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase."""
    return tuple(map(fold, WORD.findall(phrase)))


def plain(text: str) -> str:
    """Return a text in small letters, without accents that people leave out, with uniform
    apostrophes.
    """
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.casefold().replace("’", "'").replace("ʻ", "'"))
    kept = "".join(c for c in parts if not ("\u0300" <= c <= "\u036f"))
    return unicodedata.normalize("NFC", kept).replace("ё", "е")


# Words of people come again and again, in any language; these take about 1 MB.
@lru_cache(maxsize=4_000)
def fold(word: str) -> str:
    """Return a word as `plain` does."""
    return plain(word)


def _read() -> dict[str, dict[str, list[str]]]:
    folder = files("index.text").joinpath("phrases")
    found = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return {
        name.removesuffix(".toml"): tomllib.loads(folder.joinpath(name).read_text("utf-8"))
        for name in found
    }


# Loaded at import: the process that reads documents opens no file later.
_KNOWN = _read()
