"""Where the bot is not a member: inline in any chat, and named as a guest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.asking import inline
from bot.running.limits import Limits
from index.library import Library
from index.model.encoder import Encoder
from index.search import keys
from index.settings import IndexSettings
from tests.bot.serving import Running, serving, until
from tests.bot.slow import Slow
from tests.botapi import BotApi, Chat, User

FERRIES = "When does the last ferry leave in winter?"
OFF_TOPIC = "How do I reverse a list in Python?"


def test_inline_offers_passages_ready_to_post(
    bot: Running, api: BotApi, ann: User, library: Library
) -> None:
    """Place and title above, the answering sentence below; what is posted stands alone."""
    query = api.inline_query(FERRIES, by=ann)
    answer = query.wait_answer()
    found = library.ask(FERRIES, top=10).hits
    hits = [hit for hit in found if hit.score >= 0.6 * found[0].score]
    assert 1 <= len(hits) < len(found)
    assert [result["id"] for result in answer.results] == [keys.key_of(h.passage) for h in hits]
    best = answer.results[0]
    assert best["title"] == "Paragraph 2 — The Harbour of Lindmouth"
    assert best["description"].startswith("In winter the last ferry leaves at 4 p.m.")
    posted = query.choose()
    assert posted.quotes() == [hits[0].passage.text]
    assert posted.text.startswith("The Harbour of Lindmouth — paragraph 2\n")
    assert not posted.buttons()
    assert (answer.is_personal, answer.cache_time) == (True, 30)


@pytest.mark.parametrize("text", ["", "  ", "ab", " ab  "])
def test_too_short_a_text_offers_the_chat(bot: Running, api: BotApi, ann: User, text: str) -> None:
    answer = api.inline_query(text, by=ann).wait_answer()
    assert not answer.results
    assert answer.button == {"text": "Type a question to find a passage", "start_parameter": "ask"}


def test_nothing_found_offers_the_chat(bot: Running, api: BotApi, ann: User) -> None:
    answer = api.inline_query(OFF_TOPIC, by=ann).wait_answer()
    assert not answer.results
    assert answer.button == {"text": "I couldn't find this", "start_parameter": "ask"}


def test_a_guest_mention_gets_one_passage(
    bot: Running, api: BotApi, ann: User, library: Library
) -> None:
    name = f"@{api.state.bot['username']}"
    answer = api.guest_message(f"{name} {FERRIES}", by=ann).wait_answer()
    assert answer.quotes() == [library.ask(FERRIES).hits[0].passage.text]
    nothing = api.guest_message(f"{name} {OFF_TOPIC}", by=ann).wait_answer()
    assert nothing.text.startswith("I couldn't find this in the 3 documents")
    bare = api.guest_message(name, by=ann).wait_answer()
    assert bare.text == "Send me your question."


def test_whoever_types_gets_the_bots_words_in_their_language(bot: Running, api: BotApi) -> None:
    vera = api.user("Vera", language_code="ru")
    answer = api.inline_query(OFF_TOPIC, by=vera).wait_answer()
    assert answer.button
    assert answer.button["text"] == "Я не нашёл этого"


def test_while_the_first_index_is_built_the_share_done_is_told(
    api: BotApi, ann: User, tmp_path: Path, knowledge: Path, encoder: Encoder
) -> None:
    """And no one's program keeps that for later."""
    slow = Slow(IndexSettings(knowledge=knowledge, data=tmp_path / "data"), encoder)
    slow.build_on.clear()
    name = f"@{api.state.bot['username']}"
    with serving(api, slow):
        assert slow.building.wait(30)
        typed = api.inline_query(FERRIES, by=ann).wait_answer()
        assert typed.button
        assert re.match(r"I'm still reading the documents \(\d+%\)", typed.button["text"])
        assert (typed.results, typed.cache_time) == ([], 0)
        guest = api.guest_message(f"{name} {FERRIES}", by=ann).wait_answer()
        assert re.match(r"I'm still reading the documents \(\d+%\)", guest.text)
        slow.build_on.set()
        until(slow.generation)
        assert api.inline_query(FERRIES, by=ann).wait_answer().results
    slow.close()


def test_a_slow_search_is_dropped_where_somebody_types_and_told_where_somebody_asks(
    api: BotApi,
    ann: User,
    settings_of: IndexSettings,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inline, "_DEADLINE", 0.2)
    slow = Slow(settings_of, encoder)
    with serving(api, slow):
        slow.answer_on.clear()
        typed = api.inline_query(FERRIES, by=ann)
        guest = api.guest_message(f"@{api.state.bot['username']} {FERRIES}", by=ann)
        assert guest.wait_answer().text == "That took too long. Please ask again."
        monkeypatch.undo()
        slow.answer_on.set()
        assert api.inline_query("What spoils tea?", by=ann).wait_answer().results
        assert typed.answer is None
    slow.close()


def test_who_names_the_bot_elsewhere_too_often_is_told_once(
    api: BotApi, ann: User, library: Library
) -> None:
    text = f"@{api.state.bot['username']} {FERRIES}"
    with serving(api, library, limits=Limits(per_minute=1)):
        assert api.guest_message(text, by=ann).wait_answer().quotes()
        busy = api.guest_message(text, by=ann).wait_answer()
        assert busy.text.startswith("You've asked ")
        third = api.guest_message(text, by=ann)
        ben = api.user("Ben", language_code="en")
        assert api.guest_message(text, by=ben).wait_answer().quotes()
        assert third.answer is None


def test_what_is_typed_inline_takes_nothing_from_the_questions_of_a_day(
    api: BotApi, chat: Chat, ann: User, library: Library
) -> None:
    """It is sent letter by letter."""
    with serving(api, library, limits=Limits(per_day=1)):
        for end in (10, 20, 30):
            assert api.inline_query(FERRIES[:end], by=ann).wait_answer()
        chat.say(FERRIES)
        assert chat.wait_reply().quotes()
        chat.say(FERRIES)
        assert chat.wait_reply().text.startswith("You've asked 1 questions today")
