"""What the parts of a score say of a passage."""

from __future__ import annotations

import pytest

from index.library import Library
from index.model.encoder import Encoder
from index.types import Outcome, Parts


def best(library: Library, question: str) -> Parts:
    return library.rank(question, 1).hits[0].parts


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("When was it opened by the engineer Ada Brandt?", 1),
        ("When was it opened by the engineer Ann Smith?", 0),
        ("Which piers are 640 metres long?", 1),
        ("Which piers are 6405 metres long?", 0),
        ("Which piers are long?", 1),
    ],
)
def test_a_name_or_number_that_stands_nowhere_makes_a_passage_less_sure(
    library: Library, question: str, names: int
) -> None:
    hit = library.rank(question, 1).hits[0]
    assert "Ada Brandt" in hit.passage.text
    assert hit.parts.names == names


def test_a_name_may_stand_in_the_title_or_the_heading(library: Library) -> None:
    """The passage itself says neither Lindmouth nor Storing."""
    hit = library.rank("How much is a ticket for the ferries of Lindmouth?", 1).hits[0]
    assert "Lindmouth" not in hit.passage.text
    assert "£7.50" in hit.passage.text
    assert hit.parts.names == 1
    hit = library.rank("What should be far from it, by the rules of Storing?", 1).hits[0]
    assert (hit.passage.heading, hit.parts.names) == ("Storing", 1)


def test_the_kind_of_answer_that_is_asked_for_counts(library: Library) -> None:
    """If no question word asks for one, what all the words come to replaces it."""
    asked = best(library, "Who opened the harbour?")
    assert 0 < asked.asked != asked.closeness
    told = best(library, "the harbour was opened by an engineer")
    assert told.asked == told.match


def test_what_is_not_so_is_less_sure_where_the_passage_says_only_what_is(library: Library) -> None:
    """The diary says “never”; of the tickets nothing is said that is not so."""
    assert best(library, "Who said that the sea is never late?").names == 1
    assert best(library, "Who travels free by ferry?").names == 1
    assert best(library, "Who does not travel free by ferry?").names == 0
    assert best(library, "Don't children travel free by ferry?").names == 1


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Library:
    """A folder of short texts, each of one topic."""
    folder = tmp_path_factory.mktemp("office")
    for name, text in _OFFICE.items():
        (folder / "k" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "k" / name).write_text(text, encoding="utf-8")
    library = Library(knowledge=folder / "k", data=folder / "d", model=encoder)
    library.desk.index.build()
    return library


_OFFICE = {
    "parental-leave.md": "# Parental leave\n\nTwelve weeks at full pay, within a year.",
    "bereavement.md": "# Bereavement leave\n\nFive days for close family, one for a funeral.",
    "parking.md": "# Parking permit\n\nIt costs 40 euros a year. Ask at the gate.",
    "conference.txt": "Harbour Data Days take place from 14 to 16 October. Bring a badge.",
    "wifi.txt": "Wi-Fi password: sunflower42\n\nThe router is in the hall. Restart it once a week.",
    "shop.txt": "Q: Can I change the delivery address?\nA: Yes, until the van is loaded.\n\n"
    "Q: Who pays for the courier?\nA: We do.",
    "letter.txt": "You asked me: May I paint the door? You may, in white. Thank you for asking.",
    "rooms.txt": "Room\tSeats\nBirch\t12\nCedar\t75",
    "hotels.md": "# Travel\n\nHotels are paid up to 120 euros a night.",
    "hotels (1).md": "# Travel\n\nHotels are paid up to 120 euros a night.",
    "2023/hotels.md": "# Travel\n\nHotels are paid up to 100 euros a night.",
}


@pytest.mark.parametrize(
    ("question", "document", "marked"),
    [
        # what only the title says
        ("How long is parental leave?", "parental-leave.md", "Twelve weeks at full pay"),
        ("How much is a parking permit?", "parking.md", "40 euros"),
        ("What is the Wi-Fi password?", "wifi.txt", "sunflower42"),
        # what only the name of the file says; which of two sentences is marked is left open
        ("When is the conference?", "conference.txt", ""),
        # a question is not an answer to itself
        ("Can I change the delivery address?", "shop.txt", "until the van is loaded"),
        ("May I paint the door?", "letter.txt", "You may, in white."),
        # nor is the head of a column
        ("How many seats has the room Cedar?", "rooms.txt", "Cedar\t75"),
    ],
)
def test_what_names_is_found_and_what_tells_is_marked(
    office: Library, question: str, document: str, marked: str
) -> None:
    answer = office.ask(question)
    assert answer.outcome is not Outcome.NOTHING
    best = answer.hits[0]
    assert best.passage.source.id == document
    assert marked in " ".join(map(best.passage.quote, best.highlights))
    assert question not in map(best.passage.quote, best.highlights)


def test_a_text_that_several_documents_hold_is_shown_once(office: Library) -> None:
    first, second, *_ = office.ask("How much is paid for hotels?").hits
    assert first.passage.source.id == "hotels.md"
    assert [copy.source.id for copy in first.also] == ["hotels (1).md"]
    assert "100 euros" in second.passage.text
    assert second.also == ()
