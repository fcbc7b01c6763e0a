"""What a person at the terminal sees."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.messages import notices
from bot.messages.texts import Texts
from bot.settings import Settings
from bot.terminal import adding, build, editing, evaluate, sources
from bot.terminal.doctor import examine
from bot.terminal.starting import terminal_texts
from index.library import Library
from index.types import Omitted
from tests.index.made import Text, pdf

PAGE = """<title>Tickets</title><h2>What does a ticket cost?</h2>
<p>A ticket costs <s>120</s> 90 euros.</p><p style="display:none">Old prices</p>"""


def test_what_is_left_out_is_counted_and_shown(
    tmp_path: Path,
    make_library: Callable[..., Library],
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.html").write_text(PAGE)
    library = make_library()
    build.build(library)
    assert "In 1 document: 2 parts left out; citebot sources" in capsys.readouterr().out
    sources.sources(library)
    assert capsys.readouterr().out == "Tickets — a.html, 1 passage, 2 parts left out\n"
    assert sources.reading_text(library, "a.html")
    assert capsys.readouterr().out == (
        "[a.html#p1-1:0-50]\n"
        "What does a ticket cost?\n\nA ticket costs 90 euros.\n\n"
        "left out, crossed out: 120\n"
        "left out, hidden: Old prices\n"
    )
    assert not sources.reading_text(library, "b.txt")
    damaged: list[Text | str] = [(72, 700, 10, "The �ling is done.")]
    (tmp_path / "knowledge" / "b.pdf").write_bytes(pdf(damaged, codes={"�": 0xFFFD}))
    staged = library.desk.index.stage(by="Ann")
    assert staged
    assert staged.omitted == Omitted(damaged=1)
    said = notices.omitted(staged.omitted, Texts("ru"))
    assert said == "Пропущено: 1 повреждённая строка."


def test_the_terminal_speaks_the_language_of_the_locale_or_of_the_setting(
    tmp_path: Path,
    make_library: Callable[..., Library],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    models: Path,
) -> None:
    """Progress, results, errors and what the doctor finds, to the end."""
    monkeypatch.setenv("CITEBOT_LANGUAGE", "ru")
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.html").write_text(PAGE)
    (tmp_path / "knowledge" / "empty.txt").write_text("")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(models)
    library = make_library()
    build.build(library)
    sources.sources(library)
    sources.reading_text(library, "b.txt")
    editing.golden_add(library, "What does a ticket cost?", "a.html", "A ticket costs 90 euros.")
    editing.golden_list(library)
    evaluate.evaluate(
        library,
        tmp_path / "data" / "golden.jsonl",
        None,
        as_json=False,
        fail_under=None,
        apply=False,
        force=False,
    )
    editing.remove(library, "a.html")
    editing.restore(library, None)
    adding.add(
        library, [str(tmp_path / "knowledge" / "a.html"), str(tmp_path / "none.txt")], replace=False
    )
    examine(
        Settings(  # type: ignore[call-arg]
            _env_file=None,
            knowledge=tmp_path / "knowledge",
            data=tmp_path / "data",
            telegram_token=None,
        )
    )
    printed = "".join(capsys.readouterr())
    foreign = [
        line
        for line in printed.splitlines()
        if re.search("[A-Za-z]{4}", line) and not re.search("[а-яё]", line)
    ]
    # names of files, and the words of the document and of the question
    assert not [line for line in foreign if not re.search(r"a\.html|none\.txt|ticket", line)]
    assert len(re.findall("[а-яё]{2,}", printed)) > 200


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ({"LC_ALL": "ru_RU.UTF-8", "LANG": "en_GB.UTF-8"}, "ru"),
        ({"LC_MESSAGES": "ru", "LC_ALL": ""}, "ru"),
        ({"LC_ALL": "ru_UA@euro", "CITEBOT_LANGUAGE": "en"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "ru_RU.UTF-8"}, "en"),
        ({"LC_ALL": "es_MX.UTF-8"}, "es"),
        ({"LC_ALL": "xx_XX.UTF-8"}, "en"),
        ({"LC_ALL": "ru_RU.UTF-8", "CITEBOT_PORT": "none"}, "ru"),
    ],
)
def test_the_first_setting_that_names_a_language_is_the_terminals(
    settings: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "CITEBOT_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert terminal_texts().language == language


WIDTH = 60
READY = "\x1b[?2004h"  # pasted text will be announced: the prompt waits
CTRL_C = "\x03"
PASTED = "\x1b[200~When was the harbour\nof Lindmouth opened?\x1b[201~"
STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A chat on a real pseudo-terminal."""

    def __init__(self, ours: int) -> None:
        self._ours = ours

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def reply(self, keys: str) -> str:
        """Return what the chat shows after these keys, until it waits for more or ends."""
        self.type(keys)
        return self.wait()

    def wait(self) -> str:
        """Return what the chat shows until it waits for a message or ends."""
        seen = b""
        while READY.encode() not in seen:
            try:
                part = os.read(self._ours, 65_536)
            except OSError:  # how Linux tells the end of a pseudo-terminal
                break
            if not part:
                break
            seen += part
        return seen.decode()


@contextmanager
def chatting(knowledge: Path, data: Path) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, WIDTH, 0, 0))
    # of the environment the width would count more than that of the terminal
    wide = {"COLUMNS", "LINES"}
    kept = {n: v for n, v in os.environ.items() if n[:8] != "CITEBOT_" and n not in wide}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=kept
        | {"CITEBOT_KNOWLEDGE": str(knowledge), "CITEBOT_DATA": str(data), "TERM": "xterm"},
    )
    os.close(theirs)
    try:
        yield Terminal(ours), process
    finally:
        os.close(ours)
        process.kill()
        process.wait()


def test_a_person_chats_at_a_terminal(knowledge: Path, models: Path, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(models)
    with chatting(knowledge, tmp_path) as (terminal, process):
        assert "Answers from 3 documents, in their own words." in terminal.wait()
        terminal.type(f"half a line{CTRL_C}")
        assert "There is no command /foo." in terminal.reply("/foo bar\r")
        assert "only works in Telegram" in terminal.reply("/gaps\r")
        assert "How to brew tea" in terminal.reply("/Sources\r")
        assert "Ctrl-D" in terminal.reply("help\r")
        terminal.type(PASTED)
        answer = terminal.reply("\r")
        # one question, answered in colour
        assert answer.count("#p") == 1
        assert "\x1b[1;32mThe harbour of Lindmouth was opened on 4" in answer
        verdict = STEERING.sub("", terminal.reply("/verify has 118 steps\r"))
        assert "Word for word in the documents:" in verdict
        # of what follows the echo, which the terminal redraws in its own way
        shown = STEERING.sub("", answer).partition("The Harbour of ")[2]
        assert all(len(line) <= WIDTH for line in re.split(r"[\r\n]+", shown))
        # words are whole at this width
        words = {word for line in shown.splitlines() for word in line.split()}
        assert {"Lindmouth", "paragraph", "match"} <= words
        assert "I looked for:" in terminal.reply("why?\r")
        assert "I have forgotten your questions." in terminal.reply("/forget\r")
        assert "I looked for:" not in terminal.reply("why?\r")
        terminal.reply("quit\r")
        assert process.wait(timeout=60) == 0


def test_ctrl_d_ends_the_chat(knowledge: Path, library: Library) -> None:
    with chatting(knowledge, library.data) as (terminal, process):
        terminal.wait()
        terminal.reply("\x04")
        assert process.wait(timeout=60) == 0
