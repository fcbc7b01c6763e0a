"""Phrases that people say around a question, by language: the files in `phrases/`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

__all__ = ["ASKING", "ITEM", "WORD", "fold", "key", "languages", "pronouns"]

# The mark of an item of a list, a word, and the end of a text that asks.
ITEM = re.compile(r"^\s*(?:[-*•–—▪◦·]|\(?\d{1,2}[.)]|\(?[a-zа-я]\))\s+", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+(?:['’ʻ-][^\W_]+)*")
ASKING = re.compile(r"[?؟？][\"'»”’)\]]*\s*$")


@cache
def languages() -> tuple[dict[str, list[str]], ...]:
    """The phrases of each language: kind -> phrases."""
    folder = files("index.text").joinpath("phrases")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return tuple(tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in names)


def pronouns(language: str) -> tuple[str, ...]:
    """The pronouns of a language that stand for what was named before; none if not known here."""
    file = files("index.text").joinpath("phrases", f"{language}.toml")
    return tuple(tomllib.loads(file.read_text("utf-8"))["pronouns"]) if file.is_file() else ()


def key(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase."""
    return tuple(fold(match.group()) for match in WORD.finditer(phrase))


def fold(word: str) -> str:
    """A word in small letters, without accents that people leave out, apostrophes all alike."""
    plain = unicodedata.normalize("NFD", word.casefold().replace("’", "'").replace("ʻ", "'"))
    kept = "".join(c for c in plain if not ("\u0300" <= c <= "\u036f"))
    return unicodedata.normalize("NFC", kept).replace("ё", "е")
