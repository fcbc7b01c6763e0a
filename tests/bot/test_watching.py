"""The folder changes, or the bot is started again: what is published unasked, and what is
reported.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import app
from index.desk.evaluate import Golden
from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.desk import GOLDEN, becomes, labels, said
from tests.bot.serving import reply_to, serving, until
from tests.botapi import BotApi, Chat, Message
from tests.index.test_fetch import Site
from tests.records import records

ADMINS = frozenset({ADMIN})
OWL = "The Owl\n\nThe owl of Lindmouth is called Minerva Quill."
QUESTION = "What is the owl of Lindmouth called?"
UP_TO_DATE = "Nothing to index: what changed is indexed"

pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
def quotable(quotable: list[str]) -> list[str]:
    """Return what tests of this module write is quoted as well."""
    return [*quotable, OWL, "The cat of Lindmouth is called Ptolemy."]


def _break(folder: Path) -> None:
    """A version of the harbour that answers none of the golden questions."""
    (folder / "harbour.txt").write_text("The Harbour of Lindmouth\n\nIt is closed now.")


def _documents(library: Library) -> int:
    now = library.generation()
    return now.documents if now else 0


def test_a_change_of_the_folder_answers_by_itself(
    api: BotApi, own: Library, folder: Path, office: Chat, chat: Chat, written: io.StringIO
) -> None:
    with serving(api, own, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        (folder / "owl.txt").write_text(OWL)
        until(lambda: _documents(own) == 4)
        assert "Minerva Quill" in reply_to(chat, chat.say(QUESTION)).quotes()[0]
        (folder / "owl.txt").unlink()
        until(lambda: _documents(own) == 3)
        assert "Minerva" not in reply_to(chat, chat.say(QUESTION)).text
    assert office.replies() == []
    assert records(own.desk.audit, 1)[0].by == "citebot"


def test_what_the_store_refused_to_build_is_built_when_it_can_be(
    api: BotApi, own: Library, folder: Path, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a disk that was full, or a database that was away: no document changes for it."""
    monkeypatch.setattr(app, "_AGAIN", 0.05)
    with serving(api, own):
        until(lambda: UP_TO_DATE in written.getvalue())
        lock = own.data / "build.lock"
        lock.unlink(missing_ok=True)
        lock.mkdir()
        (folder / "owl.txt").write_text(OWL)
        until(lambda: "The index was not brought up to date" in written.getvalue())
        lock.rmdir()
        until(lambda: _documents(own) == 4)


