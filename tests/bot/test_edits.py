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
    assert changed.quotes()[0].startswith("Storing\n\nTea keeps for two years")
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


def test_an_edit_that_makes_a_question_of_something_else_is_answered(
    bot: Running, api: BotApi, chat: Chat
) -> None:
    said = chat.say("/help")
    chat.wait_reply()
    chat.edit(said, FERRIES)
    assert chat.wait_reply().quotes()


def test_a_reply_that_quotes_an_answer_asks_that_document_first(
    bot: Running, chat: Chat, library: Library
) -> None:
    """What is not there comes from the others, and that is said."""
    chat.say("Who measured the tides?")
    answer = chat.wait_reply()
    quoted = chat.say(TEA, reply_to=answer, quote="The sea is never late")
    scoped = reply_to(chat, quoted)
    assert scoped.text.startswith("Not in “The Harbour of Lindmouth”. In the other documents:")
    assert scoped.quotes()[0].startswith("Storing\n\nTea keeps for two years")
    inside = chat.say(FERRIES, reply_to=answer, quote="The sea is never late")
    document = library.document("harbour.txt")
    assert document
    assert all(quote in document.text for quote in reply_to(chat, inside).quotes())
    plain = chat.say(TEA, reply_to=answer)
    assert reply_to(chat, plain).quotes()[0].startswith("Storing\n\nTea keeps for two years")


def test_after_a_downtime_the_newest_questions_of_each_are_answered_together(
    api: BotApi, library: Library
) -> None:
    """Up to three in one message, whatever was said after them; how many more were skipped is
    said.
    """
    ann, ben, eve = (api.private(api.user(name, language_code="en")) for name in ("A", "B", "E"))
    old = [ann.say(f"{FERRIES} ({number})", ago=3_600 - number) for number in range(5)]
    newest = ann.say(TEA, ago=1_800)
    after = [ann.say("hello??", ago=1_700), ann.say("/help", ago=1_600)]
    other = ben.say(FERRIES, ago=900)
    recent = ben.say(TEA, ago=60)
    only = eve.say("hello??", ago=900)
    with serving(api, library):
        late = reply_to(ann, newest)
        first, second, *_ = late.text.splitlines()
        assert first == "I was offline when you asked this. Here is the answer:"
        assert second == "I skipped 3 earlier questions from that time; please ask them again."
        assert [quote.split()[0] for quote in late.quotes()] == ["Ferries", "Ferries", "Storing"]
        assert not reply_to(ben, recent).text.startswith("I was offline")
        assert reply_to(ben, other).text.startswith("I was offline")
        assert reply_to(eve, only).text.startswith("Hello!")
        fresh = ann.say(FERRIES)
        reply_to(ann, fresh)
    answered = {message.reply_to for message in ann.replies()}
    assert answered == {newest.id, fresh.id}
    assert not answered & {message.id for message in (*old, *after)}


@pytest.mark.parametrize("text", ["Hello all", "/start", "/nonsense"])
def test_late_talk_in_a_group_hides_no_question(api: BotApi, library: Library, text: str) -> None:
    api.state.privacy_mode = False
    ann = api.user("Ann", language_code="en")
    group = api.supergroup("Readers", ann)
    asked = group.say(f"/ask {FERRIES}", by=ann, ago=1_200)
    group.say(text, by=ann, ago=1_100)
    with serving(api, library):
        assert reply_to(group, asked).quotes()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * 1_234, "Your question has 1,234 characters; the limit is 1,000 characters."),
        ("/ask", "Send me your question."),
    ],
)
def test_an_edit_that_asks_nothing_is_told_in_the_place_of_the_answer(
    bot: Running, chat: Chat, text: str, says: str
) -> None:
    question = chat.say(FERRIES)
    answer = chat.wait_reply()
    chat.edit(question, text)
    changed = chat.wait_reply()
    assert (changed.id, changed.text, changed.buttons()) == (answer.id, says, [])
    chat.edit(question, TEA)
    again = chat.wait_reply()
    assert again.id == answer.id
    assert again.quotes()[0].startswith("Storing\n\nTea keeps for two years")


def test_a_question_edited_into_another_command_keeps_its_answer(bot: Running, chat: Chat) -> None:
    question = chat.say(FERRIES)
    chat.wait_reply()
    for text in ("/sources", "/verify the sea is never late"):
        chat.edit(question, text)
        assert chat.stays_silent()


def test_an_edited_question_whose_answer_is_gone_is_left_alone(
    bot: Running, api: BotApi, chat: Chat
) -> None:
    question = chat.say(FERRIES)
    answer = chat.wait_reply()
    del chat.messages[answer.id]
    chat.edit(question, TEA)
    assert api.wait_call("editMessageText").status == 400
    assert chat.stays_silent()
    assert chat.say(TEA)
    assert chat.wait_reply().quotes()


def test_an_edited_question_in_a_group_is_answered_as_long_as_it_names_the_bot(
    bot: Running, api: BotApi
) -> None:
    api.state.privacy_mode = False
    ann = api.user("Ann", language_code="en")
    group, name = api.supergroup("Readers", ann), f"@{api.state.bot['username']}"
    question = group.say(f"{name} {FERRIES}", by=ann)
    answer = reply_to(group, question)
    group.edit(question, f"{name} {TEA}")
    changed = group.wait_reply()
    assert changed.id == answer.id
    assert changed.quotes()[0].startswith("Storing\n\nTea keeps for two years")
    group.edit(question, TEA)
    assert group.stays_silent()


def test_after_a_downtime_talk_buttons_and_edits_between_questions_change_nothing(
    api: BotApi, library: Library
) -> None:
    """The newest of each person is answered still, and as it was edited meanwhile."""
    api.state.privacy_mode = False
    ann = api.user("Ann", language_code="en")
    group, room = api.supergroup("Readers", ann), api.private(ann)
    room.say(FERRIES, ago=3_000)
    group.say(f"/ask {FERRIES}", by=ann, ago=2_900)
    group.say("Good morning", by=api.user("Ben"), ago=2_800)
    api.inline_query("", by=ann)
    newest = [room.say("Who measured", ago=2_700), group.say(f"/ask {TEA}", by=ann, ago=2_600)]
    room.edit(newest[0], TEA, ago=2_650)
    with serving(api, library):
        for place, question in zip((room, group), newest, strict=True):
            reply_to(place, question)
        assert room.replies()[-1].quotes()[-1].startswith("Storing\n\nTea keeps for two years")
        for place, question in zip((room, group), newest, strict=True):
            assert {message.reply_to for message in place.replies()} == {question.id}
