"""Editors take documents away and bring them back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.desk import becomes, labels, said
from tests.bot.serving import reply_to, serving
from tests.botapi import BotApi, Chat
from tests.records import records

ADMINS = frozenset({ADMIN})


@pytest.fixture
def own(tmp_path: Path, make_library: Callable[..., Library]) -> Library:
    """A library of twelve documents."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for number in range(1, 13):
        (folder / f"{number:02}.txt").write_text(f"Book {number}\n\nIt has {number} pages.")
    library = make_library()
    library.desk.index.build()
    return library


def test_a_title_from_right_to_left_stands_in_the_list_like_the_others(
    api: BotApi, own: Library, office: Chat, tmp_path: Path
) -> None:
    """The line begins with a mark of its direction, and the title is set apart in it."""
    title = "הספרייה ברחוב הגפן"
    (tmp_path / "knowledge" / "03.txt").write_text(f"{title}\n\nנפתחה הספרייה.")
    own.desk.index.build()
    with serving(api, own, admins=ADMINS):
        for command in ("/remove", "/sources"):
            lines = reply_to(office, office.say(command)).text.splitlines()
            [line] = [line for line in lines if title in line]
            assert line.startswith(f"\u200e3. \u2068{title}\u2069 — ")
            assert lines[lines.index(line) + 1].startswith("4. Book 4 — ")


def test_documents_are_chosen_from_pages_and_a_button_names_the_one(
    api: BotApi, own: Library, office: Chat, tmp_path: Path
) -> None:
    """A removed document is in the trash and can be restored; each step is recorded once."""
    with serving(api, own, admins=ADMINS):
        office.say("/remove")
        listed = office.wait_reply()
        assert listed.text.splitlines()[:2] == [
            "Which document do you want to remove?",
            "1. Book 1 — 01.txt",
        ]
        assert labels(listed) == [*(str(number) for number in range(1, 11)), "▶"]
        api.press(listed, "▶")
        second = becomes(api, listed, "12. Book 12 — 12.txt")
        assert labels(second) == ["11", "12", "◀"]
        api.press(second, "12")
        asked = becomes(api, listed, "Remove “Book 12” (12.txt)?")
        assert labels(asked) == ["Remove Book 12", "↩ Documents"]
        assert (tmp_path / "knowledge" / "12.txt").exists()
        press = api.press(asked, "Remove Book 12")
        removed = becomes(api, listed, "Removed: 12.txt.")
        assert not (tmp_path / "knowledge" / "12.txt").exists()
        # the same button again
        api.press(listed, data=press.data).wait_answer()
        office.say("/remove")
        listed = office.wait_reply()
        assert labels(listed)[-1] == "🗑 Trash"
        api.press(listed, "🗑 Trash")
        trash = becomes(api, listed, "These documents are in the trash.")
        assert "\n1. 12.txt, until " in trash.text
        api.press(trash, "1")
        becomes(api, listed, "Restored: 12.txt.")
        assert (tmp_path / "knowledge" / "12.txt").read_text().startswith("Book 12")
        api.press(removed, "Restore")
        said(office, "it is no longer in the trash")
    assert [entry.action for entry in records(own.desk.audit, 3)] == [
        "restore",
        "remove",
        "publish",
    ]
    assert own.desk.index.is_current()


def test_a_document_is_named_with_the_command(api: BotApi, own: Library, office: Chat) -> None:
    """By its name or its title, whole or in part; else all are listed."""
    with serving(api, own, admins=ADMINS):
        for words in ("/remove 03.txt", "/remove book 3", "/remove 12"):
            asked = reply_to(office, office.say(words))
            assert asked.text.startswith("Remove “Book ")
        few = reply_to(office, office.say("/remove 1.TXT"))
        assert few.text.splitlines()[1:] == ["1. Book 1 — 01.txt", "2. Book 11 — 11.txt"]
        api.press(few, "2")
        becomes(api, few, "Remove “Book 11” (11.txt)?")
        for words in ("/remove owls", "/remove book"):
            every = reply_to(office, office.say(words))
            assert labels(every)[-1] == "▶"


def test_a_document_that_is_gone_meanwhile_is_told(
    api: BotApi, own: Library, office: Chat, tmp_path: Path
) -> None:
    with serving(api, own, admins=ADMINS):
        office.say("/remove")
        listed = office.wait_reply()
        (tmp_path / "knowledge" / "03.txt").unlink()
        api.press(listed, "3")
        becomes(api, listed, "This document is no longer in the folder.")
