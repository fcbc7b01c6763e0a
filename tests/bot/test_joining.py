"""A group takes the bot in: an editor hears what works there and what to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.serving import Running, serving
from tests.botapi import BotApi, Chat, Message, User

ADMINS = frozenset({ADMIN})


@pytest.fixture
def editor(api: BotApi, office: Chat) -> User:
    """Return who has the office."""
    assert office.owner
    return office.owner


def group_of(api: BotApi, ann: User, editor: User, *, forum: bool = False) -> Chat:
    """A group that the bot is not in yet."""
    make = api.forum if forum else api.supergroup
    room = make("Readers", ann, editor)
    room.bot_status = "left"
    return room


def told_when(office: Chat, room: Chat, status: str, by: User) -> Message:
    """Return what the editor hears once the bot has become something in a group."""
    before = len(office.replies())
    room.bot_becomes(status, by=by)
    return office.state.wait(lambda _: next(iter(office.replies()[before:]), None))


def test_in_privacy_mode_commands_and_replies_work_and_the_remedy_is_told(
    bot: Running, api: BotApi, ann: User, editor: User, office: Chat
) -> None:
    room = group_of(api, ann, editor)
    told = told_when(office, room, "member", editor)
    assert told.text.startswith(f"I was added to “Readers”.\nIts id: {room.id}\n\n")
    assert told.spans("code") == [str(room.id)]
    name = api.state.bot["username"]
    assert f"What works: /ask@{name} with a question, and replies to my messages." in told.text
    assert f"(/setprivacy, @{name}, Disable), then remove me and add me again" in told.text
    assert "topics" not in told.text
    assert "reserved" not in told.text
    assert not room.replies()


@pytest.mark.parametrize(("privacy", "status"), [(False, "member"), (True, "administrator")])
def test_without_privacy_mode_or_as_an_admin_naming_the_bot_works(
    bot: Running, api: BotApi, ann: User, editor: User, office: Chat, privacy: bool, status: str
) -> None:
    """Privacy mode as it is now, not as it was at the start."""
    api.state.privacy_mode = privacy
    room = group_of(api, ann, editor)
    told = told_when(office, room, status, editor).text
    assert f"You can also mention me: @{api.state.bot['username']} and a question." in told
    assert "/setprivacy" not in told


def test_topics_and_missing_rights_are_told(
    bot: Running, api: BotApi, ann: User, editor: User, office: Chat
) -> None:
    room = group_of(api, ann, editor, forum=True)
    room.may_write = False
    told = told_when(office, room, "member", editor).text
    assert "The group uses topics. I answer in the topic I'm asked in" in told
    assert "I'm not allowed to write there. Let members send messages, or make me an admin." in told
    assert "not allowed to write there" not in told_when(office, room, "administrator", editor).text


def test_where_nobody_may_ask_the_editor_gets_the_id_to_add(
    api: BotApi, library: Library, ann: User, editor: User, office: Chat
) -> None:
    """The group hears nothing, then and later."""
    with serving(api, library, admins=ADMINS, chats=frozenset({1})):
        room = group_of(api, ann, editor)
        assert told_when(office, room, "member", editor).text == (
            f"I was added to “Readers”.\nIts id: {room.id}\n\nPeople can't ask me there, "
            "because CITEBOT_CHATS lists only other chats. To allow it, "
            f"add {room.id} there and restart me. Until then I stay silent."
        )
        room.say("/ask When does the last ferry leave?", by=ann)
        assert room.stays_silent()
    with serving(api, library, admins=ADMINS, chats=frozenset({room.id})):
        assert "What works" in told_when(office, room, "member", editor).text


def test_reserved_folders_that_the_group_sees_are_named(
    api: BotApi,
    make_library: Callable[..., Library],
    tmp_path: Path,
    memory: Path,
    ann: User,
    editor: User,
    office: Chat,
) -> None:
    for name in ("guides/secret", "board", "vault/open"):
        (tmp_path / "knowledge" / name).mkdir(parents=True)
        (tmp_path / "knowledge" / name / "a.txt").write_text(f"Of {name}.")
    library = make_library()
    library.desk.index.build()
    seeing, blind = group_of(api, ann, editor), group_of(api, ann, editor)
    memory.mkdir()
    (memory / "access.toml").write_text(
        f'[reserved]\nguides = [{seeing.id}]\n"guides/secret" = [1]\nboard = [{seeing.id}]\n'
        f'vault = [1]\n"vault/open" = [{seeing.id}]\n'
    )
    with serving(api, library, admins=ADMINS):
        told = told_when(office, seeing, "member", editor).text
        assert told.endswith("Reserved folders it can see: board, guides.")
        assert "It can't see any reserved folder" in told_when(office, blind, "member", editor).text


def test_where_somebody_else_adds_the_bot_every_editor_is_told_in_their_language(
    api: BotApi, library: Library, ann: User, editor: User, office: Chat
) -> None:
    other = api.private(api.user("Eva", language_code="ru", user_id=ADMIN + 1))
    with serving(api, library, admins=frozenset({ADMIN, ADMIN + 1})):
        other.say("/lang")
        chosen = other.wait_reply()
        press = api.press(chosen, "Русский")
        other.wait_reply(after=press)
        room = group_of(api, ann, editor)
        room.bot_becomes("member", by=ann)
        told = api.wait(
            lambda _: [m for r in (office, other) for m in r.replies() if "Readers" in m.text][1:],
            what="both editors",
        )
        assert told[0].text.startswith("Меня добавили в «Readers».")
        assert office.replies()[-1].text.startswith("I was added to “Readers”.")
        before = len(office.replies())
        room.bot_becomes("left", by=ann)
        office.say("/stats")
        office.wait_reply()
        assert len(office.replies()) == before + 1
    assert not room.replies()
