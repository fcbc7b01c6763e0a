"""Whatever people send is read: lists, captions, albums, forwarded posts, replies, corrections."""

from __future__ import annotations

import io

import pytest

from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.serving import Running, reply_to, serving, until
from tests.botapi import BotApi, Chat, User
from tests.botapi.rich import bullets, heading, paragraph, table

ADMINS = frozenset({ADMIN})
FERRIES = "When does the last ferry leave in winter?"
TEA = "How long does tea keep in a closed tin?"
FERRY_PASSAGE = "Ferries leave for the island of Sorrel"
TEA_PASSAGE = "Storing\n\nTea keeps for two years"


@pytest.fixture
def name(api: BotApi) -> str:
    """The bot's name as people write it."""
    return f"@{api.state.bot['username']}"


@pytest.fixture
def group(api: BotApi, ann: User) -> Chat:
    """A supergroup where the bot sees every message."""
    api.state.privacy_mode = False
    return api.supergroup("Readers", ann, api.user("Vera", language_code="en"))


@pytest.fixture
def vera(api: BotApi, group: Chat) -> User:
    """Someone else in the group."""
    return api.state.users[list(group.members)[1]]


@pytest.mark.parametrize(
    "blocks",
    [
        [paragraph(FERRIES)],
        [heading("A question"), paragraph(["When does the ", {"type": "bold", "text": "last"},
         " ferry leave in winter?"])],
        [bullets(FERRIES, ordered=True)],
        [{"type": "blockquote", "blocks": [paragraph(FERRIES)]}],
        [{"type": "details", "summary": "Hello", "blocks": [paragraph(FERRIES)]}],
        [{"type": "pre", "text": FERRIES}],
    ],
    ids=["paragraph", "heading", "list", "quote", "details", "code"],
)  # fmt: skip
def test_a_rich_message_is_read(bot: Running, chat: Chat, blocks: list[dict[str, object]]) -> None:
    asked = chat.rich(*blocks)
    assert reply_to(chat, asked).quotes()[0].startswith(FERRY_PASSAGE)


def test_a_list_of_questions_gets_an_answer_each(bot: Running, chat: Chat) -> None:
    asked = chat.rich(bullets(FERRIES, TEA))
    ferries, tea = reply_to(chat, asked).quotes()
    assert ferries.startswith(FERRY_PASSAGE)
    assert tea.startswith(TEA_PASSAGE)


def test_in_a_group_a_rich_message_may_name_the_bot(
    bot: Running, group: Chat, name: str, ann: User
) -> None:
    asked = group.rich(paragraph(f"{name} {FERRIES}"), by=ann)
    assert reply_to(group, asked).quotes()[0].startswith(FERRY_PASSAGE)
    command = group.rich(paragraph(f"/ask {TEA}"), by=ann)
    assert reply_to(group, command).quotes()[0].startswith(TEA_PASSAGE)
    group.rich(paragraph(FERRIES), by=ann)
    assert group.stays_silent()


def test_a_rich_message_may_be_quoted_checked_and_replied_to(bot: Running, chat: Chat) -> None:
    post = chat.rich(paragraph("From the harbour:"), table(["What", "When"], ["Ferries", FERRIES]))
    quoted = chat.say("/ask", reply_to=post, quote=FERRIES)
    assert reply_to(chat, quoted).quotes()[0].startswith(FERRY_PASSAGE)
    true = chat.rich(paragraph("Tea keeps for two years in a closed tin."))
    check = chat.say("/verify", reply_to=true)
    assert "two years" in reply_to(chat, check).text
    answer = chat.say(TEA)
    follow = chat.rich(paragraph(FERRIES), reply_to=reply_to(chat, answer))
    assert reply_to(chat, follow).quotes()[0].startswith(FERRY_PASSAGE)


