"""/verify in a chat: is this really in the documents?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.running import worker
from bot.running.limits import Limits
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.serving import Running, reply_to, serving, until
from tests.bot.slow import Slow
from tests.botapi import BotApi, Chat, User

EXACT = "The lighthouse at the end of the northern pier has 118 steps."
NEARLY = EXACT.replace("118", "120")
ABSENT = "The lighthouse keeper of Sorrel bred black rabbits for the queen."


def test_a_text_behind_the_command_is_checked(bot: Running, chat: Chat) -> None:
    chat.say(f"/verify {EXACT}")
    exact = chat.wait_reply()
    assert exact.text.startswith("Word for word in the documents:\n\nThe Harbour of Lindmouth — ")
    assert exact.quotes() == [EXACT]
    chat.say(f"/verify {NEARLY}")
    nearly = chat.wait_reply()
    assert "118" in nearly.spans("underline")[0]
    assert "120" in nearly.spans("strikethrough")[0]
    assert EXACT in nearly.quotes()[0]
    chat.say(f"/verify {ABSENT}")
    absent = chat.wait_reply()
    assert absent.text.startswith("Not word for word in the 3 documents")
    assert not absent.quotes()


def test_the_headline_of_a_text_follows_from_its_sentences(bot: Running, chat: Chat) -> None:
    """A true one beside an invented one; and a claim in other words, which is not denied."""
    mixed = reply_to(chat, chat.say(f"/verify {EXACT} {ABSENT}"))
    assert mixed.text.startswith("1 of 2 sentences are in the documents word for word.")
    signs = [line[0] for line in mixed.text.splitlines() if line[:1] in ("✓", "✗")]
    assert signs == ["✓", "✗"]
    other = reply_to(chat, chat.say("/verify There are 200 steps in the lighthouse, I was told."))
    assert "It may be there in other words. Closest:" in other.text
    assert EXACT in other.quotes()[0]


def test_the_message_replied_to_is_checked_or_the_part_of_it_that_is_quoted(
    bot: Running, api: BotApi, ann: User
) -> None:
    group = api.supergroup("Readers", ann)
    said = group.say(f"Somebody wrote: {EXACT} I do not believe it.", by=ann)
    whole = reply_to(group, group.say("/verify", by=ann, reply_to=said))
    assert not whole.text.startswith("Word for word in the documents:")
    part = reply_to(group, group.say("/verify", by=ann, reply_to=said, quote=EXACT))
    assert part.text.startswith("Word for word in the documents:")


def test_with_nothing_to_check_it_says_how(bot: Running, chat: Chat) -> None:
    chat.say("/verify")
    assert chat.wait_reply().text.startswith("Send /verify followed by a text")


def test_what_is_hidden_is_not_confirmed(
    api: BotApi, chat: Chat, library: Library, memory: Path
) -> None:
    memory.mkdir()
    (memory / "access.toml").write_text("[reserved]\nguides = [1]\n")
    with serving(api, library):
        chat.say("/verify Tea keeps for two years in a closed tin.")
        assert chat.wait_reply().text.startswith("Not word for word in the 2 documents")


@pytest.fixture
def slow(settings_of: IndexSettings, encoder: Encoder) -> Iterator[Slow]:
    """The shared library, whose verdicts wait for a gate."""
    library = Slow(settings_of, encoder)
    yield library
    library.check_on.set()
    library.close()


def test_others_are_answered_while_a_text_is_checked(
    api: BotApi, chat: Chat, office: Chat, slow: Slow
) -> None:
    with serving(api, slow):
        chat.say(f"/verify {EXACT}")
        until(slow.checking.is_set)
        office.say("When does the last ferry leave in winter?")
        assert office.wait_reply().quotes()
        assert not chat.replies()
        slow.check_on.set()
        assert chat.wait_reply().text.startswith("Word for word")


def test_a_check_that_takes_too_long_is_told_of_and_stopped(
    api: BotApi, chat: Chat, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(api, slow):
        # a first question, so that the model is there
        chat.say("When does the last ferry leave in winter?")
        chat.wait_reply()
        monkeypatch.setattr(worker, "DEADLINE", 0.3)
        chat.say(f"/verify {EXACT}")
        assert chat.wait_reply().text == "That took too long. Please ask again."
        until(slow.unwanted.is_set)


def test_a_checked_text_counts_like_a_question(
    api: BotApi, chat: Chat, library: Library, memory: Path
) -> None:
    """Towards the day, whatever came of it; nothing of the text is kept."""
    limits = Limits(per_day=2)
    with serving(api, library, limits=limits, keep_questions=True):
        for text in (EXACT, ABSENT):
            chat.say(f"/verify {text}")
            chat.wait_reply()
        chat.say(f"/verify {EXACT}")
        assert chat.wait_reply().text.startswith("You've asked 2 questions today")
    assert b"lighthouse" not in (memory / "journal.sqlite").read_bytes()
