"""What the bot does unasked, and for whose eyes: notices, menus, reactions, ephemeral replies."""

from __future__ import annotations

from bot.running.limits import Limits
from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.serving import Running, reply_to, serving, until
from tests.botapi import BotApi, Chat, User
from tests.botapi.settings import commands

FERRIES = "When does the last ferry leave in winter?"
OFF_TOPIC = "How do I reverse a list in Python?"


def test_the_menus_fit_their_places(bot: Running, api: BotApi, office: Chat) -> None:
    """Groups are offered what works there, and editors their own commands as well."""
    editor = {"type": "chat", "chat_id": ADMIN}
    until(lambda: commands(api.state, editor, "ru"))
    assert "lang" in commands(api.state)
    assert list(commands(api.state, "all_group_chats")) == [
        "ask",
        "verify",
        "sources",
        "lang",
        "privacy",
        "forget",
        "help",
    ]
    assert {"reindex", "gaps", "quiet", "lang"} <= commands(api.state, editor).keys()
    assert commands(api.state, editor, "ru")["gaps"] == "Вопросы без ответа"
    assert "reindex" not in commands(api.state)


def test_a_reaction_to_an_answer_is_a_vote(
    bot: Running, api: BotApi, chat: Chat, office: Chat
) -> None:
    answer = reply_to(chat, chat.say(FERRIES))
    for emoji, votes in (("👍", "👍 1, 👎 0"), ("👎", "👍 0, 👎 1"), ("🤔", "👍 0, 👎 1")):
        chat.react(answer, emoji)
        until(lambda votes=votes: votes in reply_to(office, office.say("/stats")).text)  # type: ignore[misc]


def test_in_a_group_what_concerns_one_person_is_seen_by_them_alone(
    api: BotApi, library: Library, ann: User
) -> None:
    name = f"@{api.state.bot['username']}"
    group = api.supergroup("Readers", ann)
    with serving(api, library, limits=Limits(per_minute=1)):
        for text in (f"/help{name}", f"/privacy{name}"):
            assert reply_to(group, group.say(text, by=ann)).seen_by == ann.id
        assert reply_to(group, group.say(f"/ask {FERRIES}", by=ann)).seen_by is None
        refused = reply_to(group, group.say(f"/ask {OFF_TOPIC}", by=ann))
        assert refused.text.startswith("You've asked 1 questions in a minute.")
        assert refused.seen_by == ann.id
        group.ephemeral = False
        assert reply_to(group, group.say(f"/help{name}", by=ann)).seen_by is None
        whispered = group.whisper(f"/help{name}", by=ann)
        assert group.wait_reply(after=whispered).text


def test_an_editor_is_told_where_editing_works(
    bot: Running, api: BotApi, office: Chat, ann: User
) -> None:
    """In a group others get no answer to such a command, as before."""
    assert office.owner
    group = api.supergroup("Readers", ann, office.owner)
    command = f"/reindex@{api.state.bot['username']}"
    group.say(command, by=ann)
    group.say("/reindex", by=office.owner)
    told = reply_to(group, group.say(command, by=office.owner))
    assert told.text.startswith("Please send me this in our private chat")
    assert told.seen_by == ADMIN
    assert len(group.replies()) == 1


def test_language_and_data_are_chosen_in_a_group_as_well(
    bot: Running, api: BotApi, library: Library, ann: User
) -> None:
    """By and for one person; each question to confirm works, also the second of its kind."""
    name = f"@{api.state.bot['username']}"
    group = api.supergroup("Readers", ann)
    choice = reply_to(group, group.say(f"/lang{name}", by=ann))
    assert choice.seen_by == ann.id
    press = api.press(choice, "Русский", by=ann)
    assert group.wait_reply(press).text.startswith("Теперь я говорю с вами по-русски")
    for words in ("Удалена", "I store nothing about you"):
        asked = reply_to(group, group.say(f"/forget{name}", by=ann))
        assert asked.seen_by == ann.id
        press = api.press(asked, asked.buttons()[0], by=ann)
        assert words in group.wait_reply(press).text


def test_a_group_is_greeted_with_what_works_there(bot: Running, api: BotApi, ann: User) -> None:
    """A link that adds the bot to a group says /start there."""
    name = f"@{api.state.bot['username']}"
    group = api.supergroup("Readers", ann)
    group.say(f"/start{name}", by=ann)
    greeting = group.wait_reply()
    assert f"/ask{name}" in greeting.text
    assert not greeting.buttons()


def test_an_operator_may_have_answers_seen_by_who_asks_alone(
    api: BotApi, library: Library, ann: User
) -> None:
    """Also below another person's question; buttons, votes and follow-ups work as ever."""
    ben = api.user("Ben", language_code="en")
    name = f"@{api.state.bot['username']}"
    group, chat = api.supergroup("Readers", ann, ben), api.private(ann)
    with serving(api, library, ephemeral=True, limits=Limits()):
        asked = group.say(f"/ask {FERRIES}", by=ann)
        answer = reply_to(group, asked)
        assert answer.quotes()
        assert answer.seen_by == ann.id
        assert api.press(answer, "👍", by=ann).wait_answer().text == "Thank you."
        press = api.press(answer, "📖 Context", by=ann)
        reading = group.wait_reply(press)
        assert reading.seen_by == ann.id
        back = group.wait_reply(api.press(reading, "↩ Back to the answer", by=ann))
        assert back.quotes() == answer.quotes()
        group.edit(asked, "/ask How long does tea keep in a closed tin?")
        again = group.wait_reply(back)
        assert (again.seen_by, "closed tin" in again.text) == (ann.id, True)
        theirs = group.say(FERRIES, by=ben)
        group.say(f"/ask{name}", by=ann, reply_to=theirs)
        assert group.wait_reply(again).seen_by == ann.id
        group.ephemeral = False
        assert reply_to(group, group.say(f"/ask {FERRIES}", by=ben)).seen_by is None
        assert reply_to(chat, chat.say(FERRIES)).seen_by is None


def test_a_call_for_an_answer_below_a_question_asks_that_question(
    bot: Running, api: BotApi, ann: User
) -> None:
    name = f"@{api.state.bot['username']}"
    api.state.privacy_mode = False
    group = api.supergroup("Readers", ann)
    for call in ("can you answer this?", "Any ideas?", "ответь, пожалуйста"):
        theirs = group.say(FERRIES, by=ann)
        group.say(f"{name} {call}", by=ann, reply_to=theirs)
        answer = reply_to(group, theirs)
        assert answer.quotes(), call
        assert not answer.text.startswith("I looked for"), call
