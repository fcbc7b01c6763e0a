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
<aside><a href="/l">Related: the lighthouse</a></aside>
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


def test_without_a_main_part_what_is_for_getting_about_is_left_out_and_said() -> None:
    document = read(
        "<body class=has-sidebar><div id=nav-top><a href=/>Home</a></div><div class=cookie-banner>"
        "We use cookies <button>Accept</button></div><div class=content><h1>Tea</h1><p>Green tea "
        "is brewed with water of 80 degrees.</p></div><footer>© 2024 Tea House</footer></body>"
    )
    assert document.text == "Tea\n\nGreen tea is brewed with water of 80 degrees."
    assert [(o.kind, o.text) for o in document.omissions] == [
        ("furniture", "Home"),
        ("furniture", "We use cookies Accept"),
        ("furniture", "© 2024 Tea House"),
    ]


def test_a_list_of_contents_is_left_out_and_said() -> None:
    links = "".join(f"<li><a href=#{n}>{n}. Pier {n}</a>" for n in (1, 2, 3))
    parts = "".join(f"<h2 id={n}>Pier {n}</h2><p>It is {n} metres wide.</p>" for n in (1, 2, 3))
    document = read(f"<main><h1>Piers</h1><ul>{links}</ul>{parts}</main>")
    assert "•" not in document.text
    assert [o.kind for o in document.omissions] == ["furniture"]
    # a question whose answer does not say it again is kept
    other = read(
        f"<main><h1>Piers</h1><ul>{links}<li><a href=#4>Which is free?</a></ul>{parts}</main>"
    )
    assert "• Which is free?" in other.text


def test_an_article_with_most_of_the_words_is_the_main_part() -> None:
    article = "<article><p>" + "The ferry leaves at four from the pier. " * 5 + "</p></article>"
    document = read(f"<div>Welcome</div>{article}<p><a href=/>More stories</a></p>")
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
        (b"", "contains no text; remove it or add some"),
        (b"<p><!-- nothing --></p>", "contains no text"),
        (b"<script>words()</script>", "contains no text"),
        (b"<div>" * 5_000 + b"deep", "nested too deeply; save it as plain text"),
        ("<p>Привет".encode("cp1251"), r"not UTF-8 \(byte 3 of 9\).* save it as UTF-8"),
        (b"<p " + b" ".join(b"a%d=1" % n for n in range(1_001)) + b">x", "over 1,000 attributes"),
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


def texts(document: Document) -> list[str]:
    return document.text.split("\n\n")


def questions(document: Document) -> list[str]:
    return [heading.text for heading in document.headings]


@pytest.mark.parametrize(
    "page",
    [
        "<details><summary>Who pays?</summary>The sender does.</details>",
        "<dl><dt>Who pays?</dt><dd>The sender does.</dd></dl>",
        "<p><b>Who pays?</b></p><p>The sender does.</p>",
        "<p><b>Who pays?</b><br>The sender does.</p>",
        "<p><b>Who pays?</b> The sender does.</p>",
        "<style>.q {font-weight: 700}</style><p class=q>Who pays?</p><p>The sender does.</p>",
        "<p>Who pays?</p><p>The sender does.</p>",
        "<h3><button aria-expanded=0>Who pays?</button></h3><div class=collapse>The sender does.",
        "<button aria-expanded=false>Who pays?</button><div hidden>The sender does.</div>",
        "<h3>Who pays?</h3><div style='display: none' aria-hidden=true><p>The sender does.</div>",
        "<h3>Who pays?</h3><p hidden=until-found>The sender does.</p>",
        "<div><span>Who pays?</span></div><div class=expand-content hidden>The sender does.",
        "<ul class=toggle><li><details><summary>Who pays?</summary>The sender does.</details></ul>",
    ],
)
def test_a_question_heads_its_answer_however_it_is_folded(page: str) -> None:
    document = read(page)
    assert questions(document) == ["Who pays?"]
    assert [span.of(document.text) for span in document.paragraphs] == ["The sender does."]
    assert not document.omissions


def test_what_no_reader_sees_is_left_out_and_said() -> None:
    document = read(
        "<h1>Fees</h1><p>One <span style='visibility:hidden'>a1</span> two<p style='font-size:0'>a2"
        "<p style='color:#fff; background:white'>a3<p style='position:absolute;left:-999px'>a4"
        "<p hidden>a5<div class=modal style='display:none'>a6</div>"
        "<div style='background:black'><p style='color:white'>shown</div><p><s>120</s> 90 euros"
    )
    assert texts(document) == ["Fees", "One two", "shown", "90 euros"]
    assert [(omission.kind, omission.text) for omission in document.omissions] == [
        *[("hidden", f"a{number}") for number in range(1, 7)],
        ("struck", "120"),
    ]


