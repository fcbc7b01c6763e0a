"""The example article and its golden questions keep what the rest of the project relies on."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
ARTICLE = ROOT / "knowledge" / "csto-drills-kyrgyzstan-2021.md"
GOLDEN = Path(__file__).resolve().parent / "golden" / "csto.jsonl"
ORIGINALS = sorted((ROOT.parent / "shared" / "knowledge").glob(f"{ARTICLE.stem}.original.*"))
SHARED_RUN_LIMIT = 8

KEY_FACTS = [
    "1 to 9 September 2021",
    "26 August 2021",
    "22 August",
    "within two weeks",
    "5,000 troops",
    "1990s",
    "Collective Security Treaty Organization (CSTO)",
    "Afghanistan",
    "Central Asia",
    "Kyrgyzstan",
    "Kazakhstan",
    "Tajikistan",
    "Uzbekistan",
    "Russia",
    "United States",
    "United Russia",
    "Taliban",
    "Russian President Vladimir Putin",
    "president of Kazakhstan",
    "Al Jazeera",
    "Caspian News",
    "RIA",
    "Russian News Agency",
    '"radical Islam"',
    "command and control bodies",
    "cohesion of the units",
    "joint operation",
    "illegal armed groups",
    "power structures",
    "helicopters, firearms",
    "border protection",
    "refugees",
    "asylum",
    "visa restrictions",
    "humiliating",
    "fighting terrorism",
    "border control",
]


def read_article() -> tuple[dict[str, Any], str]:
    """Return the front matter of the article and the text that follows it."""
    opening, front, body = ARTICLE.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == ""
    meta = yaml.safe_load(front)
    assert isinstance(meta, dict)
    return meta, body


def read_golden() -> list[dict[str, str]]:
    """Return the golden questions in the order of the file."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def word_runs(text: str, length: int) -> set[str]:
    """Return every run of ``length`` consecutive words, case and punctuation set aside."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}


META, BODY = read_article()
BLOCKS = [block for block in BODY.strip().split("\n\n") if block.strip()]
QUESTIONS = read_golden()
ANSWERABLE = [entry for entry in QUESTIONS if "text" in entry]
UNANSWERABLE = [entry for entry in QUESTIONS if "text" not in entry]


def test_front_matter_names_the_document() -> None:
    """The front matter holds a title, a date, the language and a note."""
    assert set(META) == {"title", "date", "language", "note"}
    assert isinstance(META["title"], str)
    assert META["title"]
    assert META["date"] == datetime.date(2021, 8, 27)
    assert META["language"] == "en"


def test_note_tells_readers_what_the_document_is() -> None:
    """The note says that the text is a summary in our own words and an example to replace."""
    note = META["note"]
    assert isinstance(note, str)
    assert "in our own words" in note
    assert "example document" in note
    assert "replace" in note


def test_article_is_a_title_and_eight_paragraphs() -> None:
    """The body is the front matter's title as a heading, then eight unwrapped paragraphs."""
    assert BLOCKS[0] == f"# {META['title']}"
    assert len(BLOCKS[1:]) == 8
    assert all("\n" not in block for block in BLOCKS)
    assert not any(block.startswith("#") for block in BLOCKS[1:])


@pytest.mark.parametrize("paragraph", BLOCKS[1:], ids=lambda text: str(text)[:30])
def test_paragraphs_hold_three_to_six_sentences(paragraph: str) -> None:
    """A paragraph holds three to six complete sentences."""
    sentences = re.split(r"(?<=[.?!]) (?=[A-Z])", paragraph)
    assert 3 <= len(sentences) <= 6
    assert all(sentence[-1] in ".?!" for sentence in sentences)


@pytest.mark.parametrize("fact", KEY_FACTS)
def test_article_states_the_key_facts(fact: str) -> None:
    """The article holds each figure, date, name and central term of the events it reports."""
    assert fact in BODY


def test_one_paragraph_gives_the_number_of_troops() -> None:
    """Only one paragraph says how many troops take part, so the question has one source."""
    assert sum("troops will take part" in block for block in BLOCKS) == 1
    assert sum("5,000" in block for block in BLOCKS) == 1


def test_golden_file_holds_enough_questions_of_both_kinds() -> None:
    """The golden file holds at least 40 answerable and 40 unanswerable questions."""
    assert len(ANSWERABLE) >= 40
    assert len(UNANSWERABLE) >= 40


def test_golden_questions_are_well_formed_and_distinct() -> None:
    """A golden line is a question with its document and text, or a question with its kind."""
    for entry in ANSWERABLE:
        assert set(entry) == {"question", "document", "text"}
        assert entry["document"] == ARTICLE.name
    for entry in UNANSWERABLE:
        assert set(entry) == {"question", "kind"}
        assert entry["kind"] in {"near", "off"}
    questions = [entry["question"] for entry in QUESTIONS]
    assert all(question.strip() for question in questions)
    assert len(set(questions)) == len(questions)


def test_golden_answers_cover_every_paragraph() -> None:
    """Every paragraph of the article answers at least one golden question."""
    for paragraph in BLOCKS[1:]:
        assert any(entry["text"] in paragraph for entry in ANSWERABLE)


@pytest.mark.parametrize("entry", ANSWERABLE, ids=lambda entry: str(entry["question"]))
def test_golden_text_occurs_once_in_the_article(entry: dict[str, str]) -> None:
    """The text of a golden answer is a verbatim slice found at one place in the article."""
    assert entry["text"] == entry["text"].strip() != ""
    assert BODY.count(entry["text"]) == 1
    assert sum(entry["text"] in paragraph for paragraph in BLOCKS[1:]) == 1


def test_word_runs_ignore_case_and_punctuation() -> None:
    """Two texts share a run of words although their case and punctuation differ."""
    assert word_runs("The drills, in May.", 3) == {"the drills in", "drills in may"}
    assert word_runs("too short", 3) == set()


def test_article_copies_no_run_of_words_from_its_source() -> None:
    """Wherever the source article is at hand, ours shares no run of eight words with it."""
    ours = word_runs(f"{META['title']}\n{META['note']}\n{BODY}", SHARED_RUN_LIMIT)
    for original in ORIGINALS:
        theirs = word_runs(original.read_text(encoding="utf-8"), SHARED_RUN_LIMIT)
        assert not ours & theirs
