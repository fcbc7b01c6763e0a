"""The bot answers while hostile files are read, and ends on a signal."""

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
from tests.hostile.files import endless


def test_files_that_never_end_hold_up_neither_answers_nor_the_end(
    api: BotApi,
    office: Chat,
    chat: Chat,
    tmp_path: Path,
    knowledge: Path,
    encoder: Encoder,
) -> None:
    folder = Path(shutil.copytree(knowledge, tmp_path / "knowledge"))
    (folder / "bad.txt").write_bytes(b"\xff\xff")
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    library.close()
    with process(api, folder, tmp_path / "data", admins=ADMIN) as program:
        # told without being asked, and once
        assert "bad.txt" in said(office, "1 file could not be read:").text
        (folder / "endless.pdf").write_bytes(endless())
        office.upload("upload.pdf", endless() + b"\n")
        asked = chat.say("When does the last ferry leave in winter?")
        assert "4 p.m." in reply_to(chat, asked).quotes()[0]
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0
        pid = program.pid
        assert program.stderr
        log = program.stderr.read()
    assert "Not read: bad.txt" not in log, "it is not tried again"
    assert "Reading upload.pdf" in log
    assert f"-m index.intake {pid}" not in _running()


def test_a_first_build_does_not_hold_up_the_end(
    api: BotApi, knowledge: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(knowledge, tmp_path / "knowledge"))
    (folder / "endless.pdf").write_bytes(endless())
    with process(api, folder, tmp_path / "data") as program:
        assert program.stderr
        said = iter(program.stderr.readline, "")
        assert any("Reading endless.pdf" in line for line in said)
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0
        assert not [line for line in said if "Traceback" in line]
    assert f"-m index.intake {program.pid}" not in _running()


def _running() -> str:
    """The command lines of all processes, where the system shows them."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(lines)
