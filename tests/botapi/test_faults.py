"""Faults on demand, rate limits and outages."""

import asyncio
import time

import httpx
import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot, MessageHandler, filters

from .conftest import Raw
from .faults import ANY, DOWNLOADS
from .people import User
from .running import echo, running
from .server import BotApi


async def test_prepared_errors_come_in_order_and_end(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """Each in the form the library knows, and then the server works again."""
    chat = api.private(ann)
    for code in (401, 404, 409, 500, 502):
        api.faults.fail("sendMessage", code)
    api.faults.garbage("sendMessage", body=b"<html>")
    async with bot:
        for kind in (InvalidToken, InvalidToken, Conflict, NetworkError, NetworkError):
            with pytest.raises(kind):
                await bot.send_message(chat.id, "a")
        with pytest.raises(TelegramError, match="Invalid server response"):
            await bot.send_message(chat.id, "a")
        await bot.send_message(chat.id, "a")
    assert len(chat.replies()) == 1
    assert api.faults.pending() == 0


def test_a_call_can_fail_before_or_after_it_took_effect(api: BotApi, raw: Raw, ann: User) -> None:
    """The client cannot tell the two apart."""
    chat = api.private(ann)
    api.faults.cut("sendMessage", effect=False)
    api.faults.cut("sendMessage", effect=True)
    for text in ("never sent", "sent"):
        with pytest.raises(httpx.RemoteProtocolError):
            raw("sendMessage", chat_id=chat.id, text=text)
    assert [message.text for message in chat.replies()] == ["sent"]
    assert not api.calls("sendMessage")[1].delivered


async def test_a_hang_may_outlast_the_client(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """The message is there, though the library timed out."""
    chat = api.private(ann)
    api.faults.hang("sendMessage", 0.3)
    api.faults.hang("sendMessage", 0.3, effect=False)
    async with bot:
        for text in ("sent", "never sent"):
            with pytest.raises(TimedOut):
                await bot.send_message(chat.id, text, read_timeout=0.05)
    assert [message.text for message in chat.replies()] == ["sent"]


async def test_an_answer_that_was_lost_may_be_given_again(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """The second answer to a button is refused, but breaks no rule."""
    press = api.press(api.private(ann).say("a"), data="x")
    api.faults.cut("answerCallbackQuery", effect=True)
    async with bot:
        for _ in range(2):
            with pytest.raises(TelegramError):
                await bot.answer_callback_query(press.id)
    assert not api.violations


async def test_downloads_fail_too(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """Cut in the middle, or refused."""
    message = api.private(ann).upload("a.bin", b"x" * 100_000)
    async with bot:
        file = await bot.get_file(message.raw["document"]["file_id"])
        api.faults.cut(DOWNLOADS)
        with pytest.raises(NetworkError):
            await file.download_as_bytearray()
        api.faults.fail(DOWNLOADS, 503)
        with pytest.raises(NetworkError):
            await file.download_as_bytearray()
        assert len(await file.download_as_bytearray()) == 100_000


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_a_prepared_429_must_be_waited_out(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """A call before its time is refused again and recorded; other chats are free."""
    chat, other = api.private(ann), api.private(api.user("Bob"))
    api.faults.fail("sendMessage", 429, retry_after=1)
    async with bot:
        begun = time.monotonic()
        with pytest.raises(RetryAfter):
            await bot.send_message(chat.id, "a")
        await bot.send_message(other.id, "a")
        await asyncio.sleep(0.2)
        with pytest.raises(RetryAfter):
            await bot.send_chat_action(chat.id, "typing")
        assert [v.rule for v in api.forgive("retry_after")] == ["retry_after"]
        await asyncio.sleep(max(0.0, begun + 1.05 - time.monotonic()))
        await bot.send_message(chat.id, "a")
    assert not api.violations


def test_rate_limits_of_chats_groups_and_all(api: BotApi, raw: Raw, ann: User) -> None:
    """A short burst passes; typing, answers and reading are not counted."""
    chat, group = api.private(ann), api.group("Readers", ann)
    api.rates.enabled = True
    for _ in range(5):
        assert raw("sendChatAction", chat_id=chat.id, action="typing")[0] == 200
    sent = [raw("sendMessage", chat_id=chat.id, text="a") for _ in range(4)]
    assert [status for status, _ in sent] == [200, 200, 200, 429]
    assert sent[3][1] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    api.rates.burst, api.rates.per_group_minute = 100, 2
    statuses = [raw("sendMessage", chat_id=group.id, text="a")[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    api.rates.waits.clear()
    api.rates.per_second = 1
    bob, eve = (api.private(api.user(name)) for name in ("Bob", "Eve"))
    time.sleep(1.0)
    assert [raw("sendMessage", chat_id=c.id, text="a")[0] for c in (bob, eve)] == [200, 429]


def test_the_library_survives_an_outage(api: BotApi, ann: User) -> None:
    """Polling goes on after the server was gone, and after it cut every call."""
    chat = api.private(ann)
    with running(api, MessageHandler(filters.TEXT, echo)):
        chat.say("one")
        assert chat.wait_reply().text == "one"
        for how in ("refuse", "cut"):
            with api.outage(how):
                chat.say(how)
                assert chat.stays_silent(0.1)
            assert chat.wait_reply().text == how
    assert not api.violations


def test_while_away_nothing_answers(api: BotApi, client: httpx.Client) -> None:
    """Connections are refused, or cut, and the port stays the same."""
    url = f"{api.url}/bot{api.token}/getMe"
    with api.outage(), pytest.raises(httpx.ConnectError):
        client.get(url)
    with api.outage("cut"), pytest.raises(httpx.RemoteProtocolError):
        client.get(url)
    assert client.get(url).status_code == 200
    api.faults.fail(ANY, 503, times=2)
    assert [client.get(url).status_code for _ in range(3)] == [503, 503, 200]
