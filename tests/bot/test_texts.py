"""The bot's own words: one file per language, alike in what they can say."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.messages import reasons, texts
from bot.messages.texts import Texts, languages, texts_for

BOT = Path(__file__).parents[2] / "bot"
WORDS = BOT / "messages" / "words"


def content(language: str) -> dict[str, Any]:
    """Return a language's file with its words of the terminal, which repeat no key of it."""
    file = f"{language}.toml"
    read = tomllib.loads((WORDS / file).read_text(encoding="utf-8"))
    if (WORDS / "terminal" / file).is_file():
        terminal = tomllib.loads((WORDS / "terminal" / file).read_text(encoding="utf-8"))
        assert not set(read["words"]) & set(terminal["words"])
        read["words"] |= terminal["words"]
    return read


def placeholders(text: str | list[str]) -> set[str]:
    """Return what a text, or any of its plural forms, asks to be filled in."""
    forms = [text] if isinstance(text, str) else text
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


def forms(language: str) -> Iterator[tuple[str, str, str]]:
    """Yield each key of a language with each of its forms and the first English one."""
    english = content("en")["words"]
    for key, text in content(language)["words"].items():
        for form in [text] if isinstance(text, str) else text:
            yield key, form, english[key] if isinstance(english[key], str) else english[key][0]


def test_these_languages_are_there() -> None:
    assert {"de", "en", "es", "ru"} <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_languages_have_the_same_keys_and_placeholders(language: str) -> None:
    """The file of a language is whole; texts of the terminal may be missing."""
    english, other = content("en"), content(language)
    assert set(other) == set(english)
    assert set(other["steps"]) == set(english["steps"])
    whole = language in ("en", "ru")
    left = {key for key in english["words"] if key.startswith(("cli_", "doctor_"))} - {
        *other["words"]
    }
    assert not (whole and left)
    assert list(other["words"]) == [key for key in english["words"] if key not in left]
    for key, text in other["words"].items():
        assert placeholders(text) == placeholders(english["words"][key]), key
        assert isinstance(text, list) == isinstance(english["words"][key], list), key


@pytest.mark.parametrize("language", sorted({*languages()} - {"en"}))
def test_nothing_is_left_in_english(language: str) -> None:
    english = re.compile(r"\b(?:the|and|your|you|this|of|please|with|is|not|are|by)\b", re.I)
    for key, form, model in forms(language):
        words = re.sub(r"{\w+}|[/@]\w+|https?://\S+", "", form)
        assert not english.search(words), key
        assert form != model or len(re.findall(r"[^\W\d_]{2,}", words)) < 3, key


@pytest.mark.parametrize("language", languages())
def test_texts_are_built_like_the_english_ones(language: str) -> None:
    """What follows a colon is added by the code; a line too many would be seen in a chat."""
    for key, form, model in forms(language):
        assert form.strip() == form.strip(" "), key
        assert form.endswith(":") == model.endswith(":"), key
        assert form.startswith("\n") == model.startswith("\n"), key
        assert form.count("\n\n") == model.count("\n\n"), key
        assert set(re.findall(r"/[a-z]+", form)) == set(re.findall(r"/[a-z]+", model)), key


@pytest.mark.parametrize("language", languages())
def test_what_telegram_limits_is_short_enough(language: str) -> None:
    """Telegram's limits (commands 256, toasts 200, placeholders 64), and what a phone shows."""
    beside = {"read_around", "table_button", "copy", "source_button", "page_button"}
    toasts = {"outdated_button", "say_why", "thanks", "not_kept", "will_notify", "told"}
    toasts |= {"answered_since", "not_yours", "not_allowed", "no_more", "page_changed", "gone"}
    for key, form, _ in forms(language):
        most = 4_096
        if key in beside:
            most = 12
        elif key in toasts:
            most = 200
        elif key.startswith("command_"):
            most = 50
        elif key.endswith("_placeholder"):
            most = 64
        elif key.endswith("_button"):
            most = 45
        assert 0 < len(form) <= most, key


def test_a_language_without_words_for_the_terminal_and_errors_says_them_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file is enough for a language."""
    folder = tmp_path / "words"
    for name in ("en.toml", "terminal/en.toml", "errors/en.toml", "ru.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((WORDS / name).read_bytes())
    for module in (texts, reasons):
        monkeypatch.setattr(module, "files", lambda _: tmp_path)
    caches = (texts.languages, texts._read, reasons.templates, reasons._content, reasons._known)
    for cached in caches:
        cached.cache_clear()
    try:
        russian = texts_for("ru", chat=False)
        assert languages() == ("en", "ru")
        assert russian("thanks") == "Спасибо."
        assert russian("cli_documents", count=1_234) == "1,234 documents"
        assert russian.reason("no text layer; run OCR first") == "no text layer; run OCR first"
    finally:
        for cached in caches:
            cached.cache_clear()


@pytest.mark.parametrize("language", languages())
def test_every_plural_rule_finds_a_form(language: str) -> None:
    """Whatever the number, there is a form for it, and each form is for some number."""
    said = Texts(language)
    passages = content(language)["words"]["passages"]
    shown = {said("passages", count=count).partition(" ")[2] for count in range(1, 200)}
    assert shown == {form.partition(" ")[2] for form in passages}
    for key, text in content(language)["words"].items():
        assert not isinstance(text, list) or len(text) == len(passages), key


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
        ("de", 1, "1 Textstelle"),
        ("de", 12_345, "12.345 Textstellen"),
        ("es", 1, "1 fragmento"),
        ("es", 2_000_000, "2.000.000 fragmentos"),
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
        (("es-419", "en"), "es"),
        (("de-AT", "en"), "de"),
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
