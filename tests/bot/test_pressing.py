"""The buttons under an answer: reading on, more, votes, and telling the editors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import assembly
from bot.messages import buttons
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.conftest import ADMIN
from tests.bot.desk import quoted
from tests.bot.serving import Running, reply_to, serving, until
from tests.bot.slow import Slow
from tests.botapi import BotApi, Chat, Message, User

FERRIES = "When does the last ferry leave in winter?"
TEA = "How long does tea keep in a closed tin?"
OFF_TOPIC = "How do I reverse a list in Python?"
OUTDATED = "This button is out of date. Please ask again."
READ, MORE, BACK = "📖 Context", "More passages", "↩ Back to the answer"


@pytest.fixture
def answer(bot: Running, chat: Chat) -> Message:
    """An answer from the middle of the harbour's text."""
    chat.say(FERRIES)
    return chat.wait_reply()


def pressed(api: BotApi, chat: Chat, message: Message, label: str) -> Message:
    """Return what the message reads after a button under it was pressed."""
    press = api.press(message, label)
    assert press.wait_answer().text == ""
    after = chat.wait_reply(after=press)
    assert after.id == message.id
    return after


def test_an_answer_has_its_buttons(answer: Message) -> None:
    assert answer.rows()[0] == [READ, "📋 Copy"]
    assert answer.rows()[-1] == ["👍", "👎"]
    copied = answer.button("📋 Copy")["copy_text"]["text"]
    assert answer.bold()[0] == copied


def test_a_page_has_its_source(bot: Running, chat: Chat) -> None:
    chat.say(TEA)
    source = chat.wait_reply().button("🔗 Source")
    assert source["url"].startswith("https://tea.example/brew#:~:text=Tea%20keeps")


def test_reading_on_and_back_edits_the_answer_in_its_place(
    api: BotApi, chat: Chat, answer: Message
) -> None:
    reading = pressed(api, chat, answer, READ)
    assert reading.rows()[0] == ["◀", "¶ 2 of 3", "▶"]
    before = pressed(api, chat, reading, "◀")
    assert before.rows()[0] == ["¶ 1 of 3", "▶"]
    assert "The harbour of Lindmouth was opened on 4 May 1872" in before.quotes()[0]
    again = pressed(api, chat, before, "▶")
    last = pressed(api, chat, again, "▶")
    assert last.rows()[0] == ["◀", "¶ 3 of 3"]
    assert last.quotes()[0].endswith("on Quay Street.")
    back = pressed(api, chat, last, BACK)
    assert (back.text, back.entities) == (answer.text, answer.entities)
    assert back.buttons() == answer.buttons()
    assert reading.button("¶ 2 of 3") == {"text": "¶ 2 of 3", "disabled": {}}


def test_more_passages_come_in_a_message_of_their_own(
    bot: Running, api: BotApi, chat: Chat, library: Library
) -> None:
    question = "Tell me about the harbour of Lindmouth"
    asked = chat.say(question)
    answer = reply_to(chat, asked)
    shown, hits = len(answer.quotes()), library.ask(question, top=10).hits
    assert shown < len(hits)
    chat.say(FERRIES)
    chat.wait_reply()
    press = api.press(answer, MORE)
    more = chat.wait_reply(after=press)
    assert more.text.startswith("More passages:\n\n")
    assert more.quotes() == [
        quoted(hit.passage) for hit in hits[shown : shown + len(more.quotes())]
    ]
    assert more.reply_to == asked.id


def test_an_example_can_be_read_around_and_back(bot: Running, api: BotApi, chat: Chat) -> None:
    """Its question stands in the answer itself."""
    chat.say("/start")
    greeting = chat.wait_reply()
    press = api.press(greeting, greeting.buttons()[0])
    answer = chat.wait_reply(after=press)
    reading = pressed(api, chat, answer, READ)
    assert reading.spans("italic") == answer.spans("italic")
    assert pressed(api, chat, reading, BACK).text == answer.text


def test_a_vote_is_thanked_for_and_a_bad_one_asked_for_its_reason(
    api: BotApi, chat: Chat, answer: Message
) -> None:
    assert api.press(answer, "👍").wait_answer().text == "Thank you."
    press = api.press(answer, "👎")
    assert press.wait_answer().text == "Thank you. What was wrong?"
    asked = chat.wait_reply(after=press)
    assert asked.buttons()[-3:] == [
        "It does not answer my question",
        "It is out of date",
        "Something is missing",
    ]
    assert asked.rows()[0] == answer.rows()[0]
    press = api.press(asked, "It is out of date")
    assert press.wait_answer().text == "Thank you."
    assert chat.wait_reply(after=press).rows() == answer.rows()


def test_somebody_elses_button_is_not_pressed_but_votes_are_open(
    bot: Running, api: BotApi, ann: User
) -> None:
    ben = api.user("Ben", language_code="en")
    group = api.supergroup("Readers", ann, ben)
    answer = reply_to(group, group.say(f"/ask {FERRIES}", by=ann))
    press = api.press(answer, READ, by=ben)
    assert (
        press.wait_answer().text
        == "This button belongs to someone else. Ask your own question with /ask."
    )
    assert api.press(answer, "👍", by=ben).wait_answer().text == "Thank you."
    assert group.stays_silent()
    press = api.press(answer, READ, by=ann)
    assert group.wait_reply(after=press).rows()[0] == ["◀", "¶ 2 of 3", "▶"]


