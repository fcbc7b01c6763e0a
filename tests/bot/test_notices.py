"""Notices to editors: collected, at most once an hour, and later for one who wants quiet."""

from __future__ import annotations

import asyncio
import datetime
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from bot.editing import digest, heard
from bot.editing.digest import Digest, Notice
from bot.messages.model import Message
from bot.running import watching
from index.library import Library
from index.model.encoder import Embedding, Encoder
from tests.bot.conftest import ADMIN
from tests.bot.desk import becomes, labels, said
from tests.bot.serving import reply_to, serving, until
from tests.botapi import BotApi, Chat

ADMINS = frozenset({ADMIN})
OFF_TOPIC = "How do I reverse a list in Python?"
TOWER = "How tall is the Eiffel Tower?"
UP_TO_DATE = "Nothing to index: what changed is indexed"

pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture(autouse=True)
def hourly(told_at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot looks all the time, and tells once an hour."""
    monkeypatch.setattr(digest, "_LOOK", 0.1)
    monkeypatch.setattr(digest, "_APART", datetime.timedelta(hours=1))


def _tell(api: BotApi, chat: Chat, question: str) -> None:
    answer = reply_to(chat, chat.say(question))
    press = api.press(answer, "Tell the editors")
    assert press.wait_answer().text == "The editors will see your question."


def _an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "_APART", datetime.timedelta())


def test_what_comes_up_within_an_hour_is_told_in_one_message(
    api: BotApi,
    own: Library,
    folder: Path,
    chat: Chat,
    office: Chat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A question, an update that is held back, a file that cannot be read."""
    kinds, post = list[str](), Digest.post

    def posted(self: Digest, notice: Notice, to: Iterable[int] | None = None) -> None:
        post(self, notice, to)
        kinds.append(notice.kind)

    monkeypatch.setattr(Digest, "post", posted)
    with serving(api, own, admins=ADMINS):
        _tell(api, chat, OFF_TOPIC)
        first = office.wait_reply()
        assert first.text == (
            f"1 new question for the editors:\n• {OFF_TOPIC}\n/gaps shows all of them.\n\n"
            "/quiet stops these notices until tomorrow."
        )
        _tell(api, chat, TOWER)
        (folder / "broken.pdf").write_bytes(b"%PDF-1.7 cut")
        until(own.failed)
        (folder / "harbour.txt").write_text("The Harbour of Lindmouth\n\nIt is closed now.")
        until(lambda: {"index", "unread"} <= set(kinds))
        assert office.stays_silent(0.3) or len(office.replies()) == 1
        _an_hour_later(monkeypatch)
        second = office.wait_reply(after=first)
        for words in (
            "I haven't published the update, because test questions would lose their answer.",
            f"1 new question for the editors:\n• {TOWER}",
            "1 file could not be read:\n! broken.pdf: ",
        ):
            assert words in second.text
        assert labels(second) == ["Show the update"]
        api.press(second, "Show the update")
        preview = said(office, "would lose their answer", after=second)
        assert "Publish" in labels(preview)
        api.press(preview, "Discard")
        becomes(api, preview, "Discarded.")
    assert len([one for one in api.calls("sendMessage") if one.chat_id == office.id]) == 3


def test_a_failed_update_is_told_once(
    api: BotApi, own: Library, folder: Path, office: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    _an_hour_later(monkeypatch)
    shutil.rmtree(folder)
    monkeypatch.setattr(watching, "_AGAIN", 0.2)
    with serving(api, own, admins=ADMINS):
        told = office.wait_reply()
        assert told.text.startswith(
            "I could not include the changes in the documents, and answer as before: the folder of "
            "my documents is missing"
        )
        assert office.stays_silent(0.5) or len(office.replies()) == 1


def test_an_editor_may_have_quiet_until_tomorrow(
    api: BotApi, library: Library, chat: Chat, office: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a restart; what came up meanwhile follows."""
    with serving(api, library, admins=ADMINS):
        assert "until tomorrow" in reply_to(office, office.say("/quiet")).text
        _tell(api, chat, OFF_TOPIC)
        assert office.stays_silent(0.3) or len(office.replies()) == 1
    with serving(api, library, admins=ADMINS):
        assert office.stays_silent(0.3) or len(office.replies()) == 1
        monkeypatch.setattr(heard, "_day", lambda _: "tomorrow")
        assert OFF_TOPIC in said(office, "1 new question").text


def test_what_a_large_document_costs_is_told_when_its_indexing_begins(
    api: BotApi, own: Library, folder: Path, office: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, told = Encoder.encode, threading.Event()

    def slowly(
        self: Encoder, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Embedding]:
        told.wait(30)
        return encode(self, texts, progress)

    monkeypatch.setattr(Encoder, "encode", slowly)
    monkeypatch.setattr("bot.editing.warnings.LONG", 2)
    monkeypatch.setattr("bot.app._LOOK", 0.05)
    with serving(api, own, admins=ADMINS):
        (folder / "shelf.txt").write_text("One is here. Two is here. Three is here.")
        notice = office.wait_reply()
        told.set()
        assert notice.text.startswith(
            "I'm preparing 3 new sentences. This takes about 1 min and 1 MB of disk"
        )
        until(lambda: "shelf.txt" in own.digests())


@pytest.mark.parametrize("kind", ["other", "index"])
def test_a_notice_that_comes_while_others_are_looked_at_comes_next(
    api: BotApi, library: Library, office: Chat, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Also if it is of the same kind as one that is sent."""
    _an_hour_later(monkeypatch)
    run = Digest.run

    async def begun(self: Digest) -> None:
        coming = [Notice(kind, lambda _: Message("The later one."))]

        async def meanwhile() -> bool:
            if coming:
                self.post(coming.pop())
            return True

        self.post(Notice("index", lambda _: Message("The first one."), holds=meanwhile))
        await run(self)

    monkeypatch.setattr(Digest, "run", begun)
    with serving(api, library, admins=ADMINS):
        first = office.wait_reply()
        assert first.text.startswith("The first one.")
        assert office.wait_reply(after=first).text.startswith("The later one.")


def test_a_notice_that_comes_at_the_end_does_not_keep_the_bot(
    api: BotApi, own: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever is first, the notice or the end."""
    run, ended = Digest.run, list[bool]()

    async def ending(self: Digest) -> None:
        for turns in range(4):
            task = asyncio.create_task(run(self))
            # it waits
            await asyncio.sleep(0.01)
            self.post(Notice("index", lambda _: Message("The last one.")), to=())
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            done, _ = await asyncio.wait([task], timeout=2)
            ended.append(bool(done))

    monkeypatch.setattr(Digest, "run", ending)
    with serving(api, own, admins=ADMINS):
        until(lambda: len(ended) == 4)
    assert all(ended)
