"""In groups: what is meant for the bot is answered where it was asked, and nothing else is seen."""

from __future__ import annotations

import pytest

from bot.running.limits import Limits
from index.library import Library
from tests.bot.serving import Running, reply_to, serving
from tests.botapi import BotApi, Chat, User

FERRIES = "When does the last ferry leave in winter?"
TEA = "How long does tea keep in a closed tin?"
FERRY_PASSAGE = "Ferries leave for the island of Sorrel"


@pytest.fixture
def name(api: BotApi) -> str:
    """The bot's name as people write it."""
    return f"@{api.state.bot['username']}"


@pytest.fixture
def group(api: BotApi, ann: User) -> Chat:
    """A supergroup where the bot, an admin, sees every message."""
    api.state.privacy_mode = False
    return api.supergroup("Readers", ann, api.user("Ben", language_code="en"))


def test_a_mention_a_reply_and_the_command_are_answered(
    bot: Running, group: Chat, ann: User, name: str
) -> None:
    """Each as a reply to the question, and all with the same passage."""
    first = None
    for text in (
        f"{name} {FERRIES}",
        f"{FERRIES} {name}",
        f"/ask {FERRIES}",
        f"/ask{name} {FERRIES}",
    ):
        asked = group.say(text, by=ann)
        first = reply_to(group, asked)
        assert first.quotes()[0].startswith(FERRY_PASSAGE), text
    assert first
    asked = group.say(TEA, by=ann, reply_to=first)
    assert reply_to(group, asked).quotes()[0].startswith("Storing\n\nTea keeps for two years")


def test_a_mention_in_other_letters_and_behind_emoji_counts(
    bot: Running, group: Chat, ann: User, name: str
) -> None:
    asked = group.say(f"🐚🐚 {name.upper()}, {FERRIES}", by=ann)
    assert reply_to(group, asked).quotes()[0].startswith(FERRY_PASSAGE)


def test_what_is_not_meant_for_the_bot_gets_no_answer(
    bot: Running, group: Chat, ann: User, name: str
) -> None:
    other = group.say("Good morning", by=ann)
    for text in (
        FERRIES,
        f"/ask@other_bot {FERRIES}",
        f"@other_bot {FERRIES}",
        f"{name}x {FERRIES}",
        "/nonsense",
        f"/nonsense{name}",
        "/start",
        "/reindex",
        "/help",
        "/lang",
    ):
        group.say(text, by=ann)
    group.say(TEA, by=ann, reply_to=other)
    for kind in ("photo", "voice", "sticker"):
        group.media(kind, by=ann)
    assert group.stays_silent()
    assert not group.replies()


def test_the_command_alone_asks_for_the_question(bot: Running, group: Chat, ann: User) -> None:
    """The person's program opens a reply; what is written there is the question."""
    asked = group.say("/ask", by=ann)
    prompt = reply_to(group, asked)
    assert prompt.text == "Send me your question."
    assert prompt.keyboard == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": "Your question",
    }
    question = group.say(FERRIES, by=ann, reply_to=prompt)
    assert reply_to(group, question).quotes()[0].startswith(FERRY_PASSAGE)


def test_a_request_for_a_question_is_answered_by_anyone_or_by_no_one(
    bot: Running, api: BotApi, group: Chat, ann: User
) -> None:
    """Two people are asked at once; one is answered for, and one thinks better of it."""
    ben = api.user("Ben", language_code="en")
    first, second = group.say("/ask", by=ann), group.say("/ask", by=ben)
    for_ann, for_ben = reply_to(group, first), reply_to(group, second)
    group.say("never mind", by=ben, reply_to=for_ben)
    question = group.say(FERRIES, by=ben, reply_to=for_ann)
    assert reply_to(group, question).quotes()[0].startswith(FERRY_PASSAGE)
    assert len(group.replies()) == 3


def test_a_topic_deleted_before_the_answer_costs_nothing_else(
    bot: Running, api: BotApi, ann: User
) -> None:
    """The answer then stands outside of topics."""
    forum = api.forum("Forum", ann)
    topic = forum.topic("Ferries", by=ann)
    with api.state.change():
        forum.say(f"/ask {FERRIES}", by=ann, topic=topic)
        forum.delete_topic(topic)
    assert forum.wait_reply().topic is None
    assert reply_to(forum, forum.say(f"/ask {TEA}", by=ann)).quotes()


def test_an_answer_stays_in_its_topic(bot: Running, api: BotApi, ann: User, name: str) -> None:
    api.state.privacy_mode = False
    forum = api.forum("Forum", ann)
    topic = forum.topic("Ferries", by=ann)
    for where in (topic, None):
        asked = forum.say(f"{name} {FERRIES}", by=ann, topic=where)
        assert reply_to(forum, asked).topic == where
    # every message of a topic replies to the one that opened it
    forum.say(FERRIES, by=ann, topic=topic)
    assert forum.stays_silent()


