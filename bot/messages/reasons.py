"""Word errors in a person's language: by the codes and values of errors."""

from __future__ import annotations

import errno
import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from babel.numbers import format_decimal

from index.errors import CitebotError

__all__ = ["Reasons", "templates"]

# Letters of a text besides its values: with fewer it would match what it does not mean.
_LEAST = 8
# The language of the errors' own texts, and of a language that has no words for errors.
_ENGLISH = "en"
# A number as the index writes it, and values that are numbers but count nothing.
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_NAMES = {"id", "migrations", "port", "status", "version"}


class Reasons:
    """The words of one language for errors, for a shell or for a `chat`."""

    def __init__(self, language: str, *, chat: bool = True) -> None:
        self._language = language
        # the English texts of errors are those for a shell
        self._as_is = language == _ENGLISH and not chat
        self._words, self._system = templates(language, chat=chat)

    def of(self, error: CitebotError) -> str:
        """Return an error in this language; its own English text if there are no words for it."""
        if self._as_is:
            return str(error)
        words = self._words.get(error.code)
        if words is None or not _names(words) <= error.values.keys():
            return self.read(str(error))
        return words.format(**self._values(error.values))

    def read(self, english: str) -> str:
        """Return an error of which only the English text is known, line by line.

        An index stores such texts, and the process that reads files sends them. A line that
        matches the English words of no code stays as it is.
        """
        return "\n".join(self._line(line) for line in english.split("\n"))

    def system(self, reason: str) -> str:
        """Return a reason that the operating system gives in its own English."""
        return self._system.get(_names_of_system().get(reason, "")) or reason

    def _line(self, english: str) -> str:
        for code, pattern in _patterns():
            if found := pattern.fullmatch(english):
                return self._words[code].format(**self._values(found.groupdict()))
        return english

    def _values(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self._value(name, value) for name, value in values.items()}

    def _value(self, name: str, value: object) -> object:
        """Return an error, a number or a reason of the system's in this language."""
        if isinstance(value, CitebotError):
            return self.of(value)
        if isinstance(value, str) and _THOUSANDS.fullmatch(value):
            value = int(value.replace(",", ""))
        if isinstance(value, int) and name not in _NAMES:
            return format_decimal(value, locale=self._language)
        if not isinstance(value, str):
            return value
        said = _known(self._language).get(value) or self.system(value)
        return self._line(value) if said == value and "; " in value else said


@cache
def _known(language: str) -> Mapping[str, str]:
    """Return the words for values that are English words, by these."""
    return _content(language)["values"]


@cache
def templates(language: str, *, chat: bool = False) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the texts by the codes of errors, and the system's reasons by their names.

    In a `chat` nobody can run a command: some errors have other words there. Those that a language
    lacks are English.
    """
    english, own = _content(_ENGLISH), _content(language)
    words = english["errors"] | own["errors"]
    if chat:
        words = words | english["chat"] | own["chat"]
    return words, english["system"] | own["system"]


@cache
def _content(language: str) -> dict[str, dict[str, str]]:
    folder = files("bot.messages").joinpath("words", "errors")
    file = folder.joinpath(f"{language}.toml")
    if not file.is_file():
        return _content(_ENGLISH)
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _names(words: str) -> set[str]:
    return set(re.findall(r"(?<!{){(\w+)}", words))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the English texts as patterns for their values, those with most words first."""
    english, _ = templates(_ENGLISH)
    said = {code: re.sub(r"(?<!{){\w+}", "", words) for code, words in english.items()}
    codes = sorted(
        (code for code in said if len(said[code]) >= _LEAST), key=lambda c: -len(said[c])
    )
    return tuple((code, _pattern(english[code])) for code in codes)


def _pattern(english: str) -> re.Pattern[str]:
    """Return a text with {name} for each value as a pattern with a group for each."""
    parts, seen = [], set[str]()
    for part in re.split(r"(?<!{)({\w+})", english):
        name = part[1:-1]
        if not part.startswith("{") or part.startswith("{{"):
            parts.append(re.escape(part.replace("{{", "{").replace("}}", "}")))
        else:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


@cache
def _names_of_system() -> Mapping[str, str]:
    return {os.strerror(number): name for number, name in errno.errorcode.items()}
