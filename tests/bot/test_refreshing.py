"""`citebot refresh`: what came from the web, fetched again from a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partialmethod
from pathlib import Path

import pytest

from bot.terminal import adding
from index.desk.evaluate import Golden
from index.desk.gate import RegressionError
from index.desk.origins import Origin
from index.desk.websources import WebSources
from index.fetch import Policy, fetch
from index.library import Library
from tests.index.test_fetch import LOOPBACK, Site

HTML = {"Content-Type": "text/html"}
OWL = b"<h1>Owls</h1><p>The owl of Lindmouth is called Minerva.</p>"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


def test_refresh_shows_what_changed_marks_what_vanished_and_keeps_golden_questions(
    make_library: Callable[..., Library],
    tmp_path: Path,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    policy = Policy(ports=frozenset({site.port}), inside=frozenset({LOOPBACK}))
    look = partialmethod(WebSources.look, policy, wait=lambda _: None)
    monkeypatch.setattr(WebSources, "look", look)
    (tmp_path / "knowledge").mkdir()
    library = make_library()

    def refresh(*, dry_run: bool = False) -> tuple[int, str]:
        code = adding.refresh(library, dry_run=dry_run, force=False)
        return code, capsys.readouterr().out

    assert refresh() == (0, "")
    site.answers["/owls"] = (200, HTML | {"ETag": '"1"'}, OWL)
    for path, body in (("/tea", b"<p>Tea is served at four."), ("/bats", b"<p>Bats sleep by day.")):
        site.answers[path] = (200, HTML | {"Last-Modified": "Sun, 15 Mar 2026"}, body)
    for path in ("/owls", "/tea", "/bats"):
        fetched = fetch(site.url(path), policy)
        library.desk.documents.add(fetched.name, fetched.data, "Ann")
        library.desk.web.record(fetched.name, Origin.of(fetched))
    library.desk.index.build()
    site.answered.clear()
    assert refresh() == (0, "")
    # all are asked for changes only, after the rules for programs
    assert site.answered == [404, 304, 304, 304]

    site.answers["/owls"] = (200, HTML | {"ETag": '"2"'}, OWL.replace(b"Minerva", b"Athena"))
    site.answers["/tea"] = (410, {}, b"")
    site.answers["/bats"] = (500, {}, b"")
    code, shown = refresh(dry_run=True)
    assert code == 1
    assert "~ owls.html\n  + The owl of Lindmouth is called Athena.\n" in shown
    assert "  − The owl of Lindmouth is called Minerva." in shown
    assert "? tea.html: gone from its address; the document is kept" in shown
    assert "! bats.html: " in shown
    assert "it answers 500" in shown
    question = "What is the owl of Lindmouth called?"
    assert "Minerva" in library.ask(question).hits[0].passage.text
    refresh()
    assert "Athena" in library.ask(question).hits[0].passage.text
    assert "tea.html" in library.desk.documents.ids()
    assert set(library.desk.web.gone()) == {"tea.html"}

    asked = Golden(question=question, document="owls.html", text="called Athena")
    library.desk.golden.add([asked], "Ann")
    site.answers["/owls"] = (200, HTML | {"ETag": '"3"'}, b"<h1>Owls</h1><p>Owls hunt at night.")
    with pytest.raises(RegressionError):
        refresh()
    assert "Athena" in library.ask(question).hits[0].passage.text
