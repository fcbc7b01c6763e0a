"""Start, question, button and edit, against an emulator that others wrote."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.app import serve
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.serving import settings_for, until
from tests.bot.slow import Slow
from tests.botapi import TOKEN, BotApi
from tests.conftest import HARBOUR
from tests.smoke.person import Person
from tests.smoke.shim import Shim

ANN = 700_000_001
START = """
const Server = require("telegram-test-api");
const server = new Server({ host: "127.0.0.1", port: Number(process.argv[1]) });
server.start().then(() => console.log("listening"));
"""

pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and shutil.which("npm")), reason="the emulator needs Node.js and npm"
)


@pytest.fixture(scope="module")
def package(pytestconfig: pytest.Config) -> Path:
    """The folder with the emulator as the lock file names it, installed once."""
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("telegram-test-api")
    here, done = Path(__file__).parent, folder / "installed.json"
    lock = (here / "package-lock.json").read_bytes()
    if not done.exists() or done.read_bytes() != lock:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(here / name, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        assert installed.returncode == 0, installed.stderr
        done.write_bytes(lock)
    return folder


@pytest.fixture
def emulator(package: Path) -> Iterator[str]:
    """The address of an emulator that runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["node", "-e", START, str(port)]
    with subprocess.Popen(command, cwd=package, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "listening\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture
def library(tmp_path: Path, knowledge: Path, encoder: Encoder) -> Iterator[Slow]:
    """A library of one's own, whose builds can be held up."""
    shutil.copytree(knowledge, tmp_path / "knowledge")
    settings = IndexSettings(knowledge=tmp_path / "knowledge", data=tmp_path / "data")
    library = Slow(settings, encoder)
    library.desk.index.build(lambda *_: None)
    yield library
    library.close()


@pytest.fixture
async def ann(emulator: str, library: Slow, tmp_path: Path) -> AsyncIterator[Person]:
    """An admin, in a chat with the bot, which runs."""
    async with Shim(emulator) as shim:
        own = {"telegram_api": shim.url, "admins": frozenset({ANN}), "data": tmp_path / "bot"}
        bot = asyncio.create_task(serve(settings_for(BotApi(TOKEN), **own), library))
        yield Person(shim, ANN)
        bot.cancel()
        await asyncio.wait({bot})


async def test_start_question_and_button(ann: Person) -> None:
    await ann.say("/start")
    greeting = await ann.sees(lambda message: bool(message.buttons()))
    assert greeting.text.startswith("I answer only in the words of 3 documents")

    await ann.say("When does the last ferry leave in winter?")
    answer = await ann.sees(lambda message: "last ferry" in message.text)
    assert answer.reply_to == greeting.id + 1
    assert answer.quotes() == [HARBOUR.split("\n\n")[2]]
    assert answer.bold() == ["In winter the last ferry leaves at 4 p.m. because of the tides."]

    example = greeting.buttons()[0]
    await ann.press(greeting, example)
    answer = await ann.sees(lambda message: message.text.startswith(example))
    assert example in answer.quotes()[0]


async def test_progress_is_edited_into_the_outcome(
    ann: Person, library: Slow, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    owl = "The owl of Lindmouth is called Minerva Quill."
    caplog.set_level("INFO")
    await ann.say("/start")
    await asyncio.to_thread(until, lambda: "Nothing to index" in caplog.text)
    (tmp_path / "knowledge" / "owl.txt").write_text(f"The owl\n\n{owl}")
    library.build_on.clear()
    await ann.say("/reindex")
    progress = await ann.sees(lambda message: message.text.endswith("%"))
    library.build_on.set()
    done = await ann.sees(lambda message: "update is ready" in message.text)
    assert done.id == progress.id
    assert "Documents: 1 new, 0 changed, 0 removed" in done.text
