"""Unanswered questions that ask the same stand together, the most asked first."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from index.desk.gaps import SAME
from index.library import Library


@dataclass(frozen=True)
class Asked:
    question: str
    people: int


ASKED = [
    Asked("How much does a ferry ticket cost?", 3),
    Asked("how much does a ferry ticket cost", 1),
    Asked("How much does the ferry ticket cost?", 2),
    Asked("How many species of trees are in the rainforest?", 4),
    Asked("How many tree species are there in the rainforest?", 1),
    Asked("When does the ferry leave?", 5),
    Asked("Who won the chess championship?", 1),
]


@pytest.mark.parametrize("seed", range(3))
def test_questions_that_ask_the_same_stand_together(library: Library, seed: int) -> None:
    """In whatever order they come; the ones that only share a subject stay apart."""
    shuffled = random.Random(seed).sample(ASKED, len(ASKED))
    groups = library.desk.group(shuffled)
    assert [(group.people, [gap.question for gap in group.gaps]) for group in groups] == [
        (6, [ASKED[0].question, ASKED[2].question, ASKED[1].question]),
        (5, [ASKED[5].question]),
        (5, [ASKED[3].question, ASKED[4].question]),
        (1, [ASKED[6].question]),
    ]
    assert groups[0].question == "How much does a ferry ticket cost?"
    # what was put in comes out, with all that its maker knows of it
    assert {gap for group in groups for gap in group.gaps} == set(ASKED)


def test_no_gaps_are_no_groups(library: Library) -> None:
    assert library.desk.group([]) == ()
    assert 0 < SAME < 1