def test_commands_that_name_the_bot_are_answered_in_a_group(
    bot: Running, group: Chat, ann: User, name: str
) -> None:
    for command, begins in (
        ("sources", "I answer from 3 documents"),
        ("help", "Send me a question"),
    ):
        asked = group.say(f"/{command}{name}", by=ann)
        assert reply_to(group, asked).text.startswith(begins)


def test_a_group_that_becomes_a_supergroup_is_answered_on(
    bot: Running, api: BotApi, ann: User
) -> None:
    small = api.group("Small", ann)
    assert reply_to(small, small.say(f"/ask {FERRIES}", by=ann)).quotes()
    large = small.migrate()
    assert reply_to(large, large.say(f"/ask {FERRIES}", by=ann)).quotes()


def test_channels_are_not_answered(bot: Running, api: BotApi, chat: Chat, name: str) -> None:
    channel = api.channel("News")
    channel.say(f"{name} {FERRIES}")
    channel.say(f"/ask {FERRIES}")
    chat.say(FERRIES)
    chat.wait_reply()
    assert not channel.replies()


def test_bots_and_channels_are_not_answered_lest_two_bots_talk_for_ever(
    bot: Running, api: BotApi, group: Chat, ann: User, name: str
) -> None:
    """Not by name, command or reply; nor is a channel's post that Telegram copies to its group."""
    robot = api.user("Robot", is_bot=True)
    answer = reply_to(group, group.say(f"/ask {FERRIES}", by=ann))
    for text in (f"{name} {FERRIES}", f"/ask {FERRIES}"):
        group.say(text, by=robot)
        group.say(text, by=api.user("Telegram"), is_automatic_forward=True)
    group.say(TEA, by=robot, reply_to=answer)
    assert group.stays_silent()
    asked = group.say(f"/ask {TEA}", by=ann)
    assert reply_to(group, asked).quotes()
    assert len(group.replies()) == 2


def test_an_anonymous_admin_is_answered_and_counted_as_the_group(
    api: BotApi, group: Chat, ann: User, library: Library
) -> None:
    """A button below is pressed as oneself, so that it belongs to the person who presses it."""
    with serving(api, library, limits=Limits(per_minute=1)):
        answer = reply_to(group, group.say(f"/ask {FERRIES}", as_chat=group))
        assert answer.quotes()
        second = group.say(f"/ask {TEA}", as_chat=group)
        assert reply_to(group, second).text.startswith("You've asked 1 questions in a")
        assert reply_to(group, group.say(f"/ask {TEA}", by=ann)).quotes()
        press = api.press(answer, "📖 Context", by=ann)
        assert press.wait_answer().text == ""
        assert group.wait_reply(after=press).id == answer.id


def test_a_reply_to_an_answer_in_a_topic_is_a_question_there(
    bot: Running, api: BotApi, ann: User
) -> None:
    forum = api.forum("Forum", ann)
    topic = forum.topic("Ferries", by=ann)
    answer = reply_to(forum, forum.say(f"/ask {FERRIES}", by=ann, topic=topic))
    asked = forum.say(TEA, by=ann, reply_to=answer)
    second = reply_to(forum, asked)
    assert second.topic == topic
    assert second.quotes()[0].startswith("Storing\n\nTea keeps for two years")


def test_the_bot_may_be_asked_below_a_picture_or_a_file(
    bot: Running, group: Chat, chat: Chat, ann: User, name: str
) -> None:
    group.upload("a.txt", b"Tea", by=ann, caption=FERRIES)
    assert group.stays_silent()
    asked = group.upload("a.txt", b"Tea", by=ann, caption=f"{name} {FERRIES}")
    assert reply_to(group, asked).quotes()
    asked = chat.upload("a.txt", b"Tea", caption=FERRIES)
    assert reply_to(chat, asked).quotes()


def test_a_passage_that_was_posted_through_the_bot_is_no_question(
    bot: Running, api: BotApi, chat: Chat, group: Chat, ann: User, name: str
) -> None:
    """What someone forwards, or posts through another bot, is."""
    for room in (chat, group):
        room.say(f"{name} {FERRIES}", by=ann, via_bot=api.state.bot)
        assert room.stays_silent()
    other = {"id": 7, "is_bot": True, "first_name": "Other"}
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Ben"}
    for asked in (chat.say(FERRIES, via_bot=other), chat.say(FERRIES, forward_origin=origin)):
        assert reply_to(chat, asked).quotes()
