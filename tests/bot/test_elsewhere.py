"""Where the bot is no member: inline in any chat, and named as a guest."""

from __future__ import annotations

import pytest

from index import keys
from index.library import Library
from tests.bot.serving import Running
from tests.botapi import BotApi, User

FERRIES = "When does the last ferry leave in winter?"
OFF_TOPIC = "How do I reverse a list in Python?"


def test_inline_offers_passages_ready_to_post(
    bot: Running, api: BotApi, ann: User, library: Library
) -> None:
    """Title and place above, the answering sentence below; what is posted stands alone."""
    query = api.inline_query(FERRIES, by=ann)
    answer = query.wait_answer()
    found = library.ask(FERRIES, top=10).hits
    hits = [hit for hit in found if hit.score >= 0.6 * found[0].score]
    assert 1 <= len(hits) < len(found)
    assert [result["id"] for result in answer.results] == [keys.key_of(h.passage) for h in hits]
    best = answer.results[0]
    assert best["title"] == "The Harbour of Lindmouth — paragraph 2"
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
    assert answer.button == {"text": "Not in these documents", "start_parameter": "ask"}


def test_a_guest_mention_gets_one_passage(
    bot: Running, api: BotApi, ann: User, library: Library
) -> None:
    name = f"@{api.state.bot['username']}"
    answer = api.guest_message(f"{name} {FERRIES}", by=ann).wait_answer()
    assert answer.quotes() == [library.ask(FERRIES).hits[0].passage.text]
    nothing = api.guest_message(f"{name} {OFF_TOPIC}", by=ann).wait_answer()
    assert nothing.text.startswith("Not in these 3 documents")
    bare = api.guest_message(name, by=ann).wait_answer()
    assert bare.text == "Send me your question."


def test_whoever_types_gets_the_bots_words_in_their_language(bot: Running, api: BotApi) -> None:
    vera = api.user("Vera", language_code="ru")
    answer = api.inline_query(OFF_TOPIC, by=vera).wait_answer()
    assert answer.button
    assert answer.button["text"] == "В этих документах такого нет"
