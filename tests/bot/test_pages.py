"""The button that shows a page of a PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from index.library import Library
from index.model.encoder import Encoder
from tests.bot.serving import reply_to, serving
from tests.botapi import BotApi, Chat, User
from tests.index.made import pdf

ASKED = "When does the slipway open?"
BUTTON = "🖼 Page"


@pytest.fixture
def library(tmp_path: Path, encoder: Encoder) -> Iterator[Library]:
    """A library of one PDF in a folder."""
    rules = tmp_path / "knowledge" / "rules"
    rules.mkdir(parents=True)
    lines = [
        (72.0, 700.0, 14.0, "Harbour rules"),
        (72.0, 670.0, 10.0, "The slipway opens at seven in the morning."),
        (72.0, 640.0, 10.0, "The crane lifts boats of two tons at most."),
    ]
    (rules / "slipway.pdf").write_bytes(pdf(lines))
    library = Library(knowledge=rules.parent, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    yield library
    library.close()


def test_an_answer_from_a_pdf_shows_its_page(api: BotApi, library: Library, chat: Chat) -> None:
    with serving(api, library):
        chat.say(ASKED)
        answer = chat.wait_reply()
        assert answer.rows()[0] == ["📖 Context", "📋 Copy", BUTTON]
        shown = chat.wait_reply(after=api.press(answer, BUTTON))
        assert shown.text == "Harbour rules, page 1"
        assert shown.reply_to == answer.id
        [size] = shown.raw["photo"]
        content = api.state.files[size["file_id"]].content
        colours = Image.open(io.BytesIO(content)).convert("RGB").getcolors(1 << 20) or []
        assert (255, 226, 92) in [colour for _, colour in colours]
        # a file that changed is not shown as if it had been quoted
        library.original("rules/slipway.pdf").write_bytes(pdf([(72, 700, 10, "Closed.")]))
        api.press(answer, "📖 Context")
        reading = chat.wait_reply(after=shown)
        said = chat.wait_reply(after=api.press(reading, BUTTON)).text
    assert said.startswith("I can't show this page: its file has changed since I read it")


def test_a_page_is_shown_to_those_who_may_see_its_document_now(
    api: BotApi, library: Library, memory: Path, chat: Chat, ann: User
) -> None:
    with serving(api, library):
        chat.say(ASKED)
        answer = chat.wait_reply()
        club = api.supergroup("Club", ann)
        whispered = reply_to(club, club.say(f"/ask {ASKED}", by=ann))
        shown = club.wait_reply(after=api.press(whispered, BUTTON, by=ann))
        assert "photo" in shown.raw
        assert shown.seen_by == whispered.seen_by
    (memory / "access.toml").write_text("[reserved]\nrules = [1]\n")
    with serving(api, library):
        press = api.press(answer, BUTTON)
        assert chat.wait_reply(after=press).text == "This is no longer in the documents."
