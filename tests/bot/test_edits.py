"""Edited questions, follow-ups on a document, and questions that waited while the bot was away."""

from __future__ import annotations

import pytest

from index.library import Library
from tests.bot.serving import Running, reply_to, serving
from tests.botapi import BotApi, Chat

FERRIES = "When does the last ferry leave in winter?"
TEA = "How long does tea keep in a closed tin?"


def test_an_edited_question_gets_its_answer_changed(bot: Running, chat: Chat) -> None:
    question = chat.say(FERRIES)
    answer = chat.wait_reply()
    chat.edit(question, TEA)
    changed = chat.wait_reply()
    assert changed.id == answer.id
    assert changed.edited
    assert changed.quotes()[0].startswith("Tea keeps for two years")
    assert len({message.id for message in chat.replies()}) == 1


def test_a_question_edited_late_is_left_alone(bot: Running, chat: Chat) -> None:
    question = chat.say(FERRIES, ago=150)
    chat.wait_reply()
    chat.edit(question, TEA)
    assert chat.stays_silent()


def test_only_the_latest_question_may_be_edited(bot: Running, chat: Chat) -> None:
    first = chat.say(FERRIES)
    chat.wait_reply()
    chat.say(TEA)
    chat.wait_reply()
    chat.edit(first, "Who measured the tides?")
    assert chat.stays_silent()


def test_an_edit_of_what_was_never_answered_is_passed_over(
    bot: Running, api: BotApi, chat: Chat
) -> None:
    said = chat.say("/help")
    chat.wait_reply()
    chat.edit(said, FERRIES)
    assert chat.stays_silent()


def test_a_reply_that_quotes_an_answer_asks_that_document_alone(
    bot: Running, chat: Chat, library: Library
) -> None:
    """The same question without the quote finds the other document."""
    chat.say("Who measured the tides?")
    answer = chat.wait_reply()
    quoted = chat.say(TEA, reply_to=answer, quote="The sea is never late")
    scoped = reply_to(chat, quoted)
    document = library.document("harbour.txt")
    assert document
    assert all(quote in document.text for quote in scoped.quotes())
    assert "How to brew tea" not in scoped.text
    plain = chat.say(TEA, reply_to=answer)
    assert reply_to(chat, plain).quotes()[0].startswith("Tea keeps for two years")


def test_after_a_downtime_the_newest_of_each_is_answered_and_the_rest_skipped(
    api: BotApi, library: Library
) -> None:
    ann, ben = (api.private(api.user(name, language_code="en")) for name in ("Ann", "Ben"))
    old = [ann.say(FERRIES, ago=3_600 - number) for number in range(5)]
    newest = ann.say(TEA, ago=1_800)
    other = ben.say(FERRIES, ago=900)
    recent = ben.say(TEA, ago=60)
    with serving(api, library):
        late = reply_to(ann, newest)
        assert late.text.startswith("I was away when you asked this; here is the answer:\n\n")
        assert late.quotes()[0].startswith("Tea keeps for two years")
        assert not reply_to(ben, recent).text.startswith("I was away")
        assert reply_to(ben, other).text.startswith("I was away")
        fresh = ann.say(FERRIES)
        reply_to(ann, fresh)
    answered = {message.reply_to for message in ann.replies()}
    assert answered == {newest.id, fresh.id}
    assert not answered & {message.id for message in old}


@pytest.mark.parametrize("text", ["Hello all", "/start", "/nonsense"])
def test_late_talk_in_a_group_hides_no_question(api: BotApi, library: Library, text: str) -> None:
    api.state.privacy_mode = False
    ann = api.user("Ann", language_code="en")
    group = api.supergroup("Readers", ann)
    asked = group.say(f"/ask {FERRIES}", by=ann, ago=1_200)
    group.say(text, by=ann, ago=1_100)
    with serving(api, library):
        assert reply_to(group, asked).quotes()