def test_tabs_are_named_at_what_they_show() -> None:
    document = read(
        "<ul role=tablist><li role=tab id=t1 aria-controls=p1>Monday<li role=tab id=t2>Sunday</ul>"
        "<div role=tabpanel id=p1>Nine to five.</div>"
        "<div role=tabpanel id=p2 aria-labelledby=t2 hidden>Closed.</div>"
    )
    assert texts(document) == ["Monday", "Nine to five.", "Sunday", "Closed."]
    assert questions(document) == ["Monday", "Sunday"]


def test_no_section_is_dropped_for_its_name_and_facts_at_the_edges_are_kept() -> None:
    document = read(
        "<header><p>Montags geschlossen</header><section id=menu><p>Soup 6 euros</section><div "
        "class=social-security><h2>Social</h2>Nine percent.</div><aside>Mind the step</aside>"
        "<article>One.</article><article>Two.</article><footer><ul><li><a href=a>Imprint</a><li>"
        "<a href=b>Terms</a></ul><p><a href=tel:555>555 0199</a><p>© 2024 Us</footer>"
    )
    assert texts(document) == [
        *["Montags geschlossen", "Soup 6 euros", "Social", "Nine percent.", "Mind the step"],
        *["One.", "Two.", "555 0199"],
    ]
    assert [omission.text for omission in document.omissions] == ["Imprint Terms", "© 2024 Us"]


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("500<sup>1</sup> crowns, 10<sup>-6</sup>", "500¹ crowns, 10⁻⁶"),
        ("500<sup><a href='#n'>1</a></sup> crowns", "500[1] crowns"),
        ("500<a href='#n'><sup>12</sup></a> crowns", "500[12] crowns"),
        ("500<sup>a</sup>, x<sup>n+1</sup>, y<sup>ab</sup>", "500^a, xⁿ⁺¹, y^ab"),
        ("120<span style='vertical-align: super'>2</span> rooms", "120² rooms"),
        ("10<span style='position:relative; top:-.4em'>4</span> litres", "10⁴ litres"),
        ("500<a href='#fn1' class=footnote>1</a> crowns, 4<a href='#b'>2</a>", "500[1] crowns, 42"),
        ("20<sup>o</sup>C, 5<sup> </sup>6", "20°C, 5 6"),
        ("the 1<sup>st</sup>, M<sup>me</sup>, Lamp<sup>TM</sup>", "the 1st, Mme, Lamp™"),
        ("2<sup>1</sup>/<sub>2</sub> and <sup>1</sup>⁄<sub>4</sub>", "2 1/2 and 1⁄4"),
        ("H<sub>2</sub>O, x<sub>1</sub>2, a<sub>ij</sub>", "H₂O, x₁2, a_ij"),
        ("<ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>", "東京 (とうきょう)"),
        ("A <my-term>half<wbr>life</my-term> is <x-b>us</x-b>ual: <b>2</b>,500", None),
        ("1<s>2</s>3 and <button>i</button>4", "1 3 and 4"),
        ("see<img src=a.png alt='a map'>2 and <img alt='b.png'>", "see a map 2 and"),
        (
            "<math><mi>a</mi><mo>=</mo><mn>3</mn><mfrac><mn>1</mn><mn>2</mn></mfrac><msup><mi>x"
            "</mi><mn>2</mn></msup><msqrt><mi>b</mi><mo>+</mo><mn>1</mn></msqrt></math>",
            "a = 3 1/2 x² √(b + 1)",
        ),
    ],
)
def test_signs_above_below_and_within_the_line_keep_their_meaning(
    words: str, seen: str | None
) -> None:
    assert read(f"<p>{words}</p>").text == (seen or "A halflife is usual: 2,500")


@pytest.mark.parametrize(
    ("rules", "words", "seen"),
    [
        (".c7 {vertical-align: super}", "500<span class=c7>1</span> crowns", "500¹ crowns"),
        ("p > span.n{position:relative;top:-3px}", "10<span class=n>6</span> cells", "10⁶ cells"),
        (".old{text-decoration:line-through}", "120 <i class=old>90</i> 85", "120 85"),
        (".row{display:flex}", "<div class=row><span>Tea</span><span>2</span></div>", "Tea 2"),
        (".a .b{vertical-align:super}", "2<span class=b>3</span>", "23"),
        (".b{vertical-align:super}", "2<span class=b style='vertical-align:0'>3</span>", "23"),
        ("@media print{.b{vertical-align:super}}", "2<span class=b>3</span>", "23"),
        (".b::before{vertical-align:super} ..b{top:1}", "2<span class=b>3</span>", "23"),
        (".b{display:none}", "2<span class=b>3</span>", "23"),
    ],
)
def test_the_style_sheets_in_a_page_say_what_is_raised_struck_or_apart(
    rules: str, words: str, seen: str
) -> None:
    assert read(f"<style>/* {{ */ {rules}</style><p>{words}").text == seen


