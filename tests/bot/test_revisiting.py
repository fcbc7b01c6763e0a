"""The daily look at documents from the web: what answers after it, and what editors read of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing import revisiting
from index.desk.origins import Origin
from index.fetch import Fetched
from index.library import Library
from index.model.encoder import Encoder
from tests.bot.conftest import ADMIN
from tests.bot.serving import reply_to, serving
from tests.botapi import BotApi, Chat
from tests.index.test_fetch import Site

OWL = b"<h1>Owls</h1><p>The owl of Lindmouth is called Minerva.</p>"


def test_what_changed_on_the_web_answers_and_is_told_once(
    api: BotApi,
    tmp_path: Path,
    encoder: Encoder,
    office: Chat,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "knowledge").mkdir()
    own = Library(knowledge=tmp_path / "knowledge", data=tmp_path / "data", model=encoder)
    for name, body in (("owls", OWL), ("tea", b"<p>Tea is served at four.")):
        page = Fetched(f"{name}.html", body, site.page(f"/{name}", body))
        own.desk.documents.add(page.name, page.data, "Ann")
        own.desk.web.record(page.name, Origin.of(page))
    own.desk.index.build()
    site.page("/owls", OWL.replace(b"Minerva", b"Athena"))
    site.answers["/tea"] = (410, {}, b"")
    monkeypatch.setattr(revisiting, "_LOOK", 0.1)
    with serving(api, own, admins=frozenset({ADMIN})):
        told = office.wait_reply()
        assert told.text.partition("\n\n")[0] == (
            "I fetched the documents from the web again:\nChanged: owls.html\n"
            "Gone from the web, but still among the documents: tea.html"
        )
        answer = own.ask("What is the owl of Lindmouth called?")
        assert "Athena" in answer.hits[0].passage.text
        listed = reply_to(office, office.say("/sources"))
        assert "no longer at its address since" in listed.text
    own.close()
