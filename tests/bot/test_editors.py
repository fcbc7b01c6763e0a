"""The editors' /reindex: who may, what they see, and that nobody waits for it."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import editors
from index.encoder import Encoder
from index.library import Library
from index.settings import IndexSettings
from tests.bot.conftest import ADMIN
from tests.bot.serving import Running, reply_to, serving, until
from tests.bot.slow import Slow
from tests.botapi import BotApi, Chat, Message

FERRIES = "When does the last ferry leave in winter?"
ADMINS = frozenset({ADMIN})
UP_TO_DATE = "The index holds the documents as they are"


@pytest.fixture
def folder(tmp_path: Path, knowledge: Path) -> Path:
    """A folder of documents of one's own."""
    return Path(shutil.copytree(knowledge, tmp_path / "knowledge"))


@pytest.fixture
def slow(folder: Path, tmp_path: Path, encoder: Encoder) -> Iterator[Slow]:
    """A library of that folder, built, which can be held up."""
    library = Slow(IndexSettings(knowledge=folder, data=tmp_path / "data"), encoder)
    library.build(lambda *_: None)
    library.building.clear()
    yield library
    library.close()


def test_others_get_the_reply_to_an_unknown_command(
    bot: Running, api: BotApi, chat: Chat, office: Chat
) -> None:
    """A name tells nothing, and who speaks as a chat is nobody."""
    namesake = api.private(api.user("Ed", language_code="en", username="ed"))
    for room in (chat, namesake):
        room.say("/nonsense")
        unknown = room.wait_reply().text
        room.say("/reindex")
        assert room.wait_reply().text == unknown
    office.say("/reindex", as_chat=api.channel("News"))
    assert office.wait_reply().text == unknown


@pytest.mark.parametrize("id", [1087968824, 136817688, 777000])
def test_the_ids_that_many_speak_through_are_no_admins(
    api: BotApi, library: Library, id: int
) -> None:
    room = api.private(api.user("Group", language_code="en", user_id=id))
    with serving(api, library, admins=frozenset({id})):
        room.say("/reindex")
        assert "see /help" in room.wait_reply().text


def test_questions_are_answered_while_a_build_runs(
    api: BotApi, slow: Slow, folder: Path, office: Chat, chat: Chat, written: io.StringIO
) -> None:
    """The admin's own as well; what is new is found only once it is published."""
    (folder / "new.txt").write_text("The Owl\n\nThe owl of Lindmouth is called Minerva Quill.")
    question = "What is the owl of Lindmouth called?"
    with serving(api, slow, admins=ADMINS):
        # the bot found the change by itself
        until(lambda: "Indexed: generation 0002" in written.getvalue())
        (folder / "newer.txt").write_text("The Cat\n\nThe cat of Lindmouth is called Ptolemy.")
        slow.building.clear()
        slow.build_on.clear()
        office.say("/reindex")
        until(slow.building.is_set)
        for room in (chat, office):
            asked = room.say(question)
            answer = reply_to(room, asked)
            assert "Minerva Quill" in answer.quotes()[0]
        office.say("/reindex")
        assert office.wait_reply().text.startswith("A re-index is running already.\n\nEmbedding")
        slow.build_on.set()
        until(lambda: (now := slow.generation()) and now.documents == 5)
        chat.say("What is the cat of Lindmouth called?")
        assert "Ptolemy" in chat.wait_reply().quotes()[0]


@pytest.fixture
def quotable(folder: Path, quotable: list[str]) -> list[str]:
    """What tests of this module write is quoted as well."""
    return [
        *quotable,
        "The owl of Lindmouth is called Minerva Quill.",
        "The cat of Lindmouth is called Ptolemy.",
    ]


def test_progress_is_told_in_one_message_that_ends_with_what_was_done(
    api: BotApi,
    slow: Slow,
    folder: Path,
    office: Chat,
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(editors, "_EVERY", 0.02)
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        (folder / "new.txt").write_text("The Owl\n\nThe owl of Lindmouth is called Minerva Quill.")
        (folder / "harbour.txt").write_text("The Harbour\n\nIt is closed now.")
        (folder / "guides" / "tea.md").unlink()
        (folder / "broken.txt").write_bytes(b"\xff\xfe\x00")
        slow.build_on.clear()
        asked = office.say("/reindex")
        told = office.wait_reply()
        assert told.reply_to == asked.id
        until(slow.building.is_set)
        until(lambda: "Embedding sentences" in _latest(api, told))
        assert re.search(r"^[▓░]{12} \d+ %$", _latest(api, told), re.MULTILINE)
        slow.build_on.set()
        until(lambda: "new index answers" in _latest(api, told))
    done = _latest(api, told)
    assert "+1 ~1 −1 documents, 1 not read" in done
    assert re.search(r"2 sentences embedded, \d+ reused, in \d+\.\d s", done)
    for line in ("! broken.txt: ", "+ new.txt", "~ harbour.txt", "− guides/tea.md"):
        assert f"\n{line}" in done
    sent = [call for call in api.calls("sendMessage") if call.chat_id == office.id]
    assert len(sent) == 1
    assert api.calls("editMessageText")


def test_nothing_to_do_and_what_cannot_be_done_are_told(
    api: BotApi, slow: Slow, folder: Path, office: Chat, chat: Chat, written: io.StringIO
) -> None:
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        asked = office.say("/reindex")
        _ends(api, office, asked, "Nothing changed: the index is up to date.")
        shutil.rmtree(folder)
        asked = office.say("/reindex")
        told = _ends(api, office, asked, "Not re-indexed: ")
        assert f"{folder}: no such folder" in told
        chat.say(FERRIES)
        assert chat.wait_reply().quotes()


def test_a_build_of_another_process_is_told(
    api: BotApi, slow: Slow, office: Chat, written: io.StringIO
) -> None:
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        with slow._store.locked():
            asked = office.say("/reindex")
            told = _ends(api, office, asked, "Not re-indexed: ")
    assert "is being built by process" in told


def test_a_mistake_in_a_build_gets_a_reference(
    api: BotApi, slow: Slow, office: Chat, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        monkeypatch.setattr(Slow, "build", lambda *_, **__: 1 / 0)
        asked = office.say("/reindex")
        told = _ends(api, office, asked, "Something went wrong (ref ")
    assert f"{told[-6:-2]}: ZeroDivisionError" in written.getvalue()


def test_a_bot_that_ends_stops_the_build_and_says_so(
    api: BotApi, slow: Slow, folder: Path, office: Chat, written: io.StringIO
) -> None:
    """The index before it stays."""
    before = slow.generation()
    with serving(api, slow, admins=ADMINS) as running:
        until(lambda: UP_TO_DATE in written.getvalue())
        (folder / "new.txt").write_text("The Owl\n\nThe owl of Lindmouth is called Minerva Quill.")
        slow.build_on.clear()
        asked = office.say("/reindex")
        until(slow.building.is_set)
        running.stop()
        _ends(api, office, asked, "Stopped, I am shutting down.")
    assert slow.generation() == before


def _latest(api: BotApi, told: Message) -> str:
    message = api.latest(told)
    return message.text if message else ""


def _ends(api: BotApi, room: Chat, asked: Message, words: str) -> str:
    """The text of the reply to a command once it begins with these words."""
    found = api.wait(
        lambda _: next((m for m in room.replies(after=asked) if m.text.startswith(words)), None),
        what=words,
    )
    return found.text
