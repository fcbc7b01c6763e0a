"""The bot's own words: a file per language in `words/`; plurals, dates and numbers by Babel.

A language may lack texts of `words/terminal/` and `words/errors/`, which are English then.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal

from bot.messages.model import clip
from bot.messages.reasons import Reasons
from index.desk.following import file_of
from index.errors import CitebotError

__all__ = ["DEFAULT", "Texts", "languages", "texts_for"]

DEFAULT = "en"

# The plural categories of CLDR, in its order; up to this number each language shows those it has.
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")
_ENOUGH = 200
_NAME = 100  # of a file, in UTF-16 units


@dataclass(frozen=True, slots=True)
class Language:
    """The content of a file of words, as read."""

    locale: Locale
    words: dict[str, str | list[str]]
    steps: dict[str, str]
    forms: tuple[str, ...]

    def form(self, count: int) -> int:
        """Return which of a text's plural forms goes with a number."""
        category = self.locale.plural_form(count)
        # millions have a category of their own in some languages, which no form is written for
        return self.forms.index(category) if category in self.forms else -1

    def number(self, value: float, places: int) -> str:
        """Return a number with this many digits after the decimal sign."""
        # rounded first: Babel would round the digits that Python shows, not the number
        pattern = f"#,##0.{'0' * places}"
        return format_decimal(round(value, places), pattern, locale=self.locale)

    def written(self, value: object) -> object:
        """Return a value with numbers as the language writes them."""
        if isinstance(value, float):
            return self.number(value, 1)
        if isinstance(value, int):
            return format_decimal(value, locale=self.locale)
        return value


class Texts:
    """The words of one language: `text(key, **values)` fills in the placeholders of the key's text.

    Numbers are written as the language writes them. A key with plural forms needs `count`, which
    chooses the form. The remedies of errors are for people in a `chat`, or for those at a shell.
    """

    def __init__(self, language: str, *, chat: bool = True) -> None:
        self.language = language
        self._chat = chat
        self._words = _read(language)

    def __call__(self, key: str, /, **values: object) -> str:
        language = self._words if key in self._words.words else _read(DEFAULT)
        text = language.words[key]
        if isinstance(text, list):
            count = values["count"]
            if not isinstance(count, int):
                raise TypeError(f"{key} has plural forms: count is a whole number, not {count!r}")
            text = text[language.form(count)]
        return text.format(**{name: language.written(value) for name, value in values.items()})

    def day(self, day: date) -> str:
        """Return a date with its month in words."""
        return format_date(day, "long", locale=self._words.locale)

    def number(self, value: float, places: int) -> str:
        """Return a number with this many digits after the decimal sign."""
        return self._words.number(value, places)

    def name_of(self, *languages: str) -> str:
        """Return the names of languages by their codes, as a list in a sentence."""
        names = self._words.locale.languages
        return self.listed(names.get(code, code) for code in languages)

    def duration(self, seconds: float) -> str:
        """Return a length of time in its largest unit, rounded: seconds, days, years."""
        return format_timedelta(timedelta(seconds=seconds), locale=self._words.locale)

    def listed(self, things: Iterable[str]) -> str:
        """Return things as a list in a sentence."""
        return format_list(list(things), locale=self._words.locale)

    def step(self, what: str) -> str:
        """Return a step of a build by the name the index gives it."""
        if file := file_of(what):
            return self("reading_file", name=clip(file, _NAME))
        return self._words.steps.get(what, what)

    def reason(self, error: CitebotError | str) -> str:
        """Return an error in this language, by its code or, if need be, by its English text."""
        reasons = Reasons(self.language, chat=self._chat)
        return reasons.read(error) if isinstance(error, str) else reasons.of(error)

    def system(self, reason: str | None) -> str:
        """Return a reason that the operating system gives, in this language."""
        return Reasons(self.language).system(reason or "")


def texts_for(*wanted: str | None, chat: bool = True) -> Texts:
    """Return the words of the first wanted language that has a file (`ru`, `ru-RU`), else
    English.
    """
    known = languages()
    codes = (language.lower().partition("-")[0] for language in wanted if language)
    return Texts(next((code for code in codes if code in known), DEFAULT), chat=chat)


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have words, sorted."""
    names = (file.name for file in files("bot.messages").joinpath("words").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def _read(language: str) -> Language:
    folder = files("bot.messages").joinpath("words")
    content = tomllib.loads(folder.joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    terminal = folder.joinpath("terminal", f"{language}.toml")
    words = content["words"]
    if terminal.is_file():
        words = words | tomllib.loads(terminal.read_text(encoding="utf-8"))["words"]
    locale = Locale.parse(content["locale"])
    used = {locale.plural_form(number) for number in range(_ENOUGH)}
    return Language(
        locale=locale,
        words=words,
        steps=content["steps"],
        forms=tuple(category for category in _CATEGORIES if category in used),
    )