def test_a_change_that_loses_golden_questions_is_held_back_and_told(
    api: BotApi, own: Library, folder: Path, office: Chat, chat: Chat, written: io.StringIO
) -> None:
    """The old index goes on serving; editors decide, and no restart reports it again."""
    with serving(api, own, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        _break(folder)
        told = said(office, "I haven't published the update, because test questions would")
        assert "⚠ 3 test questions would lose their answer." in told.text
        for golden in GOLDEN:
            assert f"\n• {golden.question}" in told.text
        assert labels(told) == ["Documents", "Test questions", "Publish", "Discard"]
        assert "1872" in reply_to(chat, chat.say(GOLDEN[0].question)).quotes()[0]
    written.truncate(0)
    with serving(api, own, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        api.press(told, "Publish")
        asked = becomes(api, told, "Not published: 3 of 3 test questions would lose their answer:")
        api.press(asked, "Discard")
        becomes(api, told, "Discarded. I keep answering as before.")
        assert "1872" in reply_to(chat, chat.say(GOLDEN[0].question)).quotes()[0]
    sent = [call for call in api.calls("sendMessage") if call.chat_id == office.id]
    assert len(sent) == 1
    assert [(e.by, e.action) for e in records(own.desk.audit, 2)] == [
        (f"telegram:{ADMIN}", "discard"),
        ("citebot", "stage"),
    ]


def test_a_start_holds_back_what_loses_golden_questions(
    api: BotApi, own: Library, folder: Path, office: Chat, chat: Chat
) -> None:
    _break(folder)
    with serving(api, own, admins=ADMINS):
        told = said(office, "test questions would lose their answer")
        assert "1872" in reply_to(chat, chat.say(GOLDEN[0].question)).quotes()[0]
        shutil.copy(folder / "harbour.txt", folder / "note.txt")
        (folder / "harbour.txt").unlink()
        # another change that is not better is reported as well
        said(office, "test questions would lose their answer", after=told)
        assert _documents(own) == 3


def test_what_editors_changed_waits_for_them_also_after_a_restart(
    api: BotApi,
    own: Library,
    folder: Path,
    office: Chat,
    chat: Chat,
    written: io.StringIO,
    memory: Path,
) -> None:
    """Neither the watching nor a start publishes it, not even beside another change."""
    remembered = memory / "TOLD"
    with serving(api, own, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        api.press(reply_to(office, office.upload("owl.txt", OWL.encode())), "Add")
        said(office, "Added: owl.txt.")
        until(lambda: written.getvalue().count(UP_TO_DATE) == 2)
    with serving(api, own, admins=ADMINS):
        told = said(office, "I was restarted. These changes are not in my answers yet:")
        assert "Documents: 1 new, 0 changed, 0 removed, 0 unreadable\n\n+ owl.txt" in told.text
        assert labels(told) == ["Update"]
        until(remembered.exists)
        first = remembered.read_text()
        assert "Minerva" not in reply_to(chat, chat.say(QUESTION)).text
        (folder / "cat.txt").write_text("The cat of Lindmouth is called Ptolemy.")
        held = said(
            office, "it also contains editors' changes that are not published yet", after=told
        )
        assert "Documents: 2 new, 0 changed, 0 removed" in held.text
        assert _documents(own) == 3
        until(lambda: remembered.read_text() != first)
    with serving(api, own, admins=ADMINS):
        api.press(held, "Publish")
        becomes(api, held, "I now answer from this version:")
        assert "Minerva Quill" in reply_to(chat, chat.say(QUESTION)).quotes()[0]
        (folder / "cat.txt").unlink()
        # nothing waits for the editors any more
        until(lambda: _documents(own) == 4)
    texts = [m.text for m in office.replies() if "I was restarted" in m.text]
    assert len(texts) == 1


def test_a_restart_tells_of_an_index_that_waits_once(
    api: BotApi, own: Library, office: Chat, chat: Chat, memory: Path
) -> None:
    own.desk.documents.add("owl.txt", OWL.encode(), "test")
    own.desk.index.stage(by="test")
    for _ in range(2):
        with serving(api, own, admins=ADMINS):
            told = said(office, "I was restarted. The update of ")
            until((memory / "TOLD").exists)
            assert "Minerva" not in reply_to(chat, chat.say(QUESTION)).text
    assert len([m for m in office.replies() if "I was restarted" in m.text]) == 1
    with serving(api, own, admins=ADMINS):
        api.press(told, "Publish")
        becomes(api, told, "I now answer from this version:")
        assert "Minerva Quill" in reply_to(chat, chat.say(QUESTION)).quotes()[0]


CLOSED = b"The Harbour of Lindmouth\n\nIt is closed now."


def _by_upload(api: BotApi, room: Chat, folder: Path, site: Site) -> Message:
    return _replaced(api, room, reply_to(room, room.upload("harbour.txt", CLOSED)))


def _by_address(api: BotApi, room: Chat, folder: Path, site: Site) -> Message:
    address = site.page("/harbour.txt", CLOSED, "text/plain")
    return _replaced(api, room, reply_to(room, room.say(f"/add {address}")))


def _replaced(api: BotApi, room: Chat, offer: Message) -> Message:
    api.press(offer, "Replace")
    api.press(said(room, "Replaced: harbour.txt."), "Update")
    return said(room, "The update is ready.")


def _by_folder(api: BotApi, room: Chat, folder: Path, site: Site) -> Message:
    _break(folder)
    return said(room, "I haven't published the update")


@pytest.mark.parametrize("arrive", [_by_upload, _by_address, _by_folder])
def test_the_gate_stops_a_bad_document_whichever_way_it_comes(
    api: BotApi,
    own: Library,
    folder: Path,
    office: Chat,
    chat: Chat,
    written: io.StringIO,
    site: Site,
    arrive: Callable[[BotApi, Chat, Path, Site], Message],
) -> None:
    own.desk.golden.add([Golden(question="Who won the chess in Havana?", kind="off")], "test")
    with serving(api, own, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        preview = arrive(api, office, folder, site)
        assert "⚠ 3 test questions would lose their answer." in preview.text
        api.press(preview, "Publish")
        becomes(api, preview, "Not published: 3 of 4 test questions would lose their answer:")
        assert "1872" in reply_to(chat, chat.say(GOLDEN[0].question)).quotes()[0]


def test_a_folder_that_is_not_there_is_told_and_the_bot_goes_on(
    api: BotApi, own: Library, folder: Path, chat: Chat, written: io.StringIO
) -> None:
    shutil.rmtree(folder)
    with serving(api, own, admins=ADMINS):
        until(lambda: f"{folder} cannot be watched" in written.getvalue())
        assert reply_to(chat, chat.say(GOLDEN[0].question)).quotes()
