"""Identifiers of a question must match exactly."""

from __future__ import annotations

import pytest

from index.search.exact import identifiers


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
