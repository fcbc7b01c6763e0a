"""Editors send documents: what is refused, what is shown, and that nothing is added unasked."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.editing.quarantine import Quarantine
from index.library import Library
from index.model.encoder import Encoder
from tests.bot.conftest import ADMIN
from tests.bot.desk import becomes, labels, said
from tests.bot.serving import reply_to, serving, until
from tests.botapi import BotApi, Chat, Message, User
from tests.index.made import pdf, zipped
from tests.index.test_fetch import Site
from tests.records import records

ADMINS = frozenset({ADMIN})
OWL = b"The Owl\n\nThe owl of Lindmouth is called Minerva Quill."
QUARANTINE = "quarantine"


@pytest.fixture
def own(folder: Path, tmp_path: Path, encoder: Encoder) -> Iterator[Library]:
    """The library of that folder, built."""
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    yield library
    library.close()


def test_an_offer_says_what_the_file_would_be_and_adds_nothing(
    api: BotApi, own: Library, folder: Path, office: Chat, memory: Path
) -> None:
    before = sorted(folder.rglob("*"))
    scan = pdf([(72, 700, 10, "The owl of Lindmouth sleeps by day.")], [])
    harbour = (folder / "harbour.txt").read_bytes()
    with serving(api, own, admins=ADMINS):
        offer = reply_to(office, office.upload("../../scan.pdf", scan))
        assert "to be saved as scan.pdf\n1 passage, 2 pages, 1 without text" in offer.text
        assert labels(offer) == ["Add", "Cancel"]
        copy = reply_to(office, office.upload("copy.txt", harbour))
        assert copy.text.startswith("“The Harbour of Lindmouth”, to be saved as copy.txt")
        assert "The same text is already there: harbour.txt" in copy.text
        other = reply_to(office, office.upload("harbour.txt", OWL))
        assert "This would replace the existing harbour.txt." in other.text
        assert labels(other) == ["Replace", "Cancel"]
        assert sorted(folder.rglob("*")) == before
        assert len(list((memory / QUARANTINE).iterdir())) == 3
        api.press(copy, "Cancel")
        becomes(api, copy, "Cancelled. Nothing was changed.")
        assert len(list((memory / QUARANTINE).iterdir())) == 2
        api.press(other, "Replace")
        replaced = becomes(api, other, "Replaced: harbour.txt.")
        assert (folder / "harbour.txt").read_bytes() == OWL
        api.press(replaced, "Restore the earlier version")
        becomes(api, other, "Restored: harbour.txt.")
        assert (folder / "harbour.txt").read_bytes() == harbour
        again = reply_to(office, office.upload("harbour.txt", harbour))
        assert again.text == "harbour.txt is already there, and identical."
        assert labels(again) == ["Update"]
        prices = reply_to(office, office.upload("prices.md", b"An owl costs ~~five~~ four euros."))
        assert "Left out: 1 other part (page headers" in prices.text
    assert [entry.action for entry in records(own.desk.audit, 2)] == ["restore", "add"]


def test_a_caption_puts_a_file_into_a_folder_and_namesakes_can_be_replaced(
    api: BotApi, own: Library, folder: Path, office: Chat
) -> None:
    (folder / "birds").mkdir()
    (folder / "birds" / "owl.txt").write_text("The Owl\n\nThe owl of Lindmouth has no name.")
    own.desk.index.build()
    with serving(api, own, admins=ADMINS):
        offer = reply_to(office, office.upload("owl.txt", OWL))
        assert "A document with this name or title already exists: birds/owl.txt." in offer.text
        assert labels(offer) == ["Add", "Cancel", "Replace birds/owl.txt"]
        api.press(offer, "Replace birds/owl.txt")
        becomes(api, offer, "Replaced: birds/owl.txt.")
        assert (folder / "birds" / "owl.txt").read_bytes() == OWL
        placed = reply_to(office, office.upload("night.txt", OWL, caption="birds/rare/"))
        assert "to be saved as birds/rare/night.txt" in placed.text
        api.press(placed, "Add")
        becomes(api, placed, "Added: birds/rare/night.txt")
        assert (folder / "birds" / "rare" / "night.txt").read_bytes() == OWL
        noted = reply_to(office, office.upload("day.txt", OWL, caption="for owls and/or mice"))
        assert "to be saved as day.txt" in noted.text
        outside = reply_to(office, office.upload("day.txt", OWL, caption="../day.txt"))
        assert "is not a place among the documents" in outside.text


def test_what_is_no_document_is_refused_with_the_reason(
    api: BotApi, own: Library, office: Chat, memory: Path
) -> None:
    refused = {
        "tool.exe": (b"MZ\0", "tool.exe can't be used: this kind of file cannot be read"),
        "text.txt": (b"", "text.txt can't be used: "),
        "named.pdf": (OWL, "named.pdf can't be used: "),
        "named.txt": (pdf([(72, 700, 10, "A PDF.")]), "its content is that of .pdf; name it so"),
    }
    with serving(api, own, admins=ADMINS):
        for name, (data, reason) in refused.items():
            told = reply_to(office, office.upload(name, data))
            assert reason in told.text
            assert labels(told) == []
    assert not (memory / QUARANTINE).exists()


def test_a_file_above_what_telegram_gives_is_refused(
    api: BotApi, own: Library, office: Chat
) -> None:
    """By the size that is named, before anything is fetched; by counting if that is false."""
    most = 20 * 1024 * 1024
    with serving(api, own, admins=ADMINS):
        told = reply_to(office, office.upload("large.txt", OWL, size=most + 1))
        assert told.text.startswith(
            "large.txt: 20.0 MB. Telegram lets a bot download at most 20 MB"
        )
        assert api.calls("getFile") == []
        told = reply_to(office, office.upload("more.txt", b"x" * (most + 1), size=17))
        assert told.text.startswith("more.txt: larger than Telegram said.")


def test_a_file_that_telegram_has_no_more_is_told(
    api: BotApi, own: Library, office: Chat, written: io.StringIO
) -> None:
    with serving(api, own, admins=ADMINS):
        sent = office.upload("owl.txt", OWL)
        api.state.files.clear()
        told = reply_to(office, sent)
        assert told.text == "I couldn't download owl.txt from Telegram. Please send it again."
    assert "A file could not be fetched" in written.getvalue()


def test_what_waits_can_be_added_after_a_restart_for_a_day(
    api: BotApi, own: Library, folder: Path, office: Chat, memory: Path
) -> None:
    """The restart says which files wait, once. Pressed twice it is added once."""
    with serving(api, own, admins=ADMINS):
        offers = [reply_to(office, office.upload(name, OWL)) for name in ("owl.txt", "old.txt")]
    with serving(api, own, admins=ADMINS):
        waiting = said(office, "These 2 files are waiting for you to tap Add:", after=offers[1])
        assert {"owl.txt", "old.txt"} < set(waiting.text.splitlines())
        press = api.press(offers[0], "Add")
        becomes(api, offers[0], "Added: owl.txt.")
        until(lambda: len(list((memory / QUARANTINE).iterdir())) == 1)
        [old] = (memory / QUARANTINE).iterdir()
        yesterday = time.time() - 27 * 3600
        os.utime(old / "content", (yesterday, yesterday))
        # it was found old before
        (old / "old").touch()
        os.utime(old / "old", (yesterday + 25 * 3600, yesterday + 25 * 3600))
        api.press(offers[0], data=press.data)
        becomes(api, offers[0], "This file is no longer waiting")
        reply_to(office, office.upload("new.txt", OWL))
        api.press(offers[1], "Add")
        becomes(api, offers[1], "This file is no longer waiting")
    assert not (folder / "old.txt").exists()
    assert [entry.action for entry in records(own.desk.audit, 2)] == ["add", "publish"]


def test_an_address_is_fetched_and_offered(
    api: BotApi, own: Library, folder: Path, office: Chat, site: Site
) -> None:
    page = b"<html><head><title>Owls</title></head><body><p>The owl is called Minerva.</p></body>"
    with serving(api, own, admins=ADMINS):
        office.say("/add")
        assert office.wait_reply().text.startswith("Send me a file (.txt,")
        offer = reply_to(office, office.say(f"/add {site.page('/birds/owls', page)}"))
        assert offer.text.startswith("“Owls”, to be saved as owls.html\n1 passage")
        api.press(offer, "Add")
        becomes(api, offer, "Added: owls.html.")
        told = reply_to(office, office.say("/add http://10.0.0.1/secret.txt"))
        assert told.text.startswith("I couldn't do that: ")
    assert site.url("/birds/owls") in (folder / "owls.html").read_text()


def test_an_editor_sees_how_far_the_reading_of_a_long_file_is(
    api: BotApi,
    own: Library,
    office: Chat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # at once, and often
    monkeypatch.setattr("index.desk.following._LONG", -1.0)
    monkeypatch.setattr("bot.editing.status._EVERY", 0.01)
    notes = {f"{n}.txt": f"Note {n} is short.".encode() for n in range(60)}
    with serving(api, own, admins=ADMINS):
        told = reply_to(office, office.upload("notes.zip", zipped(notes)))
        assert told.text.startswith("Reading notes.zip\n")
        assert told.text.endswith("%")
        offer = becomes(api, told, "60 passages")
        assert labels(offer) == ["Add", "Cancel"]


def _album(office: Chat, files: dict[str, bytes], caption: str | None = None) -> Message:
    """Send files together; return the first message, which has the caption."""
    first, *_ = [
        office.upload(name, data, media_group_id="77", caption=None if number else caption)
        for number, (name, data) in enumerate(files.items())
    ]
    return first


def test_an_album_is_one_offer_and_what_cannot_be_read_is_listed_once(
    api: BotApi, own: Library, folder: Path, office: Chat, memory: Path
) -> None:
    files = {
        "owl.txt": OWL,
        "tool.exe": b"MZ\0",
        "harbour.txt": b"The Harbour\n\nThe harbour closes at nine.",
        "box.zip": zipped({"in/bat.txt": b"Bats sleep by day.", "in/run.exe": b"MZ\0"}),
    }
    with serving(api, own, admins=ADMINS):
        offer = becomes(api, reply_to(office, _album(office, files)), "to be saved as:")
        assert offer.text.split("\n")[:4] == [
            "3 files, to be saved as:",
            "• owl.txt: “The Owl”, 1 passage",
            "• harbour.txt: “The Harbour”, 1 passage, replaces the existing one",
            "• box.zip: “box.zip”, 1 passage",
        ]
        assert "2 files can't be read:" in offer.text
        assert "tool.exe" in offer.text
        assert "run.exe" in offer.text
        assert labels(offer) == ["Add or replace all 3 files", "Cancel"]
        assert not (folder / "owl.txt").exists()
        api.press(offer, "Add or replace all 3 files")
        done = becomes(api, offer, "Added 3 files.")
        assert labels(done) == ["Update"]
        assert (folder / "owl.txt").read_bytes() == OWL
        assert [*(memory / QUARANTINE).iterdir()] == []


def test_an_album_goes_into_the_folder_of_its_caption_or_is_dropped_whole(
    api: BotApi, own: Library, folder: Path, office: Chat, memory: Path
) -> None:
    files = {"owl.txt": OWL, "bat.txt": b"Bats sleep by day."}
    with serving(api, own, admins=ADMINS):
        first = reply_to(office, _album(office, files, caption="night/"))
        offer = becomes(api, first, "2 files, to be saved as:\n• night/owl.txt")
        api.press(offer, "Cancel")
        becomes(api, offer, "Cancelled. Nothing was changed.")
        assert [*(memory / QUARANTINE).iterdir()] == []
    assert not (folder / "night").exists()


def test_who_is_no_editor_changes_nothing(
    api: BotApi, own: Library, folder: Path, office: Chat, chat: Chat, ann: User, memory: Path
) -> None:
    """Commands, files, forged and replayed buttons get what anybody gets for them."""
    with serving(api, own, admins=ADMINS):
        offer = reply_to(office, office.upload("owl.txt", OWL))
        office.say("/remove")
        listed = office.wait_reply()
    state = _state(own, folder, memory)
    group = api.supergroup("Readers", ann, office.owner or ann, admins=[ann])
    with serving(api, own, admins=ADMINS):
        chat.say("/nonsense")
        unknown = chat.wait_reply().text
        for command in (
            "/add https://x.example",
            "/remove",
            "/reindex",
            "/rollback",
            "/thresholds",
        ):
            assert reply_to(chat, chat.say(command)).text == unknown
            group.say(command, by=office.owner)
            group.say(command, as_chat=group)
            as_channel = office.say(command, as_chat=api.channel("News"))
            assert reply_to(office, as_channel).text == unknown
        plain = reply_to(chat, chat.media("photo")).text
        mine = reply_to(chat, chat.upload("owl.txt", OWL))
        assert mine.text == plain
        group.upload("owl.txt", OWL, by=office.owner)
        buttons = [*_data(offer), *_data(listed)]
        outdated = "This button is out of date. Please ask again."
        for data in buttons:
            # in her own chat, and on the editor's message
            assert api.press(mine, data=data).wait_answer().text == outdated
            answer = api.press(offer, data=data, by=ann).wait_answer()
            assert (
                answer.text
                == "This button belongs to someone else. Ask your own question with /ask."
            )
            forged = data[:-1] + ("A" if data[-1] != "A" else "B")
            assert api.press(offer, data=forged).wait_answer().text == outdated
        assert group.stays_silent()
    with serving(api, own, admins=frozenset({ADMIN + 1})):
        # an editor no more
        for data in buttons:
            assert api.press(offer, data=data).wait_answer().text == outdated
    assert _state(own, folder, memory) == state


def _data(message: Message) -> list[str]:
    rows = (message.reply_markup or {})["inline_keyboard"]
    return [button["callback_data"] for row in rows for button in row]


def _state(library: Library, folder: Path, memory: Path) -> object:
    """All that editors can change."""
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    waiting = sorted((memory / QUARANTINE).iterdir())
    return (
        files,
        waiting,
        records(library.desk.audit),
        library.history(),
        library.desk.index.staged(),
    )


def test_a_file_waits_for_a_day_whatever_the_clock_shows_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = Quarantine(tmp_path / QUARANTINE)
    id = waiting.keep("owls.txt", b"Owls eat mice.", 1)
    began = time.time()
    for hours in (1, 87_600, 2, 500, 3, -400_000, 4, 30, 5):
        monkeypatch.setattr(time, "time", lambda now=began + hours * 3600: max(now, 0.0))
        assert waiting.waiting() == [("owls.txt", 1)]
        assert waiting.get(id)
    for hours in (25, 27):
        monkeypatch.setattr(time, "time", lambda now=began + hours * 3600: now)
        waiting.sweep()
    assert waiting.waiting() == []
    assert waiting.get(id) is None
