"""The program is killed while an editor works: it starts again on the index before."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

from index.library import Library
from index.model.encoder import Encoder
from tests.bot.conftest import ADMIN
from tests.bot.desk import said
from tests.bot.serving import reply_to
from tests.bot.test_app import process
from tests.botapi import BotApi, Chat

FERRIES = "When does the last ferry leave in winter?"


def test_killed_in_a_build_it_serves_the_index_before_and_says_what_is_left(
    api: BotApi,
    office: Chat,
    chat: Chat,
    tmp_path: Path,
    knowledge: Path,
    encoder: Encoder,
) -> None:
    """The document is there, and in no index, until an editor publishes it."""
    folder = Path(shutil.copytree(knowledge, tmp_path / "knowledge"))
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    before = library.generation()
    sentences = " ".join(f"The owl number {n} of Lindmouth eats {n} mice." for n in range(3_000))
    with process(api, folder, tmp_path / "data", admins=ADMIN) as program:
        api.press(reply_to(office, office.upload("owls.txt", sentences.encode())), "Add")
        api.press(said(office, "Added: owls.txt."), "Update")
        said(office, "Preparing the sentences")
        program.send_signal(signal.SIGKILL)
        program.wait(20)
    with process(api, folder, tmp_path / "data", admins=ADMIN):
        told = said(office, "I was restarted. These changes are not in my answers yet:")
        assert "+ owls.txt" in told.text
        asked = chat.say(FERRIES)
        assert "4 p.m." in reply_to(chat, asked).quotes()[0]
    assert library.generation() == before
    library.close()
