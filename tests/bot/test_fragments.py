"""A link to quoted words opens a page at them, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.messages.links import address
from index.library import Library
from tests.index.test_fetch import Site
from tests.screens.chromium import Chromium, MissingError

SENTENCES = {
    "Which number opens the gate?": "The gate opens with the number 4711, not-too-late & at once.",
    "Сколько стоит пропуск?": "Пропуск на причал стоит 500 крон, а для членов общества — 250.",
    "Who feeds the seals in winter?": (
        "In winter the seals of the outer harbour are fed by the wardens of the lighthouse, who "
        "carry two buckets of herring down the long stair each morning before the first ferry."
    ),
}
_GAP = 3_000  # pixels between two sentences: more than a window
_TELL = """<script>addEventListener("load", () => setTimeout(() => {
document.documentElement.dataset.seen = [...document.querySelectorAll("p")]
.map((p, n) => [n, p.getBoundingClientRect()])
.filter(([, box]) => box.top >= 0 && box.bottom <= innerHeight).map(([n]) => n).join()
}, 500))</script>"""


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def browser() -> Chromium:
    try:
        return Chromium()
    except MissingError as error:
        pytest.skip(str(error))


def test_a_link_scrolls_to_the_quoted_words(
    browser: Chromium, site: Site, make_library: Callable[..., Library], tmp_path: Path
) -> None:
    (tmp_path / "knowledge").mkdir()
    said = "".join(f'<p style="margin-top:{_GAP}px">{words}</p>' for words in SENTENCES.values())
    url = site.url("/rules")
    head = f'<meta charset=utf-8><title>Rules</title><link rel=canonical href="{url}">'
    body = f"<!doctype html>{head}{_TELL}{said}".encode()
    site.page("/rules", body, "text/html; charset=utf-8")
    library = make_library()
    library.desk.documents.add("rules.html", body, "Ann")
    library.desk.index.build()
    assert browser.attribute(url, "seen") == ""
    for number, (question, words) in enumerate(SENTENCES.items()):
        hit = library.ask(question).hits[0]
        assert words[:20] in hit.passage.quote(hit.highlights[0])
        link = address(hit)
        assert link
        assert "#:~:text=" in link
        assert browser.attribute(link, "seen") == str(number)
