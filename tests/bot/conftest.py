"""A server, a person and a bot for each test, and what must hold after every one."""

from __future__ import annotations

import datetime
import io
import logging
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import logs
from bot.editing import digest, revisiting, uploads
from bot.running import watching
from bot.transport import rates
from index.fetch import Policy
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot import serving
from tests.bot.desk import GOLDEN
from tests.bot.serving import Running
from tests.botapi import BotApi, Chat, User, assert_well_behaved
from tests.index.test_fetch import LOOPBACK, Site

ADMIN = 700_500_500


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of the bots of a test."""
    folder = tmp_path / "bot"
    monkeypatch.setattr(serving, "DATA", folder)
    return folder


@pytest.fixture(autouse=True)
def nothing_reserved(request: pytest.FixtureRequest) -> Iterator[None]:
    """Forget what a test reserved: the note lies beside the index, which the next test shares."""
    library: Library | None = None
    if "library" in request.fixturenames:
        library = request.getfixturevalue("library")
    yield
    if library:
        (library.data / "reserved.json").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests say more in a chat than people do; Telegram's rates are for the tests of sending."""
    monkeypatch.setattr(rates, "_IN_A_CHAT", (100, 3.0))
    monkeypatch.setattr(rates, "_IN_A_GROUP", (100, 60.0))


@pytest.fixture(autouse=True)
def told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Editors hear of each thing at once; who tests how notices are collected undoes this."""
    monkeypatch.setattr(digest, "_APART", datetime.timedelta())
    monkeypatch.setattr(digest, "_MOMENT", 0.05)


@pytest.fixture(autouse=True)
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests change folders for their own ends; who tests the watching undoes this."""
    monkeypatch.setattr(watching, "_SETTLED", 3600.0)


@pytest.fixture
def watched(unwatched: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder settles sooner than it does for people."""
    monkeypatch.setattr(watching, "_SETTLED", 0.3)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Return what the logs hold, set up as the program does it."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    level, hook = root.level, sys.excepthook
    logs.set_up(BotApi().token)
    stream = io.StringIO()
    [handler] = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:], sys.excepthook = before, hook
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture
def quotable(library: Library) -> list[str]:
    """The texts that may be quoted; a test with documents of its own adds them."""
    found = (library.document(source.id) for source, _ in library.sources())
    return [document.text for document in found if document]


@pytest.fixture
def api(written: io.StringIO, quotable: list[str]) -> Iterator[BotApi]:
    """A strict Bot API server; afterwards the bot must have behaved, and quoted nothing false."""
    with BotApi() as server:
        yield server
        assert_well_behaved(server, written.getvalue(), texts=quotable)


@pytest.fixture
def ann(api: BotApi) -> User:
    """Someone who speaks English."""
    return api.user("Ann", language_code="en")


@pytest.fixture
def chat(api: BotApi, ann: User) -> Chat:
    """Ann's chat with the bot."""
    return api.private(ann)


@pytest.fixture
def office(api: BotApi) -> Chat:
    """An admin's chat with the bot."""
    return api.private(api.user("Ed", language_code="en", user_id=ADMIN))


@pytest.fixture
def bot(api: BotApi, library: Library) -> Iterator[Running]:
    """The bot on the shared library, with one admin."""
    with serving.serving(api, library, admins=frozenset({ADMIN})) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, knowledge: Path) -> Path:
    """A folder of documents of one's own."""
    return Path(shutil.copytree(knowledge, tmp_path / "knowledge"))


@pytest.fixture
def own(folder: Path, tmp_path: Path, encoder: Encoder) -> Iterator[Library]:
    """The library of that folder, built, with three golden questions."""
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    library.desk.golden.add(GOLDEN, "test")
    yield library
    library.close()


@pytest.fixture
def settings_of(library: Library) -> IndexSettings:
    """The folder and the data directory of the shared library, for another one on them."""
    return IndexSettings(knowledge=library._knowledge, data=library.data)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web server on loopback that documents may be fetched from."""
    site = Site()
    policy = Policy(ports=frozenset({site.port}), inside=frozenset({LOOPBACK}))
    monkeypatch.setattr(uploads, "_POLICY", policy)
    monkeypatch.setattr(revisiting, "_POLICY", policy)
    yield site
    site.close()
