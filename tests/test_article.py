"""The golden questions fit the example article, of which the tests have a copy of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).resolve().parent / "golden"
ARTICLE = GOLDEN / "csto-drills-kyrgyzstan-2021.md"
TEXT = ARTICLE.read_text(encoding="utf-8")
QUESTIONS = [
    json.loads(line) for line in (GOLDEN / "csto.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [entry for entry in QUESTIONS if "text" in entry]


def test_the_example_is_whole_if_it_is_there() -> None:
    """An operator may remove the example; a copy that is still there is unchanged."""
    example = ROOT / "knowledge" / ARTICLE.name
    assert not example.exists() or example.read_text(encoding="utf-8") == TEXT


def test_there_are_questions_with_and_without_an_answer() -> None:
    assert len(ANSWERABLE) >= 40
    assert len(QUESTIONS) - len(ANSWERABLE) >= 40
    assert len({entry["question"] for entry in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("entry", ANSWERABLE, ids=lambda entry: str(entry["question"]))
def test_the_text_of_a_golden_answer_stands_once_in_the_article(entry: dict[str, str]) -> None:
    assert entry["document"] == ARTICLE.name
    assert TEXT.count(entry["text"]) == 1
