"""What the bot says arrives once, in its chat, at Telegram's rates, whatever the network does."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import telegram
from telegram.error import BadRequest
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.messages.model import Article, Button, Draft, Entity, Message
from bot.transport import delivery, rates, sending
from bot.transport.sending import Sender
from tests.botapi import BotApi, Chat, User
from tests.botapi.messages import Message as Shown

A_FEW, A_MINUTE = rates._IN_A_CHAT, rates._IN_A_GROUP
BOLD = Message("Tea 🍵 is green", (Entity("bold", 7, 2),), ((Button("More", data="more"),),))


@pytest.fixture
def quotable() -> list[str]:
    """Nothing is quoted here."""
    return []


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is not what most tests are about, and waiting times have one form."""
    monkeypatch.setattr(delivery, "backoff", lambda _: 0.01)
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[telegram.Bot]:
    """The library's client, which waits for an answer only for a moment."""
    request = HTTPXRequest(
        connection_pool_size=64, read_timeout=0.3, httpx_kwargs={"verify": False}
    )
    async with ExtBot(api.token, base_url=f"{api.url}/bot", request=request) as bot:
        yield bot


class Told:
    """What the sender told of chats."""

    def __init__(self) -> None:
        self.blocked = list[int]()
        self.moved = list[tuple[int, int]]()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def sender(bot: telegram.Bot, told: Told) -> Sender:
    return Sender(
        bot,
        on_blocked=told.blocked.append,
        on_moved=lambda old, new: told.moved.append((old, new)),
    )


def heard(bot: telegram.Bot, message: Shown) -> telegram.Message:
    """A person's message as the bot gets it."""
    parsed = telegram.Message.de_json(message.raw, bot)
    assert parsed
    return parsed


def pushed(api: BotApi, kind: str) -> dict[str, Any]:
    """The last update of a kind, which no one fetched."""
    found = [update.body for update in api.state.updates.waiting() if kind in update.body]
    return dict(found[-1][kind])


def texts(chat: Chat) -> list[str]:
    return [message.text for message in chat.replies()]


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the server is in another thread
            await asyncio.sleep(0.01)


# --- what a person sees


async def test_a_reply_shows_the_quote_and_brings_its_marks_and_buttons(
    sender: Sender, bot: telegram.Bot, chat: Chat
) -> None:
    asked = chat.say("What colour is tea? And coffee?")
    await sender.reply(heard(bot, asked), BOLD, quote="And coffee?")
    [shown] = chat.replies()
    assert (shown.text, shown.reply_to) == ("Tea 🍵 is green", asked.id)
    assert shown.raw["quote"]["text"] == "And coffee?"
    assert shown.entities == [{"type": "bold", "offset": 7, "length": 2}]
    assert shown.button("More")["callback_data"] == "more"


@pytest.mark.parametrize("quote", ["never said", "", "x" * 1_025])
async def test_a_quote_that_telegram_would_refuse_is_left_out(
    sender: Sender, bot: telegram.Bot, api: BotApi, chat: Chat, quote: str
) -> None:
    asked = chat.say("x" * 1_025 + " what colour is tea?")
    await sender.reply(heard(bot, asked), BOLD, quote=quote)
    [shown] = chat.replies()
    assert shown.reply_to == asked.id
    assert "quote" not in shown.raw
    assert len(api.calls("sendMessage")) == 1


async def test_a_reply_stays_in_its_topic_and_does_without_the_message_once_it_is_gone(
    sender: Sender, bot: telegram.Bot, api: BotApi, ann: User
) -> None:
    forum, group = api.forum("Readers", ann), api.supergroup("Club", ann)
    topic = forum.topic("Tea")
    await sender.reply(heard(bot, forum.say("/ask", topic=topic)), "in the topic")
    await sender.send(forum.id, "also", topic=topic)
    assert [message.topic for message in forum.replies()] == [topic, topic]
    first = group.say("A thread of replies has an id as well")
    question = group.say("/ask", reply_to=first)
    await sender.reply(heard(bot, question), "no topic")
    assert group.replies()[-1].topic is None
    group.messages.clear()
    await sender.reply(heard(bot, question), "it is gone")
    assert group.replies()[-1].reply_to is None


