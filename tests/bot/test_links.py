"""Links to passages: they open them, outlive a re-index, and tell nothing to who may not see."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.library import Library
from index.search import keys
from tests.bot.serving import serving
from tests.botapi import BotApi, Chat
from tests.conftest import HARBOUR

FERRIES = "When does the last ferry leave in winter?"


@pytest.fixture
def folder(tmp_path: Path, knowledge: Path) -> Path:
    """A folder of documents of one's own."""
    return Path(shutil.copytree(knowledge, tmp_path / "knowledge"))


@pytest.fixture
def own(folder: Path, make_library: Callable[..., Library], quotable: list[str]) -> Library:
    """A library of that folder, built."""
    library = make_library()
    library.desk.index.build()
    return library


def parameter(address: str) -> str:
    assert address.startswith("https://t.me/citebot_test_bot?start=p_")
    return address.partition("?start=")[2]


def test_a_title_without_a_page_links_to_its_passage(
    api: BotApi, chat: Chat, library: Library
) -> None:
    other = api.private(api.user("Ben", language_code="en"))
    with serving(api, library):
        chat.say(FERRIES)
        answer = chat.wait_reply()
        [(title, address), *_] = answer.links()
        assert title == "The Harbour of Lindmouth"
        other.say(f"/start {parameter(address)}")
        opened = other.wait_reply()
    assert opened.quotes() == answer.quotes()[:1]
    assert opened.rows()[0] == ["◀", "¶ 2 of 3", "▶"]
    assert "↩ Back to the answer" not in opened.buttons()


def test_a_link_outlives_a_re_index_and_says_what_has_changed(
    api: BotApi, chat: Chat, own: Library, folder: Path, quotable: list[str]
) -> None:
    start = f"/start p_{keys.key_of(own.ask(FERRIES).hits[0].passage)}"
    with serving(api, own):
        changed = HARBOUR.replace("The harbour of Lindmouth was opened", "It was opened")
        (folder / "harbour.txt").write_text(changed, encoding="utf-8")
        quotable.append(changed)
        own.desk.index.build()
        chat.say(start)
        opened = chat.wait_reply()
        assert opened.quotes()[0].startswith("Ferries leave for the island")
        assert "edited" not in opened.text
        edited = changed.replace("£7.50", "£9")
        (folder / "harbour.txt").write_text(edited, encoding="utf-8")
        quotable.append(edited)
        own.desk.index.build()
        chat.say(start)
        opened = chat.wait_reply()
        assert opened.text.startswith("This passage has been edited since. It now reads:\n\n")
        assert "A ticket costs £9" in opened.quotes()[0]


def test_an_unknown_or_hidden_passage_opens_the_ordinary_greeting(
    api: BotApi, chat: Chat, own: Library, folder: Path, memory: Path
) -> None:
    tea = own.ask("How long does tea keep in a closed tin?").hits[0].passage
    memory.mkdir()
    (memory / "access.toml").write_text("[reserved]\nguides = [1]\n")
    with serving(api, own):
        chat.say("/start")
        greeting = chat.wait_reply().text
        assert "2 documents" in greeting
        for key in ("p_", "p_x", f"p_{'A' * 32}", f"p_{keys.key_of(tea)}", "ask", "../../etc"):
            chat.say(f"/start {key}")
            assert chat.wait_reply().text == greeting