@pytest.mark.parametrize(
    "rich",
    [
        {},
        {"blocks": None},
        {"blocks": [None, 7, "text", [], {}]},
        {"blocks": [{"type": "list", "items": {"label": 1}}]},
        {"blocks": [{"type": "table", "cells": [None, [None, 3]]}]},
        {"blocks": [{"type": "paragraph", "text": {"text": {"text": {"text": None}}}}]},
        [],
    ],
)
def test_a_rich_message_without_a_text_gets_one_line(
    bot: Running, chat: Chat, rich: object
) -> None:
    said = chat.say("", entities=[])
    raw = {k: v for k, v in said.raw.items() if k != "text"}
    chat.state.push("message", {**raw, "message_id": 77, "rich_message": rich}, "odd")
    chat.state.push("message", {**raw, "message_id": 78, "newest_thing": {"a": 1}}, "odd")
    until(lambda: len(chat.replies()) >= 3)
    assert {m.text for m in chat.replies()} == {"I can only read text. Please type your question."}


def test_a_message_of_which_a_part_cannot_be_read_gets_a_reply(
    bot: Running, chat: Chat, written: io.StringIO
) -> None:
    """A kind or field in a form that is newer than the library costs only itself."""
    said = chat.say("hello")
    chat.wait_reply()
    bare = {name: value for name, value in said.raw.items() if name != "text"}
    odd: list[dict[str, object]] = [
        {"text": FERRIES, "checklist": {"title": 7}, "dice": [1]},
        {"poll": {"id": "1"}},
        {"voice": "new"},
        {"venue": {"title": "A"}, "contact": 1},
    ]
    for number, parts in enumerate(odd, 900):
        chat.state.push("message", {**bare, "message_id": number, **parts}, "odd")
    until(lambda: len(chat.replies()) == 1 + len(odd))
    _, *replies = chat.replies()
    assert [m.quotes()[0].startswith(FERRY_PASSAGE) for m in replies if m.quotes()] == [True]
    assert {m.text for m in replies if not m.quotes()} == {
        "I can only read text. Please type your question."
    }
    assert "cannot be read (TypeError) and was read in part" in written.getvalue()


def test_a_deep_rich_message_stops_nothing(bot: Running, chat: Chat) -> None:
    inner: dict[str, object] = paragraph(FERRIES)
    for _ in range(60):
        inner = {"type": "blockquote", "blocks": [inner]}
    chat.rich(inner)
    chat.wait_reply()
    asked = chat.say(TEA)
    assert reply_to(chat, asked).quotes()


def test_a_reply_to_what_cannot_be_read_is_sent_once(bot: Running, chat: Chat) -> None:
    """Telegram returns it with the message that it replies to."""
    unread = chat.media("photo", poll={"id": "1"})
    assert reply_to(chat, unread).text.startswith("I can only read text.")
    asked = chat.say(TEA, poll={"id": "1"})
    assert reply_to(chat, asked).quotes()
    assert reply_to(chat, chat.say(FERRIES)).quotes()
    assert len(chat.replies()) == 3


def test_a_caption_is_a_question(bot: Running, chat: Chat, office: Chat) -> None:
    for room in (chat, office):
        asked = room.media("photo", caption=FERRIES)
        assert reply_to(room, asked).quotes()[0].startswith(FERRY_PASSAGE)
    command = chat.media("video", caption=f"/ask {TEA}")
    assert reply_to(chat, command).quotes()[0].startswith(TEA_PASSAGE)


def test_a_caption_that_asks_nothing_is_no_question_for_the_editors(
    api: BotApi, library: Library, chat: Chat, office: Chat, group: Chat, name: str, ann: User
) -> None:
    """Nor are a poll, a list of tasks, and what people say to each other below an answer."""
    told = "I can only read the words of this, and found no answer to them in the documents."
    with serving(api, library, admins=ADMINS, keep_questions=True):
        answer = reply_to(group, group.say(f"{FERRIES} {name}", by=ann))
        for said in ("My new laptop", "Вот мой новый ноутбук"):
            assert reply_to(chat, chat.media("photo", caption=said)).text.startswith(told)
        assert reply_to(chat, chat.upload("a.zip", b"1", caption="for Bob")).text.startswith(told)
        assert reply_to(chat, chat.checklist("Laptop", "Snowboard")).text.startswith(told)
        shown = office.media("photo", caption="new snowboards")
        assert "send it as a file" in reply_to(office, shown).text
        group.say("I am going to tell Bob tomorrow", by=ann, reply_to=answer)
        group.media("photo", caption=f"{name} my new laptop", by=ann)
        last = group.say(f"{TEA} {name}", by=ann)
        assert reply_to(group, last).quotes()
        assert len(group.replies()) == 2
        assert len(office.replies()) == 1
        asked = chat.media("photo", caption="Who sells snowboards?")
        assert "Tell the editors" in reply_to(chat, asked).buttons()
        [line] = [
            line
            for line in reply_to(office, office.say("/gaps")).text.splitlines()
            if "1." in line or "2." in line
        ]
        assert "Who sells snowboards?" in line