async def test_a_topic_that_is_gone_is_left_and_a_closed_one_is_not(
    sender: Sender, api: BotApi, ann: User
) -> None:
    forum = api.forum("Readers", ann)
    topic = forum.topic("Tea")
    forum.closed_topics.add(topic)
    assert await sender.send(forum.id, "closed", topic=topic) is None
    del forum.topics[topic]
    assert await sender.send(forum.id, "gone", topic=topic)
    assert texts(forum) == ["gone"]


async def test_every_kind_of_button_and_the_field_for_a_reply(sender: Sender, chat: Chat) -> None:
    row = (
        Button("Open", url="https://tea.example/"),
        Button("Copy", copy="c" * 256),
        Button("Elsewhere", query="tea"),
    )
    await sender.send(chat.id, Message("Tea", keyboard=((Button("Yes", data="y"),), row)))
    await sender.send(chat.id, Message("Your question?", asks="Ask me " * 20))
    buttons, asking = chat.replies()
    assert buttons.button("Open")["url"] == "https://tea.example/"
    assert buttons.button("Copy")["copy_text"] == {"text": "c" * 256}
    assert buttons.button("Elsewhere")["switch_inline_query_current_chat"] == "tea"
    assert asking.keyboard
    assert asking.keyboard["selective"]
    assert asking.keyboard["input_field_placeholder"] == ("Ask me " * 20)[:64]


async def test_the_original_file_is_sent_under_its_name(
    sender: Sender, bot: telegram.Bot, api: BotApi, chat: Chat
) -> None:
    asked = chat.say("/sources")
    await sender.document(heard(bot, asked), b"Tea is green.", "чай.txt")
    [shown] = chat.replies()
    assert (shown.reply_to, shown.raw["document"]["file_name"]) == (asked.id, "чай.txt")
    assert api.file(shown).content == b"Tea is green."


# --- what is refused


@pytest.mark.parametrize(
    ("refusals", "quoted", "marked", "buttons"),
    [(1, False, True, True), (2, False, False, True), (3, False, False, False)],
)
async def test_what_is_refused_is_sent_in_a_plainer_form(
    sender: Sender,
    bot: telegram.Bot,
    api: BotApi,
    chat: Chat,
    refusals: int,
    quoted: bool,
    marked: bool,
    buttons: bool,
) -> None:
    """Without the quote, then without marks, then without buttons; the text is the same."""
    api.faults.fail("sendMessage", 400, times=refusals, description="Bad Request: REFUSED")
    await sender.reply(heard(bot, chat.say("Tea?")), BOLD, quote="Tea?")
    [shown] = chat.replies()
    assert shown.text == BOLD.text
    seen = "quote" in shown.raw, bool(shown.entities), "reply_markup" in shown.raw
    assert seen == (quoted, marked, buttons)


async def test_what_is_refused_in_its_plainest_form_is_an_error(
    sender: Sender, api: BotApi, chat: Chat
) -> None:
    api.faults.fail("sendMessage", 400, times=9)
    with pytest.raises(BadRequest):
        await sender.send(chat.id, BOLD)
    assert len(api.calls("sendMessage")) == 3
    api.faults.clear()


async def test_a_chat_that_shuts_the_bot_out_is_told_and_no_error(
    sender: Sender, bot: telegram.Bot, api: BotApi, chat: Chat, ann: User, told: Told
) -> None:
    asked, group = heard(bot, chat.say("Tea?")), api.group("Club", ann)
    sent = await sender.reply(asked, "green")
    assert sent
    chat.block()
    group.bot_becomes("kicked")
    assert await sender.reply(asked, "black") is None
    assert not await sender.edit(sent, "black")
    assert await sender.send(group.id, "black") is None
    assert told.blocked == [chat.id, chat.id, group.id]


