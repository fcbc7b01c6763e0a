"""Identifiers of a question must match exactly."""

from __future__ import annotations

import pytest

from index.search.exact import first, identifiers, marked
from index.types import Hit, Parts, Passage, Source, Span


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What does error E99 mean?", ["E99"]),
        ("error w-011", ["w-011"]),
        ("Which seats has room 105?", ["room 105"]),
        ("What happened in 1987?", ["1987"]),
        ("Can I take a taxi at 11pm?", []),
        ("How far is 5 km?", []),
        ("Is 5,000 enough?", []),
        ("How old is it?", []),
    ],
)
def test_codes_years_and_numbered_things_are_identifiers(question: str, found: list[str]) -> None:
    assert [exact.text for exact in identifiers(question) if exact.key[0] != "in"] == found


def test_leading_zeros_and_case_do_not_matter() -> None:
    assert identifiers("e7")[0].key == identifiers("E07")[0].key


def test_a_text_on_one_thing_need_not_name_it_in_each_passage() -> None:
    reset = _hit("kettle.md", "Hold both buttons for ten seconds.")
    lamp = _hit("kettle.md", "The lamp of the KT900 is red while it heats.")
    other = _hit("kettle.md", "The KT400 has no lamp.")
    wanted = identifiers("kt900 reset")
    assert first([reset, lamp], wanted) == [reset, lamp]
    assert first([other, reset, lamp], wanted) == [reset, lamp, other]
    assert first([_hit("iron.md", "Hold it."), lamp], wanted)[0] == lamp


def test_a_mark_moves_to_a_code_among_others_and_not_to_the_only_one() -> None:
    wanted = identifiers("What does E07 mean?")
    alone = _hit("pump.md", "E07 is rare.\nClean the pump.", mark=1)
    assert marked(alone, wanted) == alone.highlights
    among = _hit("pump.md", "E07 is a blocked pump.\nE14 is an empty battery.", mark=1)
    assert marked(among, wanted) == among.passage.sentences[:1]


def _hit(file: str, text: str, mark: int = 0) -> Hit:
    """A passage with a sentence a line, one of which is marked."""
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    source = Source(file, "A machine", "en")
    passage = Passage(source, text, 0, len(text), tuple(spans), 1, len(spans))
    return Hit(passage, 2.5, Parts(0.8, 0.5), (spans[mark],))
