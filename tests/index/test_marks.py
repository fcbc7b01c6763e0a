"""Which sentence of a passage is marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from index.library import Library
from index.model.encoder import Encoder

TEXTS = {
    "tariffs.md": "# Tariffs\n\n- Pick one:\n\n  | Tariff | Fee |\n  |---|---|\n"
    "  | Sun | 8 euros |\n  | Moon | 5 euros |\n\n- Sign.\n",
    "boats.html": "<h1>Boats</h1><table><tr><td>Boat</td><td>Half a day</td><td>A day</td></tr>"
    "<tr><td>Canoe</td><td>18 euros</td><td>30 euros</td></tr>"
    "<tr><td>Kayak</td><td>15 euros</td><td>24 euros</td></tr></table>",
    "talk.txt": "REPORTER: When was the new bridge opened\nENGINEER: in the autumn of 2004\n"
    "REPORTER: and who paid for it\nENGINEER: the towns on both banks\n",
    "dinner.txt": "6/3/24, 6:02 PM - Mira: When is the dinner?\n"
    "6/3/24, 6:04 PM - Jon: we eat at half past seven\n6/3/24, 6:05 PM - Mira: ok\n",
    "pass.md": "# Pass\n\nThe season pass covers these:\n\n- the pool\n- the sauna on weekdays\n",
    "keys.html": "<h1>Calendar</h1><p>In the calendar some keys change what you see</p><ul>"
    "<li>arrow up: a day back</li><li>arrow up and shift: a year back</li>"
    "<li>space: today</li></ul>",
    "handbook.md": "# Handbook\n\n## Holidays\n\nRequests must be made six weeks ahead in writing. "
    "Trips booked in the holidays need no request.\n\n## Parking\n\nThe garage costs 12 euros a "
    "night. Cars with gas tanks may not use the parking below the house.\n",
    "menu.txt": "Espresso .... 2.10\nCappuccino .. 3.20\nApple pie ... 4.50\n",
    "rules.txt": "House rules\n\n1. Lost keys\n2. Quiet hours\n\nLost keys\n\n"
    "A new one costs 35 euros.\n\nQuiet hours\n\nFrom 22 to 7.\n",
    "yard.txt": "Yard rules\n\nThe yard is closed to cars on market days. Washing a car is allowed "
    "from 8 to 12. Bicycles stand under the roof.\n",
    "cakes.md": "# Cakes\n\nPlum cake with cream: 4.20. Contains wheat and hazelnuts.\n\n"
    "Lemon tart: 3.90. Contains egg and milk.\n",
    "lamp.md": "# Lamp\n\n## How do I pair the lamp?\n\nPress the ring twice until it blinks. "
    "Remotes that it knew before are forgotten.\n",
    "boiler.txt": "How to refill the boiler\n------------------------\n\nOpen the blue valve until "
    "it shows 1.5 bar.\n",
    "drain.txt": "Cellar\n\nQ. My drain smells since the winter.\nA. Pour in a bucket of water.\n",
    "ferry.txt": "The ferry\n\nThe ferry leaves at noon. Does the ferry wait for late buses, many "
    "ask? Only in winter.\n",
    "caves.md": "# Caves\n\nPeople often ask how long the tour of the caves takes. Two hours, say "
    "the guides. The lamps are lent.\n",
    "boxes.md": "# Boxes\n\nCan the boxes hold glass bottles? No, sorry. They are for paper.\n",
    "hours.md": "# Desk\n\nMonday: 8 to 12  \nTuesday: 9 to 13  \nWednesday: closed  \n",
}


@pytest.fixture(scope="module")
def marked(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> Iterator[Callable[[str], list[str]]]:
    """Gives the sentences that are marked in the best passage for a question."""
    folder = tmp_path_factory.mktemp("knowledge")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    data = tmp_path_factory.mktemp("data")
    library = Library(knowledge=folder, data=data, model=encoder)
    library.desk.index.build()

    def best(question: str) -> list[str]:
        hit = library.rank(question, 1).hits[0]
        return [hit.passage.quote(span) for span in hit.highlights]

    yield best
    library.close()


@pytest.mark.parametrize(
    ("question", "marks"),
    [
        ("How much is the Moon tariff?", ["Moon | 5 euros"]),
        ("How do I refill the boiler?", ["Open the blue valve until it shows 1.5 bar."]),
        ("My drain smells", ["A. Pour in a bucket of water."]),
        ("How much is a kayak for a day?", ["Kayak | 15 euros | 24 euros"]),
        ("When was the new bridge opened?", ["ENGINEER: in the autumn of 2004"]),
        ("Who paid for the bridge?", ["ENGINEER: the towns on both banks"]),
        ("When is the dinner?", ["6/3/24, 6:04 PM - Jon: we eat at half past seven"]),
        ("How much is a cappuccino?", ["Cappuccino .. 3.20"]),
        # the other sentence has the word again, but no price
        ("How much is parking?", ["The garage costs 12 euros a night."]),
        ("How much does a lost key cost?", ["A new one costs 35 euros."]),
        ("When is the desk open on Tuesday?", ["Tuesday: 9 to 13"]),
        (
            "May I wash my car on market days?",
            [
                "The yard is closed to cars on market days.",
                "Washing a car is allowed from 8 to 12.",
            ],
        ),
        (
            "Which cake contains hazelnuts?",
            ["Plum cake with cream: 4.20.", "Contains wheat and hazelnuts."],
        ),
        ("Does the ferry wait for late buses?", ["Only in winter."]),
        ("Do the boxes hold glass bottles?", ["No, sorry.", "They are for paper."]),
        ("How long does the tour of the caves take?", ["Two hours, say the guides."]),
        ("How do I pair it?", ["Press the ring twice until it blinks."]),
        (
            "Which key goes a year back in the calendar?",
            ["In the calendar some keys change what you see", "• arrow up and shift: a year back"],
        ),
        (
            "What does parking cost a night?",
            ["The garage costs 12 euros a night."],
        ),
        (
            "What does the season pass cover?",
            ["The season pass covers these:", "• the sauna on weekdays"],
        ),
    ],
)
def test_the_mark_is_where_the_answer_is(
    marked: Callable[[str], list[str]], question: str, marks: list[str]
) -> None:
    """Not in a header row, a line that leads to others, a turn that asks, a name that is asked."""
    assert marked(question) == marks
