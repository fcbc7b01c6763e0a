"""What people decide for themselves: their language, what is stored about them, and forgetting
it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.running import limits
from bot.running.limits import Limits
from index.library import Library
from index.model.encoder import Embedding
from tests.bot.serving import serving
from tests.botapi import BotApi, Chat

FERRIES = "When does the last ferry leave in winter?"
OFF_TOPIC = "How do I reverse a list in Python?"


def test_the_language_chosen_outlives_a_restart(api: BotApi, chat: Chat, library: Library) -> None:
    with serving(api, library):
        chat.say("/lang")
        choice = chat.wait_reply()
        names = ["Deutsch", "English", "Español", "Русский"]
        assert choice.buttons() == [*names, "Same as my Telegram"]
        press = api.press(choice, "Русский")
        said = chat.wait_reply(after=press)
        assert said.id == choice.id
        assert not said.buttons()
    with serving(api, library):
        chat.say(OFF_TOPIC)
        assert chat.wait_reply().text.startswith("Я не нашёл этого в 3 документах")
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
        assert not is_forgotten(library, FERRIES)
        press = api.press(asked, "Delete it")
        assert chat.wait_reply(after=press).text == "Deleted: 2 entries."
        assert is_forgotten(library, FERRIES)
        chat.say("/lang")
        chat.wait_reply()
        again = api.press(asked, "Delete it")
        assert chat.wait_reply(after=again).text.startswith("This button is out of date")
        assert api.press(answer, "👎").wait_answer().text.startswith("This button is out of date")
    kept = b"".join(path.read_bytes() for path in memory.glob("journal.sqlite*"))
    assert b"last ferry" not in kept


def is_forgotten(library: Library, question: str) -> bool:
    """Return True if nothing in memory comes from a question."""

    def embed(texts: list[str]) -> list[Embedding]:
        if texts:
            raise LookupError
        return []

    try:
        library.recent.embeddings([question], embed)
    except LookupError:
        return True
    return False


def test_the_seventh_question_of_a_minute_is_answered_later_and_the_eleventh_is_not(
    api: BotApi, chat: Chat, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are said, once; the limit is named. A text to check waits as well."""
    monkeypatch.setattr(limits, "_MINUTE", 4.0)
    with serving(api, library, limits=Limits()):
        check = "/verify The lighthouse at the end of the northern pier has 118 steps."
        asked = [chat.say(text) for text in [*[FERRIES] * 7, check, *[FERRIES] * 4]]
        api.wait(lambda _: len(chat.replies()) >= 12, what="ten answers and two words")
    answered = [message.reply_to for message in chat.replies() if message.quotes()]
    assert answered == [message.id for message in asked[:10]]
    later, refused = (message for message in chat.replies() if not message.quotes())
    assert re.fullmatch(
        r"You've asked 6 questions in a minute\. I'll answer the next ones in \d s\.", later.text
    )
    assert later.reply_to == asked[6].id
    assert refused.text.startswith("Too many questions are waiting already. Please ask this one")
    assert refused.reply_to == asked[10].id