def test_elements_that_are_tables_by_their_role_are_read_as_tables() -> None:
    document = read(
        "<div role=table><div role=row><span role=columnheader>Plan</span><span role=columnheader>"
        "Price</span></div><div role=row><span role=cell>Team</span><span role=cell>45</span></div>"
        "</div><div role=heading aria-level=2>Pay</div><p>By card.</p>"
    )
    assert document.text == "Plan | Price\nTeam | 45\n\nPay\n\nBy card."
    assert [label.of(document.text) for label in document.labels] == ["Plan | Price"]


def test_every_row_of_a_table_carries_its_label_and_headers_are_set_apart() -> None:
    document = read(
        "<table><tr><th rowspan=2>Port<th colspan=2>Leaves<tr><th>Weekday<th>Sunday<tr><td "
        "rowspan=2>Lind<td>7:10<td>9:40<tr><td>16:20<td><p>18:05</p><p>20:00</p><tr>"
        "<td colspan=3>Night boats<tr><td>Var<td><td>1:30</table>"
    )
    assert document.text == (
        "Port | Leaves | Leaves\nPort | Weekday | Sunday\nLind | 7:10 | 9:40\n"
        "Lind | 16:20 | 18:05 / 20:00\n\n"
        "Port | Leaves | Leaves\nPort | Weekday | Sunday\nNight boats\nVar |  | 1:30"
    )
    assert len(document.labels) == 5


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("<p>Monday: 9 to 17<br>Tuesday: closed", ["Monday: 9 to 17", "Tuesday: closed"]),
        ("<p>milk 2 euros<br>bread 3 euros", ["milk 2 euros", "bread 3 euros"]),
        ("<p>The ferry leaves<br>at nine.", ["The ferry leaves at nine."]),
        ("<dl><dt>Phone<dd>555<dt>Fax<dd>556</dl>", ["Phone | 555", "Fax | 556"]),
        ("<ol type=a start=2><li>two<li>three</ol>", ["b. two", "c. three"]),
    ],
)
def test_line_breaks_that_mean_something_are_kept(page: str, rows: list[str]) -> None:
    assert read(page).text.splitlines() == rows


def test_signs_beside_headings_are_no_part_of_them() -> None:
    document = read(
        "<h2>History<span class=mw-editsection>[<a href='?action=edit'>edit</a>]</span></h2><p>Old."
        "<h2>Water<a class=headerlink href='#w'>¶</a></h2><p>Blue.<h2><a href=x>Linked</a></h2>E"
    )
    assert questions(document) == ["History", "Water", "Linked"]


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<h1>Leave</h1><p>A.<h1>Duty</h1><p>B.", "my page"),
        ("<h2>Leave</h2><p>A.<h2>Duty</h2><p>B.", "my page"),
        ("<h1>Staff</h1><h2>Leave</h2><p>A.<h2>Duty</h2><p>B.", "Staff"),
    ],
)
def test_a_heading_is_the_title_if_it_is_alone_at_its_level(page: str, title: str) -> None:
    assert read(page, "my_page.html").title == title


def test_the_language_of_a_short_page_is_the_one_that_it_names() -> None:
    assert read("<html lang=en><p>The home tariff costs 20 euros.").source.language == "en"


def test_signs_that_no_tree_holds_are_no_obstacle() -> None:
    document = read(
        "<p>a</p><script>x</script>\f b &#11; &#xFFFF; &#xD800; \v c <p hidden>x</p>\x01"
    )
    assert document.text.startswith("a")
    assert read("<body><p>a</body></html><p>after").text == "a\n\nafter"
    page = "<base href='//['><link rel=canonical href=x><ol start=" + "9" * 5_000 + "><li>a"
    assert read(page).text == "1. a"


def test_the_name_of_a_page_that_says_it_nowhere_else_is_read_above_it() -> None:
    page = "<title>Lessons start on 4 May</title><h2>Bring</h2><p>A towel."
    assert read(page).text == "Lessons start on 4 May\n\nBring\n\nA towel."
    assert read("<title>Bring | Pool of Ostby</title><h2>Bring</h2><p>A towel.").text == (
        "Bring\n\nA towel."
    )


def test_words_that_a_link_shows_are_read() -> None:
    page = "<p>A boat.</p><div class='read-more-text' style='display:none'>It costs 18.</div>"
    assert "It costs 18." in read(page).text
