"""Errors in a person's language: every code has words, and what is stored as text is understood."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.messages.reasons import _content, templates
from bot.messages.texts import languages, texts_for
from index import errors
from index.errors import (
    CitebotError,
    DocumentError,
    KnowledgeError,
    ModelError,
    SettingsError,
    StoreError,
)
from tests.architecture import PAGE

ROOT = PAGE.parent.parent

# errors that pass on a text: of several lines, or from another process or an index
_PASSED_ON = {
    "bot/access/guard.py",
    "index/intake/reader.py",
    "index/intake/readings.py",
    "index/readers/__init__.py",
    "index/readers/zipped.py",
    "index/settings.py",
}


def raised() -> Iterator[tuple[str, list[str], set[str]]]:
    """The errors that the code makes: the file, the codes, and the names of the values."""
    kinds = {*errors.__all__, "BusyError", "WebhookError"}
    for package in ("bot", "index"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and node.args and _name(node.func) in kinds:
                    names = {word.arg for word in node.keywords if word.arg}
                    yield file.relative_to(ROOT).as_posix(), _codes(node), names


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _codes(call: ast.Call) -> list[str]:
    """The codes that a call may give: a text, or a variable with one of two."""
    if len(call.args) < 2:
        return []
    code = call.args[1]
    return [code.value] if isinstance(code, ast.Constant) and isinstance(code.value, str) else ["?"]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"(?<!{){(\w+)}", text))


def test_every_error_has_a_code_with_words() -> None:
    found = list(raised())
    assert len(found) > 150
    without = {file for file, codes, _ in found if not codes}
    assert without <= _PASSED_ON
    for language in ("en", "ru"):
        words = _content(language)["errors"]
        for file, codes, names in found:
            for code in codes:
                if code != "?":
                    assert code in words, f"{file}: no words for {code} in {language}"
                    assert placeholders(words[code]) <= names, f"{file}: {code} in {language}"


def test_the_english_words_are_the_texts_of_the_errors() -> None:
    """A shell shows the text of an error, a chat and an index the words of its code."""
    english, _ = templates("en")
    calls = [
        node
        for package in ("bot", "index")
        for file in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and len(node.args) > 1 and _name(node.func).endswith("Error")
    ]
    said = {code: _said(node.args[0]) for node in calls for code in _codes(node) if code in english}
    texts = {code: text for code, text in said.items() if text}
    assert len(texts) > 100
    assert not {
        code: text
        for code, text in texts.items()
        if not _fits(text, words := re.sub(r"(?<!{){\w+}", _ANY, english[code]))
        and not _fits(words, text)
    }


_ANY = "\0"  # stands for a value, in a text and in its words


def _said(node: ast.expr) -> str:
    """The text of an error with a sign for each value; empty if it is not written in the call."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    fixed = [part.value if isinstance(part, ast.Constant) else _ANY for part in parts]
    return "".join(map(str, fixed)) if len(parts) > 1 or isinstance(node, ast.Constant) else ""


def _fits(text: str, pattern: str) -> bool:
    """Return True if a text is the pattern with words in place of its values."""
    pattern = ".*".join(map(re.escape, pattern.replace("{{", "{").replace("}}", "}").split(_ANY)))
    return re.fullmatch(pattern, text.replace(_ANY, "…"), re.DOTALL) is not None


def test_every_language_has_the_same_codes_and_placeholders() -> None:
    english, system = templates("en")
    for language in languages():
        words, reasons = templates(language, chat=True)
        assert words.keys() == english.keys()
        assert reasons.keys() == system.keys()
        for code, text in words.items():
            assert placeholders(text) <= placeholders(english[code]), code


# errors of the program at a shell and of its settings, which no chat ever shows
_AT_A_SHELL = re.compile(
    "access_|backup_|citation|copy_|golden_(document|name|pair|unknown)|journal_|language_|mcp_|"
    "model_|origins_|pgvector|postgres_|database_(newer|tables)|passage_|reranker_|restore_|setting_|"
    "webhook_|no_pytorch|disk_refuses"
)


