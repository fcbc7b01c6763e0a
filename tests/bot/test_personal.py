"""What people decide for themselves: their language, what is kept of them, and forgetting it."""

from __future__ import annotations

from pathlib import Path

from bot.running.limits import Limits
from index.library import Library
from tests.bot.serving import serving
from tests.botapi import BotApi, Chat

FERRIES = "When does the last ferry leave in winter?"
OFF_TOPIC = "How do I reverse a list in Python?"


def test_the_language_chosen_outlives_a_restart(api: BotApi, chat: Chat, library: Library) -> None:
    with serving(api, library):
        chat.say("/lang")
        choice = chat.wait_reply()
        assert choice.buttons() == ["English", "Русский", "Same as my Telegram"]
        press = api.press(choice, "Русский")
        said = chat.wait_reply(after=press)
        assert said.id == choice.id
        assert not said.buttons()
    with serving(api, library):
        chat.say(OFF_TOPIC)
        assert chat.wait_reply().text.startswith("Я не нашёл этого в своих документах")
        chat.say("/lang")
        choice = chat.wait_reply()
        press = api.press(choice, choice.buttons()[-1])
        chat.wait_reply(after=press)
        chat.say(OFF_TOPIC)
        assert chat.wait_reply().text.startswith("I couldn't find this in the 3 documents")


def test_privacy_says_whether_texts_are_kept(api: BotApi, chat: Chat, library: Library) -> None:
    for keeps, says in (
        (False, "I don't store the text of your questions"),
        (True, "your questions for 30 days"),
    ):
        with serving(api, library, keep_questions=keeps):
            chat.say("/privacy")
            words = chat.wait_reply().text
            assert says in words
            assert "/forget" in words


def test_forgetting_deletes_what_was_kept_and_only_after_a_yes(
    api: BotApi, chat: Chat, library: Library, memory: Path
) -> None:
    with serving(api, library, keep_questions=True):
        chat.say("/forget")
        first = chat.wait_reply()
        press = api.press(first, "Delete it")
        assert chat.wait_reply(after=press).text == "I store nothing about you."
        chat.say(FERRIES)
        answer = chat.wait_reply()
        api.press(answer, "👍").wait_answer()
        chat.say("/forget")
        asked = chat.wait_reply()
        assert "This can't be undone" in asked.text
        press = api.press(asked, "Delete it")
        assert chat.wait_reply(after=press).text == "Deleted: 2 entries."
        chat.say("/lang")
        chat.wait_reply()
        again = api.press(asked, "Delete it")
        assert chat.wait_reply(after=again).text.startswith("This button is out of date")
        assert api.press(answer, "👎").wait_answer().text.startswith("This button is out of date")
    kept = b"".join(path.read_bytes() for path in memory.glob("journal.sqlite*"))
    assert b"last ferry" not in kept


def test_a_person_over_the_limit_is_told_once_and_then_not(
    api: BotApi, chat: Chat, library: Library
) -> None:
    with serving(api, library, limits=Limits()):
        asked = [chat.say(FERRIES) for _ in range(9)]
        api.wait(lambda _: len(chat.replies()) >= 7, what="six answers and a word")
    replies = chat.replies()
    assert [bool(message.quotes()) for message in replies] == [True] * 6 + [False]
    assert replies[-1].text.startswith("I'm busy. Please try again in ")
    assert [message.reply_to for message in replies] == [message.id for message in asked[:7]]
