"""The bot's own words: one file per language in `words/`, with its plural forms and dates."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import c2py  # the evaluator of gettext's own plural rules
from importlib.resources import files

from babel import Locale
from babel.lists import format_list

from bot.messages.reasons import Reasons
from index.errors import CitebotError

__all__ = ["DEFAULT", "Texts", "languages", "texts_for"]

DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """The content of a file of words, as read."""

    plural: Callable[[int], int]
    thousands: str
    decimal: str
    day: str
    months: tuple[str, ...]
    words: dict[str, str | list[str]]
    steps: dict[str, str]


class Texts:
    """The words of one language: `text(key, **values)` fills in the placeholders of the key's text.

    Numbers are written as the language writes them. A key with plural forms needs `count`, which
    chooses the form.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = _read(language)

    def __call__(self, key: str, **values: object) -> str:
        text = self._words.words[key]
        if isinstance(text, list):
            count = values["count"]
            if not isinstance(count, int):
                raise TypeError(f"{key} has plural forms: count is a whole number, not {count!r}")
            text = text[self._words.plural(count)]
        return text.format(**{name: self._written(value) for name, value in values.items()})

    def day(self, day: date) -> str:
        """Return a date with its month in words."""
        month = self._words.months[day.month - 1]
        return self._words.day.format(day=day.day, month=month, year=day.year)

    def number(self, value: float, places: int) -> str:
        """Return a number with this many digits after the decimal sign."""
        return f"{value:.{places}f}".replace(".", self._words.decimal)

    def name_of(self, *languages: str) -> str:
        """Return the names of languages by their codes, as a list in a sentence."""
        names = _locale(self.language).languages
        return format_list([names.get(code, code) for code in languages], locale=self.language)

    def step(self, what: str) -> str:
        """Return a step of a build by the name the index gives it."""
        return self._words.steps.get(what, what)

    def reason(self, error: CitebotError | str, *, chat: bool = True) -> str:
        """Return an error in this language, by its code or, if need be, by its English text; for
        people in a `chat`, or for those at a shell.
        """
        reasons = Reasons(self.language, chat=chat)
        return reasons.read(error) if isinstance(error, str) else reasons.of(error)

    def _written(self, value: object) -> object:
        if isinstance(value, float):
            return self.number(value, 1)
        if isinstance(value, int):
            return f"{value:,}".replace(",", self._words.thousands)
        return value


def texts_for(*wanted: str | None) -> Texts:
    """Return the words of the first wanted language that has a file (`ru`, `ru-RU`), else
    English.
    """
    known = languages()
    codes = (language.lower().partition("-")[0] for language in wanted if language)
    return Texts(next((code for code in codes if code in known), DEFAULT))


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have words, sorted."""
    names = (file.name for file in files("bot.messages").joinpath("words").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@cache
def _read(language: str) -> Language:
    file = files("bot.messages").joinpath("words", f"{language}.toml")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return Language(
        plural=c2py(content["plural"]),
        thousands=content["thousands"],
        decimal=content["decimal"],
        day=content["day"],
        months=tuple(content["months"]),
        words=content["words"],
        steps=content["steps"],
    )