@pytest.mark.parametrize("language", languages())
def test_no_error_in_a_chat_asks_for_a_shell(language: str) -> None:
    shell = re.compile(
        r"citebot |CITEBOT_|--\w|\bpip\b|\bindex|golden|Tesseract|индекс|эталон", re.IGNORECASE
    )
    words, _ = templates(language, chat=True)
    found = {code: text for code, text in words.items() if shell.search(text)}
    assert not {code: text for code, text in found.items() if not _AT_A_SHELL.match(code)}


@pytest.mark.parametrize(
    "error",
    [
        DocumentError("no text layer; run OCR first", "no_text_layer"),
        StoreError("data: x; check its rights", "rights", path=Path("data"), reason="x"),
        ModelError("the model m needs …", "no_pytorch", what="m"),
        KnowledgeError("there is no document a.txt; …", "document_unknown", id="a.txt"),
        SettingsError("CITEBOT_LANGUAGE: de is …", "language_unknown", language="de", known="en"),
    ],
)
def test_an_error_is_worded_by_its_code(error: CitebotError) -> None:
    said = texts_for("ru").reason(error)
    assert re.search("[а-я]{4}", said)
    for value in error.values.values():
        assert str(value) in said


@pytest.mark.parametrize("name", ["ENOSPC", "EACCES", "EROFS"])
def test_a_reason_of_the_system_is_in_the_language_too(name: str) -> None:
    reason = templates("en")[1][name]
    error = StoreError(f"/data: {reason}; check its rights", "rights", path="/data", reason=reason)
    assert reason not in texts_for("ru").reason(error)
    assert texts_for("ru").reason(error) == texts_for("ru").reason(str(error))
    assert texts_for("en", chat=False).reason(error) == str(error)


def test_what_could_not_be_done_is_worded_too() -> None:
    """The index names it in English, within the values of its errors."""
    root = PAGE.parent.parent
    files = [*(root / "index").rglob("*.py"), *(root / "bot").rglob("*.py")]
    sources = [file.read_text(encoding="utf-8") for file in files]
    call = r'(?:explained|transaction|_refuse_over)\((?:[\w.]+, )?"([^"]+)"'
    named = set(re.findall(call, "\n".join(sources)))
    assert len(named) > 10
    for what in named:
        error = StoreError(
            f"d: cannot {what}: x; …", "store_write", what=what, path="d", reason="x"
        )
        assert not re.search("[a-z]{2}", texts_for("ru").reason(error))
        assert not re.search("[a-z]{2}", texts_for("ru", chat=False).reason(error))


def test_an_error_within_an_error_is_worded() -> None:
    inner = DocumentError("contains no text; remove it or add some", "no_text")
    error = DocumentError(f"a.txt: {inner}", "file_refused", file="a.txt", reason=inner)
    assert texts_for("ru").reason(error) == "a.txt: " + texts_for("ru").reason(inner)


def test_each_english_text_is_understood_as_its_own_code() -> None:
    """An index stores the reasons as text: each gives its own words again."""
    english, _ = templates("en")
    russian, _ = templates("ru", chat=True)
    for code, text in english.items():
        # a single value says too little to tell it from another text
        if len(re.sub(r"{\w+}", "", text)) < 8:
            continue
        values = {name: f"<{name}>" for name in placeholders(text)}
        assert texts_for("ru").reason(text.format(**values)) == russian[code].format(**values), code


def test_lines_of_settings_are_worded_one_by_one() -> None:
    text = (
        "CITEBOT_ADMINS: 'ann' is not a numeric id; write ids with commas between\n"
        "CITEBOT_LANGUAGE: de is not one of en, ru"
    )
    first, second = texts_for("ru").reason(SettingsError(text)).split("\n")
    assert "CITEBOT_ADMINS: 'ann' — " in first
    assert "CITEBOT_LANGUAGE: de — " in second
