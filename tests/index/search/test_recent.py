"""A question that follows another one does not embed that again."""

from __future__ import annotations

import numpy as np

from index.model.encoder import Embedding, Encoder
from index.search.recent import Recent, joined
from index.types import Query

QUESTION, NEXT = "What does a boat cost?", "and on Sunday?"


def test_a_question_is_embedded_once_in_ten_minutes_and_again_after_it_is_forgotten(
    encoder: Encoder,
) -> None:
    time = [0.0]
    recent, embedded = Recent(lambda: time[0]), list[str]()

    def ask(*texts: str) -> list[str]:
        embedded.clear()

        def embed(new: list[str]) -> list[Embedding]:
            embedded.extend(new)
            return encoder.encode_questions(new)

        found = recent.embeddings(texts, embed)
        assert len(found) == len(texts)
        return list(embedded)

    assert ask(QUESTION, QUESTION) == [QUESTION]
    time[0] = 599.0
    assert ask(QUESTION, NEXT) == [NEXT]
    time[0] = 601.0
    assert ask(QUESTION, NEXT) == [QUESTION]
    recent.clear()
    assert ask(QUESTION, NEXT) == []
    recent.forget()
    assert ask(QUESTION, NEXT) == [QUESTION, NEXT]


def test_two_questions_together_have_the_pieces_of_both_in_their_places(encoder: Encoder) -> None:
    query = Query(NEXT, before=QUESTION)
    before, own = encoder.encode_questions([QUESTION, NEXT])
    found = joined(query.turns, [before, own])
    assert np.isclose(np.linalg.norm(found.vector), 1, atol=1e-5)
    words = [span.of(query.whole) for span in found.tokens.spans]
    assert words == [
        *(span.of(QUESTION) for span in before.tokens.spans),
        *(span.of(NEXT) for span in own.tokens.spans),
    ]
    assert len(found.tokens.vectors) == len(words)


def test_the_first_passages_of_a_question_are_known_for_one_generation() -> None:
    recent = Recent()
    recent.note(QUESTION, "g1", [7, 3])
    assert recent.first(QUESTION, "g1") == (7, 3)
    assert recent.first(QUESTION, "g2") is None
    recent.forget()
    assert recent.first(QUESTION, "g1") is None