async def test_a_group_in_which_the_bot_may_not_write_is_no_error(
    sender: Sender, api: BotApi, ann: User, told: Told
) -> None:
    group = api.supergroup("Club", ann)
    group.may_write = False
    assert await sender.send(group.id, BOLD) is None
    assert len(api.calls("sendMessage")) == 1
    assert not told.blocked


async def test_a_message_follows_a_group_to_its_new_id(
    sender: Sender, bot: telegram.Bot, api: BotApi, ann: User, told: Told
) -> None:
    group = api.group("Club", ann)
    asked = heard(bot, group.say("/ask"))
    new = group.migrate()
    sent = await sender.reply(asked, "green", quote="/ask")
    assert sent
    assert texts(new) == ["green"]
    assert not await sender.edit((group.id, sent.message_id), "black")
    assert told.moved == [(group.id, new.id)] * 2


# --- what the network does


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        # nothing took effect, and that is known: again
        (lambda faults: faults.fail("sendMessage", 500, times=2), 1),
        (lambda faults: faults.fail("sendMessage", 502), 1),
        (lambda faults: faults.garbage("sendMessage", status=503, body=b"<html>"), 1),
        (lambda faults: faults.fail("sendMessage", 429, retry_after=0.01), 1),
        # it may have taken effect, or did: never again
        (lambda faults: faults.cut("sendMessage", effect=True), 1),
        (lambda faults: faults.cut("sendMessage", effect=False), 0),
        (lambda faults: faults.hang("sendMessage", 0.5, effect=True), 1),
        (lambda faults: faults.hang("sendMessage", 0.5, effect=False), 0),
        (lambda faults: faults.fail("sendMessage", 504), 0),
        (lambda faults: faults.garbage("sendMessage", body=b'{"text": "my secret question'), 0),
        # it will not help
        (lambda faults: faults.fail("sendMessage", 401), 0),
        (lambda faults: faults.fail("sendMessage", 404), 0),
        (lambda faults: faults.fail("sendMessage", 413), 0),
    ],
)
async def test_a_message_is_seen_once_or_the_log_says_that_it_may_not_be(
    sender: Sender,
    api: BotApi,
    chat: Chat,
    written: io.StringIO,
    fault: Callable[[Any], None],
    seen: int,
) -> None:
    fault(api.faults)
    sent = await sender.send(chat.id, "Tea is green")
    assert texts(chat) == ["Tea is green"] * seen
    assert ("something was not said, or may not have been" in written.getvalue()) == (not sent)
    assert "secret" not in written.getvalue()
    assert api.token not in written.getvalue()
    await sender.send(chat.id, "next")
    assert texts(chat)[seen:] == ["next"]


