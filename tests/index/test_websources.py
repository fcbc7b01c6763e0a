"""Documents from the web, fetched again from a real server: changes, the gate, what vanished."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.desk.evaluate import Golden
from index.desk.gate import RegressionError
from index.desk.origins import Origin
from index.errors import StoreError
from index.fetch import Policy, fetch
from index.library import Library
from tests.index.test_fetch import LOOPBACK, Site

FERRY = b"<h1>Ferry</h1><p>The ferry to Kiel leaves at four.</p><p>Tickets cost 30 euros.</p>"
LATER = FERRY.replace(b"four", b"five")
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def policy(site: Site) -> Policy:
    return Policy(ports=frozenset({site.port}), inside=frozenset({LOOPBACK}))


@pytest.fixture
def library(make_library: Callable[..., Library], tmp_path: Path) -> Library:
    (tmp_path / "knowledge").mkdir()
    return make_library()


def added(library: Library, url: str, policy: Policy) -> str:
    fetched = fetch(url, policy)
    id = library.desk.documents.add(fetched.name, fetched.data, "Ann", replace=True).id
    library.desk.web.record(id, Origin.of(fetched))
    return id


@pytest.mark.parametrize("validator", [{"ETag": '"1"'}, {"Last-Modified": "Sun, 15 Mar 2026"}, {}])
def test_a_page_that_did_not_change_is_left_as_it_is(
    library: Library, site: Site, policy: Policy, validator: dict[str, str]
) -> None:
    site.answers["/ferry"] = (200, {**HTML, **validator}, FERRY)
    added(library, site.url("/ferry"), policy)
    found = library.desk.web.look(policy)
    assert (found.same, found.changed, found.failed) == (1, (), ())
    assert site.answered[-1] == (304 if validator else 200)
    assert (f"127.0.0.1:{site.port}", "/robots.txt") in site.asked


def test_what_changed_is_shown_taken_and_answers(
    library: Library, site: Site, policy: Policy
) -> None:
    id = added(library, site.page("/ferry", FERRY), policy)
    library.desk.index.build()
    site.page("/ferry", LATER)
    found = library.desk.web.look(policy)
    [edited] = found.changed
    assert edited.added == ("The ferry to Kiel leaves at five.",)
    assert edited.removed == ("The ferry to Kiel leaves at four.",)
    assert b"four" in library.desk.documents.read(id)
    library.desk.web.take(found, "Ann")
    library.desk.index.build()
    [hit, *_] = library.ask("When does the ferry to Kiel leave?").hits
    assert "leaves at five." in hit.passage.text
    [trashed] = library.desk.documents.trash()
    assert trashed.id == id
    assert library.desk.web.look(policy).same == 1


def test_a_change_that_loses_a_golden_question_is_not_published(
    library: Library, site: Site, policy: Policy
) -> None:
    id = added(library, site.page("/ferry", FERRY), policy)
    library.desk.index.build()
    asked = Golden(question="What do tickets cost?", document=id, text="Tickets cost 30 euros.")
    library.desk.golden.add([asked], "Ann")
    site.page("/ferry", b"<h1>Ferry</h1><p>The ferry to Kiel leaves at four.")
    library.desk.web.take(library.desk.web.look(policy), "Ann")
    with pytest.raises(RegressionError):
        library.desk.index.build()
    assert "30 euros" in library.ask("What do tickets cost?").hits[0].passage.text


@pytest.mark.parametrize("status", [404, 410])
def test_what_vanished_is_marked_and_stays(
    library: Library, site: Site, policy: Policy, status: int
) -> None:
    id = added(library, site.page("/ferry", FERRY), policy)
    site.answers["/ferry"] = (status, {}, b"")
    found = library.desk.web.take(library.desk.web.look(policy), "Ann")
    assert found.gone == (id,)
    today = datetime.datetime.now(datetime.UTC).date()
    assert library.desk.web.gone() == {id: today}
    assert id in library.desk.documents.ids()
    site.page("/ferry", FERRY)
    assert library.desk.web.take(library.desk.web.look(policy), "Ann").back == (id,)
    assert not library.desk.web.gone()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, {}, b""), "it answers 500"),
        ((200, {"Content-Type": "image/png"}, b"\x89PNG"), "it is image/png"),
        ((200, {"Content-Type": "application/pdf"}, b"%PDF-1.4"), "its content is that of .pdf"),
        ((302, {"Location": "http://10.0.0.1/"}, b""), "port 80 is not one"),
        ((200, HTML, b"<p> "), "contains no text"),
    ],
)
def test_what_cannot_be_fetched_or_read_stays_and_is_named(
    library: Library,
    site: Site,
    policy: Policy,
    answer: tuple[int, dict[str, str], bytes],
    reason: str,
) -> None:
    id = added(library, site.page("/ferry", FERRY), policy)
    other = added(library, site.page("/tea", b"<p>Tea is served at four."), policy)
    site.answers["/ferry"] = answer
    site.page("/tea", b"<p>Tea is served at five.")
    found = library.desk.web.take(library.desk.web.look(policy, wait=lambda _: None), "Ann")
    [(failed, why)] = found.failed
    assert (failed, reason in why) == (id, True), why
    assert [edited.id for edited in found.changed] == [other]
    assert b"four" in library.desk.documents.read(id)


def test_a_site_is_asked_slowly_and_only_for_what_it_lets_programs_have(
    library: Library, site: Site, policy: Policy
) -> None:
    rules = b"User-agent: *\nCrawl-delay: 3\nDisallow: /private"
    site.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, rules)
    for path in ("/ferry", "/private/milk", "/tea"):
        added(library, site.page(path, FERRY + path.encode()), policy)
    site.asked.clear()
    waits: list[float] = []
    found = library.desk.web.look(policy, wait=waits.append)
    assert waits == [3.0, 3.0]
    assert [path for _, path in site.asked] == ["/robots.txt", "/ferry", "/tea"]
    assert [reason for _, reason in found.failed] == [
        "its site asks programs not to fetch it (robots.txt); add its file by hand"
    ]


def test_a_document_that_was_edited_here_is_not_overwritten(
    library: Library, site: Site, policy: Policy, tmp_path: Path
) -> None:
    id = added(library, site.page("/ferry", FERRY), policy)
    (tmp_path / "knowledge" / id).write_bytes(b"<p>The ferry is late today.")
    site.page("/ferry", LATER)
    [(failed, reason)] = library.desk.web.look(policy).failed
    assert (failed, "edited here" in reason) == (id, True)


def test_a_document_that_was_removed_is_not_fetched(
    library: Library, site: Site, policy: Policy
) -> None:
    id = added(library, site.page("/ferry", FERRY), policy)
    library.desk.documents.remove(id, "Ann")
    site.asked.clear()
    assert library.desk.web.look(policy).same == 0
    assert not site.asked


def test_addresses_that_cannot_be_read_are_named(library: Library, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "origins.json").write_text("{")
    with pytest.raises(StoreError, match=r"origins\.json cannot be read"):
        library.desk.web.look()
    assert not library.desk.web.gone()
