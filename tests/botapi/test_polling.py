"""The queue of updates: offsets, waiting, allowed kinds, conflicts."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from telegram.error import Conflict
from telegram.ext import ExtBot, MessageHandler, filters

from .conftest import Raw
from .people import User
from .running import echo, running
from .server import BotApi


def test_updates_come_again_until_their_offset_is_confirmed(
    api: BotApi, raw: Raw, ann: User
) -> None:
    """An offset confirms all before it; ids rise by one."""
    chat = api.private(ann)
    for text in ("one", "two", "three"):
        chat.say(text)
    first = raw("getUpdates")[1]["result"]
    assert [update["message"]["text"] for update in first] == ["one", "two", "three"]
    assert [update["update_id"] for update in first] == [100_001, 100_002, 100_003]
    again = raw("getUpdates", limit=2)[1]["result"]
    assert again == first[:2]
    rest = raw("getUpdates", offset=100_003)[1]["result"]
    assert rest == first[2:] == raw("getUpdates")[1]["result"]
    assert api.state.updates.confirmed == 100_003


def test_a_negative_offset_keeps_only_the_last(api: BotApi, raw: Raw, ann: User) -> None:
    """What lies before is forgotten."""
    for text in ("one", "two", "three"):
        api.private(ann).say(text)
    last = raw("getUpdates", offset=-1)[1]["result"]
    assert [update["message"]["text"] for update in last] == ["three"]
    assert raw("getUpdates")[1]["result"] == last


def test_an_offset_from_the_future_confirms_nothing(api: BotApi, raw: Raw, ann: User) -> None:
    """As on the real server, everything is given from the oldest on."""
    api.private(ann).say("still here")
    assert len(raw("getUpdates", offset=999_999_999)[1]["result"]) == 1


def test_a_long_poll_waits_for_the_first_update(api: BotApi, raw: Raw, ann: User) -> None:
    """It returns as soon as someone writes, and empty when the time is over."""
    chat = api.private(ann)
    timer = threading.Timer(0.1, chat.say, ["at last"])
    timer.start()
    begun = time.monotonic()
    updates = raw("getUpdates", timeout=5)[1]["result"]
    assert updates[0]["message"]["text"] == "at last"
    assert 0.05 < time.monotonic() - begun < 2
    assert raw("getUpdates", offset=updates[0]["update_id"] + 1, timeout=1)[1]["result"] == []
    assert time.monotonic() - begun > 1


def test_a_second_poller_ends_the_first_with_a_conflict(api: BotApi, raw: Raw, ann: User) -> None:
    """The first one gets the error; the other goes on."""
    with ThreadPoolExecutor() as pool:
        first = pool.submit(raw, "getUpdates", timeout=10)
        api.wait(lambda state: state.updates.poll)
        second = pool.submit(raw, "getUpdates", timeout=10)
        status, answer = first.result(5)
        api.private(ann).say("for the second")
        assert second.result(5)[1]["result"][0]["message"]["text"] == "for the second"
    assert (status, answer["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    )


async def test_polling_conflicts_with_a_webhook(bot: "ExtBot[None]", api: BotApi) -> None:
    """The library sees the real server's words."""
    async with bot:
        await bot.set_webhook(f"{api.url}/elsewhere")
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == ()


def test_allowed_updates_persist(api: BotApi, raw: Raw, ann: User) -> None:
    """A list counts until the next one; an empty one is the default; new updates only."""
    chat = api.private(ann)
    raw("getUpdates", allowed_updates=["edited_message"])
    question = chat.say("not wanted")
    raw("getUpdates")
    chat.edit(question, "wanted")
    kinds = [list(update)[1] for update in raw("getUpdates")[1]["result"]]
    assert kinds == ["edited_message"]
    assert raw("getWebhookInfo")[1]["result"]["allowed_updates"] == ["edited_message"]
    raw("getUpdates", allowed_updates=[])
    chat.say("wanted again")
    assert [list(u)[1] for u in raw("getUpdates")[1]["result"]] == ["edited_message", "message"]


def test_an_unknown_kind_of_update_is_recorded(api: BotApi, raw: Raw) -> None:
    """A misspelt kind would be ignored without a word by Telegram."""
    raw("getUpdates", allowed_updates=["message", "mesage"])
    assert [v.detail for v in api.forgive("allowed updates")] == ["unknown: mesage"]


def test_old_queries_are_no_longer_delivered(api: BotApi, raw: Raw, ann: User) -> None:
    """An inline query dies in the queue, a message stays."""
    api.state.lifetimes.inline = 0.05
    api.inline_query("too late", by=ann)
    api.private(ann).say("patient")
    time.sleep(0.1)
    assert [list(u)[1] for u in raw("getUpdates")[1]["result"]] == ["message"]


def test_a_poller_that_hung_up_makes_no_conflict(
    api: BotApi, raw: Raw, client: httpx.Client, ann: User
) -> None:
    """A bot that was killed and started again takes over at once."""
    url = f"{api.url}/bot{api.token}/getUpdates"
    with pytest.raises(httpx.ReadTimeout):
        client.post(url, json={"timeout": 30}, timeout=0.1)
    api.private(ann).say("hello")
    assert len(raw("getUpdates", timeout=5)[1]["result"]) == 1
    assert [call.status for call in api.calls("getUpdates")] == [200, 200]


def test_the_library_polls_answers_and_confirms(api: BotApi, ann: User) -> None:
    """A whole bot of python-telegram-bot: a message in, a reply out, the offset confirmed."""
    chat = api.private(ann)
    with running(api, MessageHandler(filters.TEXT, echo)):
        question = chat.say("one")
        answer = chat.wait_reply()
        assert (answer.text, answer.reply_to) == ("one", question.id)
        chat.say("two")
        assert chat.wait_reply(after=answer).text == "two"
    assert api.state.updates.confirmed == 100_003
    assert not api.state.updates.waiting()


def test_a_poison_update_stops_the_library(api: BotApi, ann: User) -> None:
    """The library fetches the same batch again and again, and nothing after it is handled."""
    chat = api.private(ann)
    with running(api, MessageHandler(filters.TEXT, echo)):
        chat.say("before")
        chat.wait_reply()
        poison = api.poison_update()
        chat.say("after")
        api.wait(lambda state: len(api.calls("getUpdates")) > 5, 5)
        assert chat.stays_silent(0.1)
        assert api.state.updates.confirmed == poison
