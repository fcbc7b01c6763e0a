"""Sentences that only tell what people ask."""

from __future__ import annotations

import pytest

from index.text.narrated import tells_a_question


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hikers ask how steep the path is.", "en"),
        ("We are often asked whether the hut has water.", "en"),
        ("Viele fragen, wann die Hütte öffnet.", "de"),
        ("Многие спрашивают, есть ли в хижине вода.", "ru"),
        ("Beaucoup veulent savoir combien coûte un lit.", "fr"),
    ],
)
def test_what_is_asked_is_told(text: str, language: str) -> None:
    assert tells_a_question(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ask how steep the path is.", "en"),
        ("You may ask how steep the path is.", "en"),
        ("If hikers ask how steep the path is, show the map.", "en"),
        ("Hikers ask how steep the path is, and it is not steep.", "en"),
        ("Hikers ask for water.", "en"),
        ("Bitte fragen Sie, wann die Hütte öffnet.", "de"),
        ("Hikers ask how steep the path is.", "xx"),
    ],
)
def test_advice_answers_and_other_sentences_tell_none(text: str, language: str) -> None:
    assert not tells_a_question(text, language)
