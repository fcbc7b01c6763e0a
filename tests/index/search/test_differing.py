"""Documents that answer a question with other numbers or dates stand side by side, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library
from index.model.encoder import Encoder
from index.types import Answer

FILES = {
    "fees-2024.md": "Fees 2024\n\nA berth costs 80 euros a month. The slip is free on Mondays.\n",
    "fees-2026.md": "Fees 2026\n\nA berth costs 95 euros a month. The slip is free on Fridays.\n",
    "march.md": "# Minutes, spring\n\nThe next assembly of members is on 9 April at 19:30.\n",
    "april.md": "# Minutes, summer\n\nThe next assembly of members is on 7 July at 19:30.\n",
    "rules.md": "# Rules\n\nDogs stay on a leash. The gate closes at 22:00 every night.\n",
    "guests.md": "# Guests\n\nDogs stay on a leash. A night costs guests 12 euros.\n",
}


@pytest.fixture(scope="module")
def harbour(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("harbour")
    (folder / "knowledge").mkdir()
    for name, text in FILES.items():
        (folder / "knowledge" / name).write_text(text)
    library = Library(knowledge=folder / "knowledge", data=folder / "data", model=encoder)
    library.desk.index.build()
    yield library
    library.close()


def _differing(found: Answer) -> list[str]:
    return [hit.passage.source.id for hit in found.hits[: found.differ]]


def test_other_amounts_stand_side_by_side_with_the_newest_first(harbour: Library) -> None:
    assert _differing(harbour.ask("How much is a berth a month?")) == [
        "fees-2026.md",
        "fees-2024.md",
    ]


def test_other_days_differ_like_numbers(harbour: Library) -> None:
    assert _differing(harbour.ask("On which day is the slip free?")) == [
        "fees-2026.md",
        "fees-2024.md",
    ]
    assert sorted(_differing(harbour.ask("When is the next assembly of members?"))) == [
        "april.md",
        "march.md",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "How much did a berth cost in 2024?",
        "Must dogs be on a leash?",
        "When does the gate close?",
        "How much is a night for guests?",
    ],
)
def test_nothing_differs_where_one_document_was_meant_or_only_one_answers(
    harbour: Library, question: str
) -> None:
    assert _differing(harbour.ask(question)) == []
