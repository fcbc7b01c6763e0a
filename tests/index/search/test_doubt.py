"""Words that stand nowhere in the best passage: those that fit it, and those that do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library
from index.model.encoder import Encoder
from index.types import Outcome

GLIDER = """# Glider K4

The glider weighs 245 kg when empty. Its wings span 15 metres.

The winch pulls it up to 400 metres. A tow by plane costs 38 euros, a start by winch 9 euros.

Members clean the canopy with water only.
"""


@pytest.fixture(scope="module")
def club(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("club")
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "glider.md").write_text(GLIDER)
    library = Library(knowledge=folder / "knowledge", data=folder / "data", model=encoder)
    library.desk.index.build()
    yield library
    library.close()


@pytest.mark.parametrize(
    "question", ["How heavy is the glider?", "What does it cost to be towed by a plane?"]
)
def test_another_word_for_what_the_passage_says_answers(club: Library, question: str) -> None:
    assert club.ask(question).outcome is Outcome.FOUND


@pytest.mark.parametrize(
    "question",
    ["Who owns the glider?", "Who built the glider?", "How old is the glider?"],
)
def test_a_word_that_fits_nothing_in_the_passage_is_no_answer(club: Library, question: str) -> None:
    assert club.ask(question).outcome is not Outcome.FOUND


@pytest.mark.parametrize(
    "question", ["How do I insure a glider?", "When was the Glider K4 sold?", "may gliders race"]
)
def test_the_name_of_a_document_is_no_answer(club: Library, question: str) -> None:
    assert club.ask(question).outcome is not Outcome.FOUND
