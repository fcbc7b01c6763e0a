"""A question for a number, a price, a phone number or an address has no answer without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from index.library import Library
from index.model.encoder import Encoder
from index.search.expected import Kind, holds, kind
from index.types import Outcome

TEXTS = {
    "kayak.md": "# Kayak tours\n\nThe kayak tour starts at the old mill and follows the river to "
    "the lake. Central to it is the gorge.\n\nThe evening tour is free for children.\n",
    "sauna.md": "# Sauna\n\nThe sauna costs ten euros. Write to sauna@lake.example, or call the "
    "sauna master on 0151 5550144.\n",
    "boote.md": "# Bootsverleih\n\nDer Bootsverleih liegt am Ufer neben der alten Mühle.\n",
    "canoe.md": "# Canoes\n\nYou can keep the canoe until you leave the valley.\n",
    "tower.md": "# Sauna tower\n\nOnly adults may enter the sauna tower.\n",
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
        "Wie viele Boote hat der Bootsverleih?",
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
        "How long can I keep the canoe?",
        "How old must I be to enter the sauna tower?",
    ],
)
def test_what_may_be_said_without_a_figure_answers(
    outcome: Callable[[str], Outcome], question: str
) -> None:
    assert outcome(question) is Outcome.FOUND


@pytest.mark.parametrize(
    ("question", "language", "wanted"),
    [
        ("How many guides are there?", "en", Kind.NUMBER),
        ("How much does the tour cost?", "en", Kind.PRICE),
        ("And when does it start?", "en", Kind.TIME),
        ("What happens when it rains?", "en", None),
        ("What is included in the price?", "en", None),
        ("Wie lange dauert die Fahrt?", "de", Kind.NUMBER),
        ("Сколько стоит билет?", "ru", Kind.PRICE),
        ("Quand part le bateau ?", "fr", Kind.TIME),
    ],
)
def test_the_words_of_a_question_say_what_kind_of_answer_it_wants(
    question: str, language: str, wanted: Kind | None
) -> None:
    assert kind(question, language) is wanted


@pytest.mark.parametrize(
    ("text", "wanted", "is_there"),
    [
        ("Two guides come along.", Kind.NUMBER, True),
        ("The R7 is blue.", Kind.NUMBER, False),
        ("For 3 guests there is a guide.", Kind.NUMBER, False),
        ("Enterprise | unlimited", Kind.NUMBER, True),
        ("The limit is up to you.", Kind.NUMBER, True),
        ("5. Call a guide.", Kind.NUMBER, False),
        ("There are 34 places.", Kind.PRICE, False),
        ("A place is €4.", Kind.PRICE, True),
        ("It starts on Sundays.", Kind.TIME, True),
        ("It starts at the mill.", Kind.TIME, False),
    ],
)
def test_a_text_holds_it_if_the_question_does_not_say_it_itself(
    text: str, wanted: Kind, is_there: bool
) -> None:
    assert holds(text, wanted, "How many guides come with 3 guests?", "en") is is_there