def test_forged_and_foreign_buttons_are_outdated(
    bot: Running, api: BotApi, chat: Chat, answer: Message
) -> None:
    """No one's own data, nor that of a button in another chat, does anything."""
    data = answer.button(READ)["callback_data"]
    other = api.private(api.user("Ben", language_code="en"))
    other.say(FERRIES)
    theirs = other.wait_reply()
    for forged in ("nonsense", data[:-1] + ("A" if data[-1] != "A" else "B"), data[::-1], "x" * 64):
        assert api.press(answer, data=forged).wait_answer().text == OUTDATED
    assert api.press(theirs, data=data).wait_answer().text == OUTDATED
    assert other.stays_silent()


def test_a_button_under_a_message_that_is_gone_is_outdated(
    api: BotApi, chat: Chat, answer: Message
) -> None:
    del chat.messages[answer.id]  # too old to be seen: Telegram tells only which it was
    assert api.press(answer, READ).wait_answer().text == OUTDATED


def test_what_is_not_answered_goes_to_the_editors_on_a_tap(
    bot: Running, api: BotApi, chat: Chat
) -> None:
    chat.say(OFF_TOPIC)
    nothing = chat.wait_reply()
    assert nothing.buttons() == ["Tell the editors"]
    press = api.press(nothing, "Tell the editors")
    assert press.wait_answer().text == "The editors will see your question."
    told = chat.wait_reply(after=press)
    assert told.buttons() == ["🔔 Tell me when there is an answer"]
    press = api.press(told, "🔔 Tell me when there is an answer")
    assert press.wait_answer().text == "I'll let you know."
    assert not chat.wait_reply(after=press).buttons()


def test_without_editors_nobody_is_told(api: BotApi, chat: Chat, library: Library) -> None:
    with serving(api, library, admins=frozenset()):
        chat.say(OFF_TOPIC)
        assert not chat.wait_reply().buttons()


def test_buttons_still_work_after_a_restart(
    api: BotApi, chat: Chat, library: Library, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = tmp_path_factory.mktemp("journal")
    admins = frozenset({ADMIN})
    with serving(api, library, data=data, admins=admins):
        chat.say(FERRIES)
        answer = chat.wait_reply()
    with serving(api, library, data=data, admins=admins):
        assert pressed(api, chat, answer, READ).rows()[0] == ["◀", "¶ 2 of 3", "▶"]
        assert api.press(answer, "👍").wait_answer().text == "Thank you."


def test_a_button_older_than_thirty_days_is_outdated(
    api: BotApi, chat: Chat, answer: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buttons, "LIFETIME", -120.0)
    assert api.press(answer, READ).wait_answer().text == OUTDATED
    monkeypatch.undo()
    assert pressed(api, chat, answer, READ).rows()[0] == ["◀", "¶ 2 of 3", "▶"]


def test_what_is_longer_than_a_clipboard_takes_has_no_button_to_copy(
    api: BotApi,
    chat: Chat,
    tmp_path: Path,
    make_library: Callable[..., Library],
    quotable: list[str],
) -> None:
    """256 are, one more is too long."""
    (tmp_path / "knowledge").mkdir()
    begins = {256: "The heron of the mill pond sleeps", 257: "The otter of the quarry swims"}
    for length, begin in begins.items():
        way = {256: "on and ", 257: "up, down "}[length]
        words = f"{begin} {way * 40}"[: length - 5].rstrip()
        text = words.ljust(length - 5, "x") + " off."
        quotable.append(text)
        (tmp_path / "knowledge" / f"{length}.txt").write_text(text, encoding="utf-8")
    library = make_library()
    library.desk.index.build()
    with serving(api, library):
        for length, begin in begins.items():
            chat.say(f"Where is it that {begin.lower()}?")
            answer = chat.wait_reply()
            assert len(answer.bold()[0]) == length
            assert ("📋 Copy" in answer.buttons()) == (length == 256)


def test_every_press_is_answered_while_searches_wait(
    api: BotApi, chat: Chat, settings_of: IndexSettings, encoder: Encoder
) -> None:
    """The buttons of one person as well as those of others; what they do comes after."""
    slow = Slow(settings_of, encoder)
    rooms = [api.private(api.user(f"Reader {n}", language_code="en")) for n in range(8)]
    with serving(api, slow):
        chat.say(FERRIES)
        answer = chat.wait_reply()
        slow.asked.clear()
        slow.answer_on.clear()
        questions = [room.say(FERRIES) for room in (*rooms, chat)]
        until(slow.asked.is_set)
        presses = [api.press(answer, label) for label in (READ, READ, "👍", READ)]
        for press in presses:
            press.wait_answer(timeout=5)
        assert not chat.latest(answer).edited  # type: ignore[union-attr]
        slow.answer_on.set()
        for room, question in zip((*rooms, chat), questions, strict=True):
            assert reply_to(room, question).quotes()
    slow.close()


def test_who_presses_without_end_is_told_to_wait(
    api: BotApi,
    chat: Chat,
    settings_of: IndexSettings,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four presses are worked on at once, and no one else waits for them."""
    monkeypatch.setattr(assembly, "AT_ONCE", 1)
    slow, other = Slow(settings_of, encoder), api.private(api.user("Ben", language_code="en"))
    with serving(api, slow):
        chat.say(FERRIES)
        answer = chat.wait_reply()
        slow.asked.clear()
        slow.answer_on.clear()
        other.say(FERRIES)
        until(slow.asked.is_set)
        presses = [api.press(answer, READ) for _ in range(6)]
        told = [press.wait_answer().text for press in presses]
        assert told == [""] * 4 + ["I'm busy. Please try again in 5 s."] * 2
        slow.answer_on.set()
        api.wait(lambda _: answer.id in {m.id for m in chat.replies(after=presses[-1]) if m.edited})
        assert api.press(answer, READ).wait_answer().text == ""
    slow.close()
