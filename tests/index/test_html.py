"""HTML: the main content as a browser shows it, and what the page says of itself."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from index import readers
from index.errors import DocumentError
from index.readers import File
from index.text import passages
from index.types import Document

PAGE = """<!doctype html>
<html lang="en"><head>
<title>The harbour &amp; its piers — Lindmouth Town Museum</title>
<link rel="stylesheet canonical" href="https://museum.example/harbour">
<meta property="article:published_time" content="2024-03-05T10:00:00+02:00">
<style>p { color: red }</style>
</head><body>
<header>Lindmouth Town Museum</header>
<nav><ul><li><a href="/">Home</a></li><li><a href="/visit">Visit us</a></li></ul></nav>
<main>
<h1>The harbour <em>&amp;</em> its piers<a class="headerlink" href="#top">¶</a></h1>
<p>The harbour was
   opened on <b>4&nbsp;May&nbsp;1872</b> by <a href="/brandt">Ada Brandt</a>.<!-- unseen --> It has
two piers &lt;of stone&gt;.</p>
<script>document.write("evil")</script><noscript>Turn scripts on</noscript>
<h2>Быт &#x1F41A;</h2>
<ul><li>One<ul><li>nested</li></ul></li><li><p>Two</p></li></ul>
<ol start="3"><li>three</li><li value="7">seven</li></ol>
<table><caption>Crew</caption><thead><tr><th>Name</th><th>Age</th></tr></thead>
<tr><td>Ann</td><td><p>41</p></td></tr></table>
<pre>x = 1
  y = 2</pre>
<p>A line<br>goes on.<br><br>Another para&shy;graph.</p>
<p hidden>Hidden.</p><p style="display: none">Gone.</p>
</main>
<aside>Related: the lighthouse</aside>
<footer>© Museum. We use cookies.</footer>
</body></html>
"""


def read(page: str | bytes, name: str = "a.html") -> Document:
    data = page if isinstance(page, bytes) else page.encode()
    return readers.read(File(name, Path(name)), data)


def test_the_reading_text_is_the_main_content_as_a_browser_shows_it() -> None:
    document = read(PAGE)
    assert document.text == (
        "The harbour & its piers\n\n"
        "The harbour was opened on 4\xa0May\xa01872 by Ada Brandt. It has two piers <of stone>.\n\n"
        "Быт 🐚\n\n"
        "• One\n  • nested\n• Two\n\n"
        "3. three\n7. seven\n\n"
        "Crew\nName | Age\nAnn | 41\n\n"
        "x = 1\n  y = 2\n\n"
        "A line goes on.\n\n"
        "Another paragraph."
    )
    assert [(h.level, h.text) for h in document.headings] == [
        (1, "The harbour & its piers"),
        (2, "Быт 🐚"),
    ]
    rows = [s.of(document.text) for s in document.sentences]
    assert [row for row in rows if "|" in row] == ["Name | Age", "Ann | 41"]


def test_title_address_and_date_are_those_that_the_page_names() -> None:
    source = read(PAGE).source
    assert source.title == "The harbour & its piers", "the site's name is no part of it"
    assert source.url == "https://museum.example/harbour"
    assert source.date == datetime.date(2024, 3, 5)
    assert source.language == "en"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Of the head</title>", "<h1>Other words</h1><p>Text.", "Of the head"),
        ("<meta property='og:title' content='Of og'><title>T - Site</title>", "<p>Text.", "Of og"),
        ("", "<h2>First heading</h2><p>Text.", "First heading"),
        ("", "<p>Text.", "my page"),
    ],
)
def test_the_title_is_the_pages_own_else_the_first_heading_else_the_name(
    head: str, body: str, title: str
) -> None:
    assert (
        read(f"<html><head>{head}</head><body>{body}</body></html>", "my_page.htm").title == title
    )


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ('<meta name="DC.date" content="2020-02-29">', datetime.date(2020, 2, 29)),
        (
            '<meta name="date" content="2021-02-30"><meta itemprop="datePublished" content="x">',
            None,
        ),
        (
            '<script type="application/ld+json">{"datePublished": "2019-12-31T23:00Z"}</script>',
            datetime.date(2019, 12, 31),
        ),
    ],
)
def test_the_date_is_found_where_pages_write_it(head: str, date: datetime.date | None) -> None:
    assert read(f"<head>{head}</head><p>Text.").source.date == date


def test_without_a_main_part_what_is_named_as_navigation_is_left_out() -> None:
    document = read(
        "<body class='has-sidebar'><div id=nav-top>Home</div><div class='cookie-banner'>We use "
        "cookies</div><div class=content><h1>Tea</h1><p>Green tea is brewed with water of 80 "
        "degrees.</p></div><div class=sidebar>Popular</div><footer>Imprint</footer></body>"
    )
    assert document.text == "Tea\n\nGreen tea is brewed with water of 80 degrees."


def test_an_article_with_most_of_the_words_is_the_main_part() -> None:
    article = "<article><p>" + "The ferry leaves at four from the pier. " * 5 + "</p></article>"
    document = read(f"<div>Welcome, guest</div>{article}<div>More stories</div>")
    assert document.text.startswith("The ferry")
    assert document.text.endswith("pier.")


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    document = read(
        "<table><tr><td><h1>Left</h1><p>First words.</p><p>Second words.</p></td>"
        "<td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>"
    )
    assert document.text == "Left\n\nFirst words.\n\nSecond words.\n\na | b"


@pytest.mark.parametrize(
    ("encoding", "meta"),
    [
        ("windows-1251", '<meta charset="windows-1251">'),
        ("koi8-r", "<meta http-equiv=Content-Type content='text/html; charset=KOI8-R'>"),
        ("utf-8", ""),
        ("utf-16", ""),
        ("utf-8-sig", '<meta charset="windows-1251">'),
        ("utf-8", '<meta charset="rot13">'),
    ],
)
def test_the_encoding_is_the_one_that_the_page_names(encoding: str, meta: str) -> None:
    document = read(f"<html><head>{meta}</head><p>Библиотека открыта.</p></html>".encode(encoding))
    assert document.text == "Библиотека открыта."


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (b"", "holds no text; remove it or fill it"),
        (b"<p><!-- nothing --></p>", "holds no text"),
        (b"<script>words()</script>", "holds no text"),
        (b"<div>" * 5_000 + b"deep", "nested too deeply; save it as plain text"),
        ("<p>Привет".encode("cp1251"), r"not UTF-8 \(byte 3 of 9\); save it as UTF-8"),
        (b"<meta charset=windows-1252><p>\x81", r"not WINDOWS-1252 \(byte 30 of 31\)"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_remedy(page: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        read(page)


def test_a_page_without_any_end_tags_is_read_whole() -> None:
    document = read("<h1>T<p>One.<ul><li>a<li>b</ul><table><tr><td>c<td>d<tr><td>e</table>After")
    assert document.text == "T\n\nOne.\n\n• a\n• b\n\nc | d\ne\n\nAfter"


def test_passages_name_the_heading_above() -> None:
    split = passages.split(read(PAGE))
    assert [passage.heading for passage in split] == [None, "Быт 🐚"]