async def test_what_is_no_unicode_is_tried_once_and_logged(
    sender: Sender, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    assert await sender.send(chat.id, "half a \ud83c cup") is None
    assert not api.calls("sendMessage")
    assert "NetworkError of UnicodeEncodeError" in written.getvalue()


async def test_a_message_outlives_an_outage(
    sender: Sender, bot: telegram.Bot, api: BotApi, chat: Chat
) -> None:
    with api.outage():
        sending = asyncio.create_task(sender.send(chat.id, "Tea is green"))
        done, _ = await asyncio.wait({sending}, timeout=0.1)
        assert not done
    assert await sending
    assert texts(chat) == ["Tea is green"]


async def test_an_outage_that_stays_is_given_up(
    sender: Sender,
    api: BotApi,
    chat: Chat,
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "backoff", lambda failures: 0.01 if failures < 2 else 121.0)
    with api.outage():
        assert await sender.send(chat.id, "Tea is green") is None
    assert "NetworkError of ConnectError" in written.getvalue()


@pytest.mark.parametrize(
    "fault",
    [
        lambda faults: faults.fail("editMessageText", 500),
        lambda faults: faults.cut("editMessageText", effect=True),
        lambda faults: faults.cut("editMessageText", effect=False),
        lambda faults: faults.hang("editMessageText", 0.5, effect=True),
        lambda faults: faults.garbage("editMessageText"),
        lambda faults: faults.fail("editMessageText", 429, retry_after=0.01),
        lambda faults: faults.fail("editMessageText", 400),
    ],
)
async def test_an_edit_is_made_again_until_it_stands(
    sender: Sender, api: BotApi, chat: Chat, fault: Callable[[Any], None]
) -> None:
    """The server refuses an edit that changes nothing, and that is as good."""
    sent = await sender.send(chat.id, "Searching")
    assert sent
    fault(api.faults)
    assert await sender.edit(sent, BOLD)
    shown = chat.replies()[-1]
    assert (shown.text, shown.edited) == (BOLD.text, True)
    assert shown.button("More")


async def test_messages_are_edited_by_whatever_names_them(
    sender: Sender, api: BotApi, chat: Chat, ann: User
) -> None:
    sent = await sender.send(chat.id, BOLD)
    assert sent
    assert await sender.edit((chat.id, sent.message_id), "black")
    assert await sender.edit_keyboard(sent, BOLD)
    shown = chat.replies()[-1]
    assert (shown.text, shown.button("More")["callback_data"]) == ("black", "more")
    query = api.inline_query("tea", by=ann)
    parsed = telegram.InlineQuery.de_json(pushed(api, "inline_query"), None)
    assert parsed
    await sender.answer_inline(parsed, [Article("1", "Tea", "tea.md", BOLD)])
    posted = query.choose()
    assert posted.inline_id
    assert await sender.edit(posted.inline_id, "black")
    assert api.latest(posted).text == "black"  # type: ignore[union-attr]
    del api.state.inline_messages[posted.inline_id], chat.messages[sent.message_id]
    assert not await sender.edit(posted.inline_id, "white")
    assert not await sender.edit(sent, "white")


# --- rates


@pytest.fixture
def strict(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> BotApi:
    """The server that holds the bot to Telegram's rates, and a bot that knows them."""
    monkeypatch.setattr(rates, "_IN_A_CHAT", A_FEW)
    monkeypatch.setattr(rates, "_IN_A_GROUP", A_MINUTE)
    api.rates.enabled = True
    return api


def refused(api: BotApi) -> list[str]:
    return [call.method for call in api.calls() if call.status == 429]


async def test_no_more_is_sent_in_a_second_than_telegram_takes(
    sender: Sender, strict: BotApi
) -> None:
    rooms = [strict.private(strict.user(f"Reader {n}")) for n in range(45)]
    sent = await asyncio.gather(*(sender.send(room.id, "Tea is green") for room in rooms))
    assert all(sent)
    assert all(len(room.replies()) == 1 for room in rooms)
    assert not refused(strict)


async def test_a_chat_gets_a_few_at_once_and_then_no_more_than_it_may(
    sender: Sender, strict: BotApi, chat: Chat
) -> None:
    """Callback answers are not counted; what must not wait is left out."""
    said = [asyncio.create_task(sender.send(chat.id, f"{n}")) for n in range(4)]
    other = strict.private(strict.user("Ben"))
    await asyncio.gather(*said[:3])
    first = await said[0]
    assert first
    assert not await sender.edit(first, "dropped", droppable=True)
    assert await sender.send(other.id, "nobody waits for Ann")
    assert len(chat.replies()) == 3
    assert await said[3]
    assert texts(chat) == ["0", "1", "2", "3"]
    assert not refused(strict)


async def test_a_group_gets_no_more_in_a_minute_than_it_may(
    sender: Sender, strict: BotApi, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "_IN_A_CHAT", (100, 3.0))
    strict.rates.burst = 100
    group, member = strict.supergroup("Club", ann), strict.private(ann)
    said = [asyncio.create_task(sender.send(group.id, f"{n}")) for n in range(21)]
    await asyncio.gather(*said[:20])
    assert await sender.send(member.id, "a person may be told more")
    done, waiting = await asyncio.wait(said, timeout=0.2)
    assert (len(done), len(waiting), len(group.replies())) == (20, 1, 20)
    assert not refused(strict)
    for task in waiting:
        task.cancel()


async def test_nothing_is_kept_of_chats_that_are_silent(
    sender: Sender, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_IN_A_CHAT", "_IN_A_GROUP"):
        monkeypatch.setattr(rates, name, (5, 0.05))
    rooms = [api.private(api.user(f"Reader {n}")) for n in range(20)]
    api.faults.fail("sendMessage", 429, retry_after=0.01)  # type: ignore[arg-type]
    await asyncio.gather(*(sender.send(room.id, "Tea") for room in rooms))
    kept = sender._delivery.rates._chats
    await until(lambda: not kept)


async def test_only_the_chat_that_was_told_to_wait_waits(
    sender: Sender,
    bot: telegram.Bot,
    api: BotApi,
    chat: Chat,
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Typing and edits that may be left out are left out meanwhile."""
    monkeypatch.setattr(sending, "_TYPING_AFTER", 0.0)
    asked, other = heard(bot, chat.say("Tea?")), api.private(api.user("Ben"))
    sent = await sender.reply(asked, "Searching")
    assert sent
    api.faults.fail("sendMessage", 429, retry_after=1)
    late = asyncio.create_task(sender.reply(asked, "green"))
    await until(lambda: not sender._delivery.rates.free(chat.id))
    async with sender.typing(asked):
        assert not await sender.edit(sent, "dropped", droppable=True)
        assert await sender.send(other.id, "at once")
        assert not late.done()
    assert await late
    assert texts(chat) == ["Searching", "green"]
    assert not api.calls("sendChatAction")
    assert not api.calls("editMessageText")
    assert await sender.edit(sent, "done", droppable=True)


async def test_a_chat_that_takes_nothing_is_given_up(
    sender: Sender, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    api.faults.fail("sendMessage", 429, times=9, retry_after=0.01)  # type: ignore[arg-type]
    assert await sender.send(chat.id, "Tea") is None
    assert len(api.calls("sendMessage")) == 6
    assert "Telegram takes no messages, one was dropped" in written.getvalue()
    api.faults.clear()
    api.faults.fail("sendMessage", 429, retry_after=3_600)
    assert await sender.send(chat.id, "Tea") is None
    assert len(api.calls("sendMessage")) == 7


async def test_typing_is_shown_where_the_question_was_asked_and_fails_silently(
    sender: Sender,
    bot: telegram.Bot,
    api: BotApi,
    ann: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "_TYPING_AFTER", 0.0)
    monkeypatch.setattr(sending, "_TYPING_AGAIN", 0.01)
    forum = api.forum("Readers", ann)
    topic = forum.topic("Tea")
    asked = heard(bot, forum.say("/ask", topic=topic))
    api.faults.fail("sendChatAction", 403)
    async with sender.typing(asked):
        await until(lambda: len(api.calls("sendChatAction")) > 2)
    topics = {call.params.number("message_thread_id") for call in api.calls("sendChatAction")}
    assert topics == {topic}


# --- answers to buttons and queries


async def pressed(sender: Sender, api: BotApi, chat: Chat) -> tuple[Any, telegram.CallbackQuery]:
    await sender.send(chat.id, BOLD)
    press = api.press(chat.replies()[-1], "More")
    query = telegram.CallbackQuery.de_json(pushed(api, "callback_query"), None)
    assert query
    return press, query


@pytest.mark.parametrize(
    "fault",
    [
        lambda faults: faults.fail("answerCallbackQuery", 502),
        lambda faults: faults.cut("answerCallbackQuery", effect=True),
        lambda faults: faults.cut("answerCallbackQuery", effect=False),
        lambda faults: faults.fail("answerCallbackQuery", 429, retry_after=0.01),
    ],
)
async def test_a_button_is_answered_whatever_happens(
    sender: Sender, api: BotApi, chat: Chat, fault: Callable[[Any], None]
) -> None:
    press, query = await pressed(sender, api, chat)
    fault(api.faults)
    await sender.answer(query, "Дальше " * 40, alert=True)
    [answer] = press.answers
    assert (answer.text, answer.show_alert) == (("Дальше " * 40)[:200], True)


async def test_a_button_that_is_too_old_is_no_error_and_none_waits_for_a_turn(
    sender: Sender, api: BotApi, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "_IN_A_CHAT", (1, 60.0))
    press, query = await pressed(sender, api, chat)
    assert not sender._delivery.rates.free(chat.id)
    api.state.lifetimes.callback = 0.0
    await sender.answer(query)
    assert len(api.calls("answerCallbackQuery")) == 1
    press.abandon()


async def test_inline_queries_and_guests_are_answered(
    sender: Sender, api: BotApi, ann: User
) -> None:
    draft = Draft()
    draft.add("Tea", "bold")
    offered = [Article(f"{n}", "Tea", "", draft.message()) for n in range(2)]
    query = api.inline_query("tea", by=ann)
    parsed = telegram.InlineQuery.de_json(pushed(api, "inline_query"), None)
    assert parsed
    api.faults.cut("answerInlineQuery", effect=True)
    await sender.answer_inline(parsed, offered, cache=5, button=("Ask me", "ask"))
    answer = query.wait_answer()
    assert [result["id"] for result in answer.results] == ["0", "1"]
    assert (answer.cache_time, answer.is_personal) == (5, True)
    assert answer.button == {"text": "Ask me", "start_parameter": "ask"}
    guest = api.guest_message("@citebot_test_bot tea?", by=ann)
    id = pushed(api, "guest_message")["guest_query_id"]
    posted = await sender.answer_guest(id, offered[0])
    assert guest.wait_answer().inline_id == posted
    assert await sender.answer_guest(id, offered[0]) is None


async def test_what_is_for_one_person_is_seen_by_them_alone(
    api: BotApi, bot: telegram.Bot, sender: Sender, ann: User
) -> None:
    """In a group; where Telegram will not, all see it, and in a private chat there is no one."""
    group, private = api.supergroup("Readers", ann), api.private(ann)
    group.say("/help@citebot_test_bot", by=ann)
    private.say("/help")
    in_group, in_private = [u.message for u in await bot.get_updates() if u.message]
    await sender.reply(in_group, BOLD, only=ann.id)
    await sender.reply(in_private, "Open", only=ann.id)
    group.ephemeral = False
    await sender.reply(in_group, "Refused", only=ann.id)
    alone, refused = group.replies()
    assert (alone.seen_by, alone.reply_to, alone.bold()) == (ann.id, in_group.message_id, ["is"])
    assert (refused.seen_by, refused.reply_to) == (None, in_group.message_id)
    assert private.replies()[0].seen_by is None


async def test_an_ephemeral_command_is_replied_to_in_its_kind(
    api: BotApi, bot: telegram.Bot, sender: Sender, ann: User
) -> None:
    group = api.supergroup("Readers", ann)
    group.whisper("/lang@citebot_test_bot", by=ann)
    [said] = [u.message for u in await bot.get_updates() if u.message]
    sent = await sender.reply(said, BOLD)
    assert sent
    [shown] = group.replies()
    assert shown.seen_by == ann.id
    assert await sender.edit(sent, "Changed")
    current = api.latest(shown)
    assert current
    assert (current.text, current.buttons()) == ("Changed", [])
    assert await sender.edit_keyboard(sent, BOLD)
    current = api.latest(shown)
    assert current
    assert current.buttons() == ["More"]


async def test_a_server_that_knows_no_disabled_button_gets_another(
    api: BotApi, bot: telegram.Bot, sender: Sender, ann: User
) -> None:
    chat = api.private(ann)
    dead = Message("Here", keyboard=((Button("3 of 8", data="nothing", disabled=True),),))
    words = "Bad Request: Text buttons are unallowed in the inline keyboard"
    api.faults.fail("sendMessage", 400, description=words)
    sent = await sender.send(chat.id, dead)
    assert sent
    assert chat.replies()[-1].button("3 of 8") == {"text": "3 of 8", "callback_data": "nothing"}
    assert await sender.edit(sent, dead)
    assert chat.replies()[-1].button("3 of 8") == {"text": "3 of 8", "disabled": {}}
