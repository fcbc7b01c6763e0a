"""Reserved folders, wherever someone might get at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.serving import Running, reply_to, serving
from tests.botapi import BotApi, Chat, User

TEA = "How long does tea keep in a closed tin?"
TITLE = "How to brew tea"


@pytest.fixture
def readers(api: BotApi, ann: User) -> Chat:
    """The group that the guides are reserved to."""
    return api.supergroup("Tea club", ann)


@pytest.fixture
def guarded(api: BotApi, library: Library, memory: Path, readers: Chat) -> Iterator[Running]:
    """A bot whose guides are for one group and for its editor."""
    memory.mkdir()
    (memory / "access.toml").write_text(f"[reserved]\nguides = [{readers.id}]\n")
    with serving(api, library, admins=frozenset({ADMIN})) as running:
        yield running


def test_a_group_sees_what_is_reserved_to_it_and_its_members_alone_do_not(
    guarded: Running, api: BotApi, ann: User, chat: Chat, readers: Chat, office: Chat
) -> None:
    seen = reply_to(readers, readers.say(f"/ask {TEA}", by=ann))
    assert seen.quotes()[0].startswith("Storing\n\nTea keeps for two years")
    chat.say(TEA)
    hidden = chat.wait_reply()
    assert hidden.text.startswith("I couldn't find this in the 2 documents")
    assert TITLE not in hidden.text
    other = api.supergroup("Others", ann)
    assert TITLE not in reply_to(other, other.say(f"/ask {TEA}", by=ann)).text
    office.say(TEA)
    assert office.wait_reply().quotes()


def test_lists_inline_and_guests_show_what_all_may_see(
    guarded: Running, api: BotApi, ann: User, chat: Chat
) -> None:
    chat.say("/sources")
    assert TITLE not in chat.wait_reply().text
    chat.say("/start")
    assert TITLE not in chat.wait_reply().text
    answer = api.inline_query(TEA, by=ann).wait_answer()
    assert not [result for result in answer.results if TITLE in result["title"]]
    guest = api.guest_message(f"@{api.state.bot['username']} {TEA}", by=ann).wait_answer()
    assert TITLE not in guest.text


def test_a_guest_in_the_group_itself_is_not_trusted(
    guarded: Running, api: BotApi, ann: User, readers: Chat
) -> None:
    """The id of the chat in a guest update proves nothing."""
    text = f"@{api.state.bot['username']} {TEA}"
    answer = api.guest_message(text, by=ann, chat=readers).wait_answer()
    assert TITLE not in answer.text


def test_a_button_shows_no_more_than_its_presser_may_see_now(
    api: BotApi, library: Library, memory: Path, chat: Chat
) -> None:
    with serving(api, library):
        chat.say(TEA)
        answer = chat.wait_reply()
    (memory / "access.toml").write_text("[reserved]\nguides = [1]\n")
    with serving(api, library):
        press = api.press(answer, "📖 Context")
        assert chat.wait_reply(after=press).text == "This is no longer in the documents."


def test_a_quoted_reply_does_not_open_what_is_hidden_since(
    api: BotApi, library: Library, memory: Path, chat: Chat
) -> None:
    with serving(api, library):
        chat.say(TEA)
        answer = chat.wait_reply()
    (memory / "access.toml").write_text("[reserved]\nguides = [1]\n")
    with serving(api, library):
        chat.say(TEA, reply_to=answer, quote="Tea keeps for two years")
        assert TITLE not in chat.wait_reply().text


def test_a_group_keeps_its_access_when_it_becomes_a_supergroup(
    api: BotApi, library: Library, memory: Path, ann: User
) -> None:
    small = api.group("Tea club", ann)
    memory.mkdir()
    (memory / "access.toml").write_text(f"[reserved]\nguides = [{small.id}]\n")
    with serving(api, library, chats=frozenset({small.id})):
        assert TITLE in reply_to(small, small.say(f"/ask {TEA}", by=ann)).text
        large = small.migrate()
        assert TITLE in reply_to(large, large.say(f"/ask {TEA}", by=ann)).text
