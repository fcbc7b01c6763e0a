"""The bot's own words: one file per language, alike in what they can say."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.messages.texts import Texts, languages, texts_for

BOT = Path(__file__).parents[2] / "bot"
WORDS = BOT / "messages" / "words"


def content(language: str) -> dict[str, Any]:
    """Return a language's file with the words of the terminal, which repeat no key of it."""
    read, terminal = (
        tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
        for folder in (WORDS, WORDS / "terminal")
    )
    assert not set(read["words"]) & set(terminal["words"])
    return read | {"words": read["words"] | terminal["words"]}


def placeholders(text: str | list[str]) -> set[str]:
    """Return what a text, or any of its plural forms, asks to be filled in."""
    forms = [text] if isinstance(text, str) else text
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


def test_english_and_russian_are_there() -> None:
    assert {"en", "ru"} <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_languages_have_the_same_keys_and_placeholders(language: str) -> None:
    english, other = content("en"), content(language)
    assert set(other) == set(english)
    assert set(other["steps"]) == set(english["steps"])
    assert list(other["words"]) == list(english["words"])
    for key, text in english["words"].items():
        assert placeholders(other["words"][key]) == placeholders(text), key
        assert isinstance(other["words"][key], list) == isinstance(text, list), key


@pytest.mark.parametrize("language", languages())
def test_every_plural_rule_finds_a_form(language: str) -> None:
    """Whatever the number, there is a form for it, and each form is for some number."""
    texts = Texts(language)
    forms = content(language)["words"]["passages"]
    shown = {texts("passages", count=count).partition(" ")[2] for count in range(1, 200)}
    assert shown == {form.partition(" ")[2] for form in forms}
    for key, text in content(language)["words"].items():
        assert not isinstance(text, list) or len(text) == len(forms), key


def test_no_word_lies_idle() -> None:
    """Every key is used somewhere in the code, and every key the code names exists."""
    named = set()
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
    assert set(content("en")["words"]) <= named


def test_every_step_of_a_build_has_words() -> None:
    """A step that the index names is shown to editors and at the terminal."""
    sources = [path.read_text(encoding="utf-8") for path in (BOT.parent / "index").rglob("*.py")]
    named = re.findall(r'(?:progress|_steps)\("([^"]+)"', "\n".join(sources))
    assert set(named) == set(content("en")["steps"])


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 1, "1 passage"),
        ("en", 2, "2 passages"),
        ("en", 12_345, "12,345 passages"),
        ("ru", 1, "1 отрывок"),
        ("ru", 3, "3 отрывка"),
        ("ru", 11, "11 отрывков"),
        ("ru", 21, "21 отрывок"),
        ("ru", 111, "111 отрывков"),
        ("ru", 1_122, "1\u00a0122 отрывка"),
        ("ru", 2_000_000, "2\u00a0000\u00a0000 отрывков"),
    ],
)
def test_numbers_choose_their_form_and_are_written_as_the_language_does(
    language: str, count: int, words: str
) -> None:
    assert Texts(language)("passages", count=count) == words


def test_dates_have_their_month_in_words() -> None:
    assert Texts("en").day(date(2021, 8, 27)) == "27 August 2021"
    # with a space that does not break, of which CLDR has had several
    assert Texts("ru").day(date(2024, 5, 1)).split() == ["1", "мая", "2024", "г."]


@pytest.mark.parametrize(
    ("language", "value", "places", "words"),
    [
        ("en", 1.25, 1, "1.2"),
        ("en", 0.35, 1, "0.3"),
        ("en", 1234.5, 2, "1,234.50"),
        ("ru", 0.5, 2, "0,50"),
        ("ru", 1234.5, 1, "1\u00a0234,5"),
    ],
)
def test_fractions_are_rounded_as_python_does_and_written_as_the_language_does(
    language: str, value: float, places: int, words: str
) -> None:
    assert Texts(language).number(value, places) == words


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (("ru", "en"), "ru"),
        ((None, "ru"), "ru"),
        ((None, "ru-RU"), "ru"),
        ((None, "RU"), "ru"),
        ((None, "fr"), "en"),
        ((None, None), "en"),
        (("fr", "ru"), "ru"),
    ],
)
def test_the_first_language_with_words_is_chosen(
    wanted: tuple[str | None, ...], chosen: str
) -> None:
    assert texts_for(*wanted).language == chosen


@pytest.mark.parametrize(
    ("english", "named"),
    [
        ("no text layer; run OCR first", "OCR"),
        ("named .pdf, but its content is that of .docx; name it so", ".docx"),
        ("57 MB is too large; the limit is 50 MB, split the file", "57"),
        (
            "rules/pay.md is there already and differs; replace it (--replace), or give the new "
            "file another name",
            "rules/pay.md",
        ),
        ("http://x.example/a: it answers 404; open it in a browser to see why", "404"),
    ],
)
def test_a_reason_is_said_in_the_language_of_who_reads_it(english: str, named: str) -> None:
    said = texts_for("ru").reason(english)
    assert said != english
    assert named in said
    assert re.search("[а-я]{4}", said)
    assert texts_for("en", chat=False).reason(english) == english
