"""The question that the next one may depend on is kept for ten minutes."""

from __future__ import annotations

from bot.running.conversations import Conversations

CHAT, ANN, BEN = -7, 1, 2


def test_a_question_may_be_followed_for_ten_minutes_and_is_then_removed() -> None:
    time = [0.0]
    talk = Conversations(clock=lambda: time[0])
    talk.remember(CHAT, ANN, "What does a boat cost?", 11)
    time[0] = 300.0
    talk.remember(CHAT, BEN, "Who swims?", 12)
    assert talk.before(CHAT, ANN) == talk.before(CHAT, BEN, 11) == "What does a boat cost?"
    time[0] = 601.0
    talk.clear()
    time[0] = 0.0
    assert talk.before(CHAT, ANN) is None
    assert talk.before(CHAT, ANN, 12) == talk.before(CHAT, BEN) == "Who swims?"
    talk.forget(BEN)
    assert talk.before(CHAT, BEN) is talk.before(CHAT, ANN, 12) is None