def test_a_caption_in_a_group_may_name_the_bot(
    bot: Running, group: Chat, name: str, ann: User
) -> None:
    asked = group.media("photo", caption=f"{FERRIES} {name}", by=ann)
    assert reply_to(group, asked).quotes()[0].startswith(FERRY_PASSAGE)


def test_an_album_is_one_message(bot: Running, chat: Chat) -> None:
    """With a caption, wherever it stands, one answer; without, one line."""
    for number, captions in enumerate(((None, None, None), (FERRIES, None), (None, FERRIES))):
        for caption in captions:
            last = chat.media("photo", caption=caption, media_group_id=f"album{number}")
        chat.wait_reply(after=last)
    chat.say(TEA)
    until(lambda: len(chat.replies()) >= 4)
    none, first, second, _ = chat.replies()
    assert none.text == "I can only read text. Please type your question."
    assert first.quotes()[0].startswith(FERRY_PASSAGE)
    assert second.quotes()[0].startswith(FERRY_PASSAGE)


def test_what_cannot_be_read_is_said_and_counted(
    bot: Running, chat: Chat, office: Chat, written: io.StringIO
) -> None:
    heard = chat.media("voice")
    assert reply_to(chat, heard).text.startswith("I can't listen to voice messages.")
    seen = office.media("photo")
    assert "send it as a file" in reply_to(office, seen).text
    for kind in ("voice", "photo"):
        assert f"nothing to read in a message ({kind})" in written.getvalue()


def test_a_checklist_is_read(bot: Running, chat: Chat) -> None:
    asked = chat.checklist("For the trip", FERRIES, TEA)
    assert len(reply_to(chat, asked).quotes()) == 2


def test_ask_as_a_reply_asks_what_somebody_wrote(
    bot: Running, group: Chat, name: str, ann: User, vera: User
) -> None:
    """The answer stands beside that question, and its buttons know it."""
    for words in ("/ask", f"/ask{name}", name, f"{name} can you answer this?", f"{name} please"):
        question = group.say(FERRIES, by=vera)
        group.say(words, by=ann, reply_to=question)
        answer = group.wait_reply()
        assert answer.quotes()[0].startswith(FERRY_PASSAGE), words


def test_ask_with_a_quote_asks_the_quoted_part(
    bot: Running, api: BotApi, group: Chat, ann: User, vera: User
) -> None:
    """It is shown above the answer, as no message consists of it."""
    question = group.say(f"I was late today. {TEA} {FERRIES}", by=vera)
    asked = group.say("/ask", by=ann, reply_to=question, quote=TEA)
    answer = reply_to(group, asked)
    assert answer.text.startswith(TEA)
    assert answer.quotes()[0].startswith(TEA_PASSAGE)
    press = api.press(answer, answer.buttons()[0], by=ann)
    assert press.wait_answer().text == ""


def test_a_question_about_somebodys_words_leans_on_them(
    bot: Running, group: Chat, name: str, ann: User, vera: User
) -> None:
    said = group.say("I take the ferry to Sorrel.", by=vera)
    asked = group.say(f"{name} {TEA}", by=ann, reply_to=said)
    assert reply_to(group, asked).quotes()[0].startswith(TEA_PASSAGE)


