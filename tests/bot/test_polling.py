"""Polling that goes on whatever the server and the network do, and stops where it must."""

from __future__ import annotations

import io

import pytest

from bot.transport import polling
from index.library import Library
from tests.bot.serving import Running, serving, settings_for, until
from tests.botapi import BotApi, Chat

FERRIES = "When does the last ferry leave in winter?"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is not what is tested here."""
    monkeypatch.setattr(polling, "_pause", lambda _: 0.01)
    monkeypatch.setattr(polling, "_AGAIN", 0.01)


def answered(chat: Chat) -> None:
    """The next question is answered, and only once."""
    question = chat.say(FERRIES)
    assert chat.wait_reply().quotes()
    assert len(chat.replies(after=question)) == 1


def test_an_update_that_cannot_be_read_is_skipped(
    bot: Running, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    """What stands before and after it in the batch is answered; its text is in no log."""
    message = {"message_id": 5, "date": 1, "chat": {"id": 1}, "text": "my secret question"}
    with api.state.change():
        poison = api.raw_update({"message": message})
        chat.say(FERRIES)
        api.raw_update({"message": {**message, "chat": "nowhere"}})
        api.raw_update({"message": [1, 2], "edited_message": None})
        api.raw_update({"callback_query": {}})
    assert chat.wait_reply().quotes()
    answered(chat)
    api.state.presses.clear()
    assert f"The update {poison} cannot be read (TypeError)" in written.getvalue()
    assert "secret" not in written.getvalue()
    assert not api.state.updates.waiting()


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500, 502])
def test_an_error_does_not_end_the_polling(
    bot: Running, api: BotApi, chat: Chat, code: int
) -> None:
    api.faults.fail("getUpdates", code, times=2, retry_after=0.01)  # type: ignore[arg-type]
    chat.say("wake up")
    assert chat.wait_reply()
    answered(chat)
    assert not api.faults.pending()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"ok": tr',
        b'{"ok": true}',
        b'{"ok": true, "result": 7}',
        b'{"ok": true, "result": [7, {"message": {"text": "secret"}}]}',
        b"[" * 100_000,
        b"\xff\xfe secret",
    ],
)
def test_an_answer_that_is_none_does_not_end_the_polling(
    bot: Running, api: BotApi, chat: Chat, body: bytes, written: io.StringIO
) -> None:
    api.faults.garbage("getUpdates", body=body)
    chat.say("wake up")
    assert chat.wait_reply()
    answered(chat)
    assert "secret" not in written.getvalue()
    assert "Polling failed" in written.getvalue()


def test_a_cut_connection_does_not_end_the_polling(bot: Running, api: BotApi, chat: Chat) -> None:
    api.faults.cut("getUpdates", times=2)
    chat.say("wake up")
    assert chat.wait_reply()
    answered(chat)


@pytest.mark.parametrize("how", ["refuse", "cut"])
def test_an_outage_in_the_middle_is_outlived(
    bot: Running,
    api: BotApi,
    chat: Chat,
    how: str,
    written: io.StringIO,
) -> None:
    with api.outage(how):  # type: ignore[arg-type]
        chat.say(FERRIES)
    assert chat.wait_reply().quotes()
    answered(chat)
    assert "Polling failed" in written.getvalue()
    assert "Telegram answers again" in written.getvalue()


def test_a_telegram_away_at_the_start_is_waited_for(
    api: BotApi, chat: Chat, library: Library, written: io.StringIO
) -> None:
    with api.outage():
        running = Running(settings_for(api), library)
        until(lambda: "Telegram cannot be reached" in written.getvalue())
    answered(chat)
    running.stop()


def test_a_token_that_is_withdrawn_ends_the_bot(
    bot: Running, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    api.faults.fail("getUpdates", 401)
    chat.say("wake up")
    assert bot.wait() == 3
    assert f"{api.url} rejects the token" in written.getvalue()


def test_another_poller_is_borne_with_for_a_while(
    bot: Running, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    """A deployment that overlaps with the last one is no reason to end."""
    api.faults.fail("getUpdates", 409, times=3)
    chat.say("wake up")
    assert chat.wait_reply()
    answered(chat)
    assert (
        written.getvalue().count("CRITICAL bot.transport.polling: Another bot polls Telegram") == 1
    )


def test_another_poller_that_stays_ends_the_bot(
    api: BotApi,
    chat: Chat,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    written: io.StringIO,
) -> None:
    monkeypatch.setattr(polling, "PATIENCE", 0.1)
    with serving(api, library) as bot:
        api.faults.fail("getUpdates", 409, times=10_000)
        chat.say("wake up")
        assert bot.wait() == 1
    api.faults.clear()
    assert "and stays; ending" in written.getvalue()


def test_updates_are_confirmed_once_and_at_the_end(
    api: BotApi, chat: Chat, library: Library
) -> None:
    """What one bot has taken the next one does not meet."""
    with serving(api, library):
        answered(chat)
    assert not api.state.updates.waiting()
    before = len(chat.replies())
    with serving(api, library):
        answered(chat)
    assert len(chat.replies()) == before + 1


def test_only_what_is_wanted_is_asked_for(bot: Running, api: BotApi) -> None:
    assert "channel_post" not in polling.ALLOWED
    for call in api.calls("getUpdates"):
        assert call.params["allowed_updates"] == list(polling.ALLOWED)


@pytest.mark.parametrize(
    "change",
    [
        {"date": None},
        {"text": " ", "entities": [{"type": "bot_command", "offset": 0, "length": 1}]},
        {"text": 7},
        {"text": "/ask", "entities": [{"type": "mention", "offset": "0", "length": 4}]},
        {"chat": {"id": 10**40, "type": "private"}},
        {"from": {"id": "7", "is_bot": False, "first_name": "A"}},
        {"message_id": 10**40},
    ],
)
def test_an_update_that_can_be_read_and_makes_no_sense_stops_nothing(
    bot: Running, api: BotApi, chat: Chat, change: dict[str, object]
) -> None:
    """It was asked whether it is meant for the bot before it was known to be sound."""
    message = {"message_id": 5, "date": 1, "chat": {"id": -5, "type": "group", "title": "G"}}
    sender = {"id": 5, "is_bot": False, "first_name": "A"}
    api.raw_update({"message": {**message, "text": "Tea?", "from": sender, **change}})
    answered(chat)
    assert bot.code is None
    api.wait(lambda state: not state.updates.waiting())
