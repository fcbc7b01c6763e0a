"""A backup that is taken while the bot works, restored into new folders."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.access.guard import Guard
from bot.terminal import backup
from index.errors import SettingsError, StoreError
from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.serving import serving, settings_for
from tests.botapi import BotApi, Chat
from tests.records import records

PLAN = "The board plans to close the northern pier in June."
OPEN = "Ferries leave for the island of Sorrel every two hours."
ABOUT_PLAN = "What does the board plan to do with the northern pier?"


def test_a_backup_restores_documents_rules_and_what_was_asked(
    api: BotApi,
    tmp_path: Path,
    make_library: Callable[..., Library],
    chat: Chat,
    office: Chat,
    quotable: list[str],
    capsys: pytest.CaptureFixture[str],
    written: io.StringIO,
) -> None:
    quotable += [PLAN, OPEN]
    old = tmp_path / "knowledge"
    (old / "board").mkdir(parents=True)
    (old / "board" / "plan.txt").write_text(PLAN)
    (old / "ferries.txt").write_text(OPEN)
    (old / "gone.txt").write_text("The museum is closed on Mondays.")
    (old / "link.txt").symlink_to(old / "ferries.txt")
    library = make_library()
    library.desk.index.build()
    (tmp_path / "data" / "access.toml").write_text("[reserved]\nboard = [1]\n")
    library.desk.documents.remove("gone.txt", "test")
    file = tmp_path / "all.zip"
    settings = settings_for(api, knowledge=old, data=tmp_path / "data")
    with serving(api, library, data=tmp_path / "data", admins=frozenset({ADMIN})):
        chat.say("How tall is the lighthouse of Lindmouth?")
        asked = chat.wait_reply()
        api.press(asked, "Tell the editors").wait_answer()
        backup.backup(library, settings, file)
        with pytest.raises(StoreError, match="is there already"):
            backup.backup(library, settings, file)
        # what is read there is quoted
        with pytest.raises(StoreError, match="would be among the documents"):
            backup.backup(library, settings, old / "board" / ".." / "all.zip")
    said = capsys.readouterr()
    assert "token are not in it" in said.err
    assert "link.txt is a link and is left out" in " ".join(said.err.split())
    new = settings_for(api, knowledge=tmp_path / "new" / "k", data=tmp_path / "new" / "d")
    backup.restore(new, file)
    with pytest.raises(StoreError, match="is not empty"):
        backup.restore(settings, file)
    with pytest.raises(StoreError, match="neither a backup nor a key"):
        backup.restore(new, tmp_path / "none.zip")
    again = Library(knowledge=new.knowledge, data=new.data, model=library._encoder)
    # the editor's removal was not published, so the index that answered answers
    assert again.digests() == library.digests()
    assert [one.id for one in again.desk.documents.trash()] == ["gone.txt"]
    assert records(again.desk.audit) == records(library.desk.audit)
    with serving(api, again, data=new.data, admins=frozenset({ADMIN})):
        chat.say(ABOUT_PLAN)
        assert PLAN not in chat.wait_reply().text
        office.say(ABOUT_PLAN)
        assert PLAN in office.wait_reply().text
        chat.say("How do I get to the island of Sorrel?", reply_to=asked)
        assert chat.wait_reply()
        office.say("/gaps")
        assert "How tall is the lighthouse of Lindmouth?" in office.wait_reply().text
    (new.data / "access.toml").unlink()
    with pytest.raises(SettingsError, match="board was reserved"):
        Guard(new.data, again)
