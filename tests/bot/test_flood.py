"""A group where everyone talks: what is for the bot is answered, at Telegram's rates."""

from __future__ import annotations

import io

import httpx
import pytest

from bot.running.limits import Limits
from bot.transport import rates
from index.library import Library
from tests.bot.serving import serving, site_of, until
from tests.botapi import BotApi, Message

QUESTIONS = (
    "When does the last ferry leave in winter?",
    "How long does tea keep in a closed tin?",
    "Who measured the tides?",
    "What spoils tea?",
)
PEOPLE, TALK = 5, 24


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot keeps Telegram's own rates here."""
    assert (rates._IN_ALL, rates._IN_A_CHAT, rates._IN_A_GROUP) == ((30, 1.0), (3, 3.0), (20, 60.0))


def test_of_five_hundred_messages_in_a_group_the_twenty_for_the_bot_are_answered(
    api: BotApi, library: Library, written: io.StringIO
) -> None:
    """In the order of each person, within the limits of the bot and of Telegram, and nothing of the
    rest is left in the queue.
    """
    api.state.privacy_mode, api.rates.enabled = False, True
    people = [api.user(f"Reader {n}", language_code="en") for n in range(PEOPLE)]
    group = api.supergroup("Readers", *people)
    asked: list[list[Message]] = [[] for _ in people]
    for question in QUESTIONS:
        for person, theirs in zip(people, asked, strict=True):
            theirs.append(group.say(f"/ask {question}", by=person))
            for number in range(TALK):
                group.say(f"Talk {number}", by=person)
    assert len(group.messages) == 500
    with serving(api, library, limits=Limits()):
        api.wait(lambda _: len(group.replies()) == 20, timeout=60, what="twenty answers")
        page = f"{site_of(written)}/metrics"
        until(lambda: "citebot_updates_waiting 0.0\n" in httpx.get(page).text)
    order = [message.reply_to for message in group.replies()]
    for theirs in asked:
        ids = [message.id for message in theirs]
        assert [id for id in order if id in ids] == ids
    assert all(message.quotes() for message in group.replies())
    assert not [call for call in api.calls() if call.status == 429]
