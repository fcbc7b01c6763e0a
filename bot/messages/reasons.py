"""Word errors in a person's language: by the codes and values of errors."""

from __future__ import annotations

import errno
import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from index.errors import CitebotError

__all__ = ["Reasons", "templates"]

# Letters of a text besides its values: with fewer it would match what it does not mean.
_LEAST = 8


class Reasons:
    """The words of one language for errors, for a shell or for a `chat`."""

    def __init__(self, language: str, *, chat: bool = True) -> None:
        self._words, self._system = templates(language, chat=chat)

    def of(self, error: CitebotError) -> str:
        """Return an error in this language; its own English text if there are no words for it."""
        words = self._words.get(error.code)
        if words is None or not _names(words) <= error.values.keys():
            return self.read(str(error))
        return words.format(**{name: self._value(value) for name, value in error.values.items()})

    def read(self, english: str) -> str:
        """Return an error of which only the English text is known, line by line.

        An index stores such texts, and the process that reads files sends them. A line that
        matches the English words of no code stays as it is.
        """
        return "\n".join(self._line(line) for line in english.split("\n"))

    def _line(self, english: str) -> str:
        for code, pattern in _patterns():
            if found := pattern.fullmatch(english):
                values = {name: self._value(value) for name, value in found.groupdict().items()}
                return self._words[code].format(**values)
        return english

    def _value(self, value: object) -> object:
        """Return a value in this language if it is an error or a reason of the system's."""
        if isinstance(value, CitebotError):
            return self.of(value)
        if not isinstance(value, str):
            return value
        name = _names_of_system().get(value, "")
        return self._system.get(name) or (self._line(value) if "; " in value else value)


@cache
def templates(language: str, *, chat: bool = False) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the texts by the codes of errors, and the system's reasons by their names.

    In a `chat` nobody can run a command: some errors have other words there.
    """
    file = files("bot.messages").joinpath("words", "errors", f"{language}.toml")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    words = content["errors"] | content["chat"] if chat else content["errors"]
    return words, content["system"]


def _names(words: str) -> set[str]:
    return set(re.findall(r"(?<!{){(\w+)}", words))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the English texts as patterns for their values, those with most words first."""
    english, _ = templates("en")
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
