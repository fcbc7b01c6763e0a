"""A question goes in and one answer comes out, whatever Telegram and the network do meanwhile."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator

import pytest

from bot.transport import delivery, polling
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.serving import Running, reply_to, serving, until
from tests.bot.slow import Slow
from tests.botapi import BotApi, Chat

FERRIES = "When does the last ferry leave in winter?"
TEA = "How long does tea keep in a closed tin?"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is not what is tested here."""
    monkeypatch.setattr(delivery, "backoff", lambda _: 0.01)
    monkeypatch.setattr(polling, "_pause", lambda _: 0.01)
    monkeypatch.setattr(polling, "_AGAIN", 0.01)


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        (lambda faults: faults.fail("sendMessage", 429, times=3, retry_after=0.01), 1),
        (lambda faults: faults.fail("sendMessage", 500, times=3), 1),
        (lambda faults: faults.garbage("sendMessage", status=502, body=b"<html>"), 1),
        (lambda faults: faults.hang("sendMessage", 0.3, effect=True), 1),
        (lambda faults: faults.cut("sendMessage", effect=True), 1),
        # it may have arrived: the log says that it was perhaps not said
        (lambda faults: faults.cut("sendMessage", effect=False), 0),
        (lambda faults: faults.fail("sendMessage", 504), 0),
    ],
)
def test_an_answer_comes_once_or_the_log_says_that_it_may_not_have(
    bot: Running,
    api: BotApi,
    chat: Chat,
    written: io.StringIO,
    fault: Callable[[object], None],
    answers: int,
) -> None:
    """The next question is answered in any case."""
    fault(api.faults)
    question, next_one = chat.say(FERRIES), chat.say(TEA)
    assert reply_to(chat, next_one).quotes()[0].startswith("Storing\n\nTea keeps")
    assert [m.reply_to for m in chat.replies()] == [question.id] * answers + [next_one.id]
    assert "something was not said" in written.getvalue() or answers
    assert not api.faults.pending()


def test_a_burst_of_refusals_costs_nobody_an_answer(bot: Running, api: BotApi) -> None:
    """Each chat waits as long as Telegram asks, and then gets its answer, once."""
    rooms = [api.private(api.user(f"Reader {n}", language_code="en")) for n in range(10)]
    api.faults.fail("sendMessage", 429, times=10, retry_after=1)
    questions = [room.say(FERRIES) for room in rooms]
    for room, question in zip(rooms, questions, strict=True):
        assert reply_to(room, question).quotes()
        assert len(room.replies()) == 1
    assert not api.faults.pending()


@pytest.fixture
def slow(settings_of: IndexSettings, encoder: Encoder) -> Iterator[Slow]:
    """A library that answers when it is let."""
    made = Slow(settings_of, encoder)
    yield made
    made.close()


@pytest.mark.parametrize("how", ["refuse", "cut"])
def test_an_answer_found_during_an_outage_arrives_once_after_it(
    api: BotApi, chat: Chat, slow: Slow, how: str, written: io.StringIO
) -> None:
    """Where connections are refused. One that is cut may have brought the answer: then it is not
    repeated, and the log says so.
    """
    with serving(api, slow):
        slow.answer_on.clear()
        question = chat.say(FERRIES)
        until(slow.asked.is_set)
        with api.outage(how):  # type: ignore[arg-type]
            until(lambda: "Polling failed" in written.getvalue())
            slow.answer_on.set()
            if how == "cut":
                until(lambda: "something was not said" in written.getvalue())
        next_one = chat.say(TEA)
        assert reply_to(chat, next_one).quotes()
        answered = [message.reply_to for message in chat.replies()]
    assert answered == ([question.id] if how == "refuse" else []) + [next_one.id]


@pytest.mark.parametrize("how", ["refuse", "cut", "fail"])
def test_an_outage_that_lasts_ends_nothing(
    api: BotApi,
    chat: Chat,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    written: io.StringIO,
    how: str,
) -> None:
    """However much longer than the watchdog waits; it is logged once, and what was asked meanwhile
    is answered.
    """
    monkeypatch.setattr(polling, "SILENCE", 2.0)
    monkeypatch.setattr(polling, "_POLL", datetime.timedelta(seconds=1))
    monkeypatch.setattr(polling, "_pause", lambda _: 0.1)
    with serving(api, library) as bot:
        first = chat.say(FERRIES)
        reply_to(chat, first)
        if how == "fail":
            api.faults.fail("getUpdates", 502, times=30)
            second = chat.say(TEA)
        else:
            with api.outage(how):  # type: ignore[arg-type]
                with pytest.raises(AssertionError):
                    bot.wait(3)
                second = chat.say(TEA)
        assert reply_to(chat, second).quotes()
        until(lambda: "Telegram answers again" in written.getvalue())
        assert bot.code is None
    assert written.getvalue().count("Polling failed") <= 2
