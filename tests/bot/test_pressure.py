"""People who send without end: the bot says so, and others are answered."""

from __future__ import annotations

import datetime
from typing import Any

from telegram import Update

from bot.running.limits import Limits
from bot.transport import backlog
from bot.transport.backlog import Backlog
from bot.transport.rates import Rates
from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.serving import serving
from tests.botapi import BotApi, Chat


def test_commands_and_buttons_are_in_a_limit_and_others_are_answered(
    api: BotApi, chat: Chat, office: Chat, library: Library
) -> None:
    with serving(api, library, limits=Limits(), admins=frozenset({ADMIN})):
        for _ in range(45):
            chat.say("/help")
        office.say("/help")
        assert "/reindex" in office.wait_reply().text
        api.wait(lambda _: len(chat.replies()) >= 31, what="thirty answers and a refusal")
        chat.say("When does the last ferry leave in winter?")
        for _ in range(40):
            office.say("/help")
        api.wait(lambda _: len(office.replies()) == 41, what="every answer to an editor")
    assert len(chat.replies()) == 31
    assert chat.replies()[-1].text.startswith("You've sent 30 messages in a minute")


def late(person: int, number: int, **other: Any) -> Update:
    """A message that was sent while the bot was away."""
    sent = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    who = {"id": person, "is_bot": False, "first_name": "A"}
    body = {
        "message_id": number,
        "date": int(sent.timestamp()),
        "chat": {"id": person, "type": "private"},
        "from": who,
        "text": "?",
    }
    kind = "edited_message" if other else "message"
    update = Update.de_json({"update_id": number, kind: body | other}, None)
    assert update
    return update


async def test_of_late_messages_so_many_are_held_and_none_is_lost() -> None:
    delivered: list[Update] = []
    most = 0

    async def deliver(update: Update) -> None:
        delivered.append(update)

    waiting = Backlog(deliver, lambda _: True, lambda _: "")
    for person in range(1, 20_001):
        await waiting.take(late(person, person))
        most = max(most, len(waiting._held))
    await waiting.release()
    assert most <= backlog._MOST
    assert [update.update_id for update in delivered] == list(range(1, 20_001))


async def test_of_the_edits_of_a_late_message_the_last_one_counts() -> None:
    delivered: list[Update] = []

    async def deliver(update: Update) -> None:
        delivered.append(update)

    waiting = Backlog(deliver, lambda _: True, lambda _: "")
    await waiting.take(late(1, 1))
    for number in range(2, 5_000):
        edited = late(1, 1, edit_date=number)
        await waiting.take(edited)
    await waiting.release()
    [update] = delivered
    assert update.edited_message
    assert update.edited_message.edit_date
    assert int(update.edited_message.edit_date.timestamp()) == 4_999


async def test_nothing_is_kept_of_chats_in_which_nothing_is_said() -> None:
    rates = Rates()
    for chat in range(20_000):
        assert rates.free(chat)
        assert rates.paused(-chat) == 0.0
    assert len(rates._chats) <= 1
