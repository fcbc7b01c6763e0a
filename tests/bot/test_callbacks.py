"""Buttons: what they carry comes back as it was, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.buttons import LIFETIME, Action, Button, Buttons

SECRET = b"a secret of thirty-two bytes ..."
CHATS = st.integers(-(2**62), 2**62)
PAYLOADS = st.text("abcXYZ019-_", max_size=32)


@given(
    st.sampled_from(Action), PAYLOADS, CHATS, st.none() | st.integers(1, 2**52) | st.just(-100123)
)
def test_a_button_comes_back_as_it_was_made(
    action: Action, payload: str, chat: int, owner: int | None
) -> None:
    buttons = Buttons(SECRET)
    data = buttons.data(action, payload, chat=chat, owner=owner)
    assert len(data.encode()) <= 64
    assert buttons.read(data, chat) == Button(action, payload, owner)


def test_a_button_of_another_chat_or_bot_is_none() -> None:
    data = Buttons(SECRET).data(Action.READ, "x", chat=1, owner=2)
    assert Buttons(SECRET).read(data, 2) is None
    assert Buttons(SECRET[::-1]).read(data, 1) is None


@given(st.integers(0, 60), st.text(min_size=1, max_size=3))
def test_an_altered_button_is_none_or_what_it_was(place: int, put: str) -> None:
    """Two bits of the form say nothing; whatever else is changed is noticed."""
    buttons = Buttons(SECRET)
    data = buttons.data(Action.BAD, "payload", chat=5, owner=7)
    altered = data[:place] + put + data[place + len(put) :]
    assert buttons.read(altered, 5) in (None, Button(Action.BAD, "payload", 7))


@pytest.mark.parametrize("data", ["", "ask:1", "A" * 30, "A" * 64, "é" * 20, "\ud800", "=" * 30])
def test_what_is_no_button_is_none(data: str) -> None:
    assert Buttons(SECRET).read(data, 1) is None


def test_a_button_works_for_thirty_days() -> None:
    now = 1_800_000_000.0
    data = Buttons(SECRET, lambda: now).data(Action.MORE, "3", chat=1, owner=1)
    assert Buttons(SECRET, lambda: now + LIFETIME - 60).read(data, 1)
    assert Buttons(SECRET, lambda: now + LIFETIME + 60).read(data, 1) is None


def test_a_payload_that_is_too_long_is_refused_when_the_button_is_made() -> None:
    with pytest.raises(ValueError, match="too long"):
        Buttons(SECRET).data(Action.MORE, "x" * 40, chat=1, owner=1)
