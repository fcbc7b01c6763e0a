"""What the parts of a score say of a passage."""

from __future__ import annotations

import pytest

from index.library import Library
from index.types import Parts


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
    """Where no question word asks for one, closeness stands in."""
    asked = best(library, "Who opened the harbour?")
    assert 0 < asked.asked != asked.closeness
    told = best(library, "the harbour was opened by an engineer")
    assert told.asked == told.closeness


def test_what_is_not_so_is_less_sure_where_the_passage_says_only_what_is(library: Library) -> None:
    """The diary says “never”; of the tickets nothing is said that is not so."""
    assert best(library, "Who said that the sea is never late?").names == 1
    assert best(library, "Who travels free by ferry?").names == 1
    assert best(library, "Who does not travel free by ferry?").names == 0
    assert best(library, "Don't children travel free by ferry?").names == 1