def test_doubt_about_somebodys_words_checks_them(
    bot: Running, chat: Chat, group: Chat, name: str, ann: User, vera: User
) -> None:
    claim = "Tea keeps for two years in a closed tin."
    doubted = group.say(f"{name} is that true?", by=ann, reply_to=group.say(claim, by=vera))
    assert "two years" in reply_to(group, doubted).text
    external = chat.say("Это правда?", quote=claim)
    assert "two years" in reply_to(chat, external).text


def test_a_forwarded_post_that_asks_nothing_may_be_checked(
    bot: Running, api: BotApi, chat: Chat
) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Sam", "date": 1}
    post = chat.say("Tea keeps for two years in a closed tin.", forward_origin=origin)
    offer = reply_to(chat, post)
    assert offer.text == "Shall I check this text against the documents?"
    api.press(offer, "Check it")
    until(lambda: len([m for m in chat.replies() if m.reply_to == post.id]) == 2)
    assert "two years" in chat.replies()[-1].text
    asked = chat.say(FERRIES, forward_origin=origin)
    assert reply_to(chat, asked).quotes()[0].startswith(FERRY_PASSAGE)


def test_a_text_that_is_too_long_may_be_checked(bot: Running, api: BotApi, chat: Chat) -> None:
    long = chat.rich(paragraph("Tea keeps for two years in a closed tin. " * 30))
    offer = reply_to(chat, long)
    assert "the limit is 1,000 characters" in offer.text
    api.press(offer, "Check it")
    until(lambda: len([m for m in chat.replies() if m.reply_to == long.id]) == 2)


def test_a_correction_is_answered(
    bot: Running, group: Chat, chat: Chat, name: str, ann: User
) -> None:
    """Whatever was wrong before: too long, no question, an unknown command, no name."""
    for wrong, right in (
        ("word " * 250, FERRIES),
        ("/ask", f"/ask {FERRIES}"),
        (f"/aks {FERRIES}", f"/ask {FERRIES}"),
        ("https://example.org/ferries", FERRIES),
    ):
        said = chat.say(wrong)
        chat.wait_reply()
        chat.edit(said, right)
        assert chat.wait_reply().quotes()[0].startswith(FERRY_PASSAGE), wrong
    said = group.say(FERRIES, by=ann)
    assert group.stays_silent(0.1)
    group.edit(said, f"{FERRIES} {name}")
    assert group.wait_reply().quotes()[0].startswith(FERRY_PASSAGE)


def test_an_edit_that_changes_no_word_is_passed_over(bot: Running, chat: Chat) -> None:
    said = chat.say("/nonsense")
    chat.wait_reply()
    chat.edit(said, "/nonsense")
    assert chat.stays_silent()


def test_a_reply_to_an_answer_that_speaks_to_somebody_else_is_not_for_the_bot(
    bot: Running, group: Chat, ann: User
) -> None:
    answer = reply_to(group, group.say(f"/ask {FERRIES}", by=ann))
    for text in ("@bob_who_sails look at this", "thanks!", "😂"):
        group.say(text, by=ann, reply_to=answer)
    assert group.stays_silent()


def test_everything_stays_in_the_topic_of_a_private_chat(
    bot: Running, api: BotApi, chat: Chat
) -> None:
    topic = chat.topic("Ferries")
    greeting = chat.wait_reply(after=chat.say("/start", topic=topic))
    assert greeting.topic == topic
    press = api.press(greeting, greeting.buttons()[0])
    assert chat.wait_reply(after=press).topic == topic
    for text in (FERRIES, "/help", "/sources", "/lang", "/privacy", "hello", "/nonsense"):
        assert chat.wait_reply(after=chat.say(text, topic=topic)).topic == topic


def test_a_link_of_an_editor_is_fetched_and_one_of_others_is_not(
    bot: Running, chat: Chat, office: Chat
) -> None:
    assert "don't open links" in reply_to(chat, chat.say("https://example.org/a")).text
    # an address in this network is refused by the part that fetches
    assert "I couldn't do that" in reply_to(office, office.say("http://127.0.0.1/a")).text
