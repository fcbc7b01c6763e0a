"""Upgrades: data directories that released versions wrote, opened by this one.

`tests/upgrades/0.1.zip` was written by 0.1.0's own code: a document, its index, two golden
questions, and a journal with an answer, a vote, an open question and a chosen language. 0.2.0 wrote
the same by `tests/upgrades/write.py`, and an index that waits, measured thresholds, a removed
document and a reserved folder.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.access.guard import Guard
from bot.journal import Journal
from bot.terminal import build
from index.errors import OtherModelError, SettingsError
from index.library import Library
from index.model.encoder import Encoder
from index.types import Outcome

WRITTEN = Path(__file__).parent / "upgrades"
QUESTION = "When does the last ferry leave in winter?"


def _unpacked(version: str, place: Path) -> Path:
    with zipfile.ZipFile(WRITTEN / f"{version}.zip") as archive:
        archive.extractall(place)
    return place


@pytest.fixture(params=["0.1", "0.2"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with the documents and the data directory of a version."""
    return _unpacked(request.param, tmp_path)


def test_the_first_start_answers_from_the_index(home: Path, encoder: Encoder) -> None:
    library = Library(knowledge=home / "knowledge", data=home / "data", model=encoder)

    build.refresh(library)

    answer = library.ask(QUESTION)
    assert answer.outcome is Outcome.FOUND
    assert answer.hits[0].quoted.endswith("In winter it leaves at six because of the tides.")
    library.close()


def test_an_index_of_another_form_is_built_again_and_says_so(
    tmp_path: Path, encoder: Encoder, capsys: pytest.CaptureFixture[str]
) -> None:
    home = _unpacked("0.1", tmp_path)
    library = Library(knowledge=home / "knowledge", data=home / "data", model=encoder)
    with pytest.raises(OtherModelError, match="written by another version of citebot"):
        library.ask(QUESTION)
    assert library.is_outdated()

    build.refresh(library)

    said = " ".join(capsys.readouterr().err.split())
    assert "The index was made by another version or with another model, so it is rebuilt" in said
    assert library.ask(QUESTION).outcome is Outcome.FOUND
    library.close()


def test_what_editors_left_survives(tmp_path: Path, encoder: Encoder) -> None:
    """Of 0.2: a document that waits to be published, one in the trash, a reserved folder."""
    home = _unpacked("0.2", tmp_path)
    library = Library(knowledge=home / "knowledge", data=home / "data", model=encoder)
    assert [one.id for one in library.desk.documents.trash()] == ["old.txt"]

    assert list(Guard(home / "data", library).rules().folders) == ["board"]
    (home / "data" / "access.toml").unlink()
    with pytest.raises(SettingsError, match="board was reserved"):
        Guard(home / "data", library)

    library.desk.index.build()
    answer = library.ask("When does the harbour office open?")
    assert answer.hits[0].quoted == "The harbour office opens at half past seven."
    library.close()


def test_golden_questions_survive_and_guard_the_new_index(home: Path, encoder: Encoder) -> None:
    library = Library(knowledge=home / "knowledge", data=home / "data", model=encoder)
    library.desk.index.build()
    golden = library.desk.golden.all()
    assert [one.question for one in golden] == [QUESTION, "Who is the king of Norway?"]
    evaluation = library.desk.golden.evaluate()
    assert evaluation
    assert evaluation.right == 1
    library.close()


def test_the_journal_keeps_answers_votes_gaps_and_choices(home: Path) -> None:
    journal = Journal(home / "data" / "journal.sqlite")
    [gap] = journal.gaps.open()
    assert gap.question == "Is there a lift to the lighthouse?"
    assert [(one.chat, one.language) for one in journal.gaps.awaiting(gap.id)] == [(13, "en")]
    counted = journal.numbers.since(datetime(2026, 1, 1, tzinfo=UTC))
    assert (counted.questions, counted.up, counted.down) == (1, 1, 0)
    assert journal.answers.was_answered(11, 1)
    assert journal.people.language(13) == "ru"
    journal.close()
    assert not list(home.rglob("*.damaged"))
