"""The search of `make check` for wordings that read as translated finds them."""

from pathlib import Path

import pytest

from tests.wording import Pattern, Prose, found, patterns, prose


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: pattern.example)
def test_each_pattern_finds_its_example(pattern: Pattern) -> None:
    text = Prose("here", pattern.example, is_docstring=True)
    assert pattern.better in [one.better for _, one in found(text, patterns())]


@pytest.mark.parametrize(
    "text",
    [
        "The bot is behind a proxy.",
        "There is no index yet.",
        "It is no longer there.",
        "Answer questions, and say where the words stand.",
    ],
)
def test_ordinary_english_is_left_alone(text: str) -> None:
    assert not list(found(Prose("here", text, is_docstring=True), patterns()))


def test_docstrings_comments_messages_and_documents_are_read(tmp_path: Path) -> None:
    for name in ("bot/messages/words", "index", "tests", "benchmarks", "docs"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "index/one.py").write_text(
        '"""Whether it is."""\n\n# begun anew\nraise ValueError("what is no file is read")\n'
    )
    (tmp_path / "bot/messages/words/en.toml").write_text('key = "You are told."\n')
    (tmp_path / "docs/page.md").write_text("One.\n\nWhoever\nreads.\n\n```\nanew\n```\n")
    hits = {text.place for text in prose(tmp_path) if list(found(text, patterns()))}
    assert hits == {
        "index/one.py:1",
        "index/one.py:3",
        "index/one.py:4",
        "bot/messages/words/en.toml:1",
        "docs/page.md:3",
    }
