"""A question for a price, a telephone number or an address of e-mail has no answer without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from index.library import Library
from index.model.encoder import Encoder
from index.types import Outcome

TEXTS = {
    "kayak.md": "# Kayak tours\n\nThe kayak tour starts at the old mill and follows the river to "
    "the lake. Central to it is the gorge.\n\nThe evening tour is free for children.\n",
    "sauna.md": "# Sauna\n\nThe sauna costs ten euros. Write to sauna@lake.example, or call the "
    "sauna master on 0151 5550144.\n",
    "boote.md": "# Bootsverleih\n\nDer Bootsverleih liegt am Ufer neben der alten Mühle.\n",
    "ruder.md": "# Ruder\n\nDie Leihe der Ruder ist kostenlos.\n",
}


@pytest.fixture(scope="module")
def outcome(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> Iterator[Callable[[str], Outcome]]:
    folder = tmp_path_factory.mktemp("knowledge")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    data = tmp_path_factory.mktemp("data")
    library = Library(knowledge=folder, data=data, model=encoder)
    library.desk.index.build()
    yield lambda question: library.ask(question).outcome
    library.close()


@pytest.mark.parametrize(
    "question",
    [
        "How much does the kayak tour cost?",
        "What is the price of the kayak tour?",
        "What is the phone number of the kayak tour?",
        "Was kostet der Bootsverleih?",
        "Wie ist die Telefonnummer vom Bootsverleih?",
    ],
)
def test_a_passage_without_it_is_no_answer(
    outcome: Callable[[str], Outcome], question: str
) -> None:
    assert outcome(question) is not Outcome.FOUND


@pytest.mark.parametrize(
    "question",
    [
        "How much does the sauna cost?",
        "What does the evening tour cost for children?",
        "What is the phone number of the sauna master?",
        "What is the email address of the sauna?",
        "Was kostet die Leihe der Ruder?",
        "Where does the kayak tour start?",
    ],
)
def test_a_price_in_words_or_figures_answers(
    outcome: Callable[[str], Outcome], question: str
) -> None:
    assert outcome(question) is Outcome.FOUND
