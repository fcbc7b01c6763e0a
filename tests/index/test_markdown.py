"""Markdown and its front matter: what is beside CommonMark, and what may not cost the text."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from index import readers
from index.errors import DocumentError
from index.readers import File
from index.text import passages
from index.types import Document


def read(text: str, name: str = "my_file.md") -> Document:
    return readers.read(File(name, Path(name)), text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("fields", "title", "date", "language"),
    [
        ("title: FAQ: returns\ndate: 05.03.2024", "FAQ: returns", "2024-03-05", None),
        ("title: 2024\ndate: 2024-03-05T10:00:00+25:00\nlang: de-AT", "2024", "2024-03-05", "de"),
        ("title: >-\n  Folded\n  words\ndate: 2024-03", "Folded words", None, None),
        ("title:\tTabbed\ntags:\n\t- a\nlanguage: Spanish", "Tabbed", None, None),
        ("title: 'It''s'\ndate: 0000-00-00", "It's", None, None),
        ("a: !!bool x\ntitle: T\ndate: 2024-02-30", "T", None, None),
        ("tags: " + "[" * 1_000 + "\ntitle: T", "T", None, None),
        ("a: &a [x, x]\nb: &b [*a, *a]\ntitle: *b", None, None, None),
        ("title: {{title}}\ndate: {{date}}", None, None, None),
        ("title: [a, b]\nurl: ftp://x", None, None, None),
        ('title: "\\ud800"', None, None, None),
        ("", None, None, None),
    ],
)
def test_a_field_that_cannot_be_read_costs_itself_alone(
    fields: str, title: str | None, date: str | None, language: str | None
) -> None:
    document = read(f"---\n{fields}\n---\nThe pool opens at nine.\n")
    said = "The pool opens at nine."
    # a single word says no more than the title does
    assert document.text == (f"{title}\n\n{said}" if title and " " in title else said)
    source = document.source
    assert source.title == (title or "my file")
    assert source.date == (datetime.date.fromisoformat(date) if date else None)
    assert source.language == (language or "en")


def test_a_title_that_only_the_front_matter_has_is_read_above_the_text() -> None:
    document = read("---\ntitle: Closed until 14 July\n---\nThe pump is being repaired.\n")
    [passage] = passages.split(document)
    assert passage.text == "Closed until 14 July\n\nThe pump is being repaired."
    assert passage.labels == ()
    assert read("---\ntitle: Pool\n---\n# The pool\n\nText.").text == "The pool\n\nText."


def test_toml_is_front_matter_too_and_a_rule_is_none() -> None:
    source = read(
        '+++\ntitle = "A"\ndate = 2024-03-05T10:00:00Z\n[extra]\na = 1\n+++\nText.'
    ).source
    assert (source.title, source.date) == ("A", datetime.date(2024, 3, 5))
    assert read("---\n\nAfter a rule.\n\n---\n\nMore.").text == "After a rule.\n\nMore."
    assert "Prose" in read("---\nNote: this begins.\n\nProse here.\n\n---\nx").text
    assert (
        "b399"
        in read("---\n" + "".join(f"b{n}: {'x' * 200}\n" for n in range(400)) + "---\nx").text
    )


def test_a_byte_order_mark_hides_no_heading() -> None:
    document = read("\ufeff# Rules\n\nDoors close at ten.")
    assert (document.title, document.text) == ("Rules", "Rules\n\nDoors close at ten.")
    # files that were put together have marks in their middle
    document = read("\ufeff\ufeffFirst.\n\n\ufeff# Rules\n\nDoors close at ten.")
    assert document.text == "First.\n\nRules\n\nDoors close at ten."


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("See [[Page|the page]], [[Other]] and `[[a|b]]`.", "See the page, Other and [[a|b]]."),
        ("Open %%to me alone%% now.\n\n%%\na\n\nb\n%%\n\nEnd.", "Open now.\n\nEnd."),
        ("500[^1] or 5[^1].\n\n[^1]: In advance.", "500[1] or 5[1].\n\n1. In advance."),
        ("x^2^ and 2^10 and x^2+y^2", "x² and 2^10 and x^2+y^2"),
        (r"By $a_1*b_2 = \{x\}$ it costs $5 or $10 *more*.", None),
        ("It costs ~~120~~ 90.", "It costs 90."),
        (
            "Name: Ann\nPhone: 555\n\nLong line\nwrapped.",
            "Name: Ann\nPhone: 555\n\nLong line wrapped.",
        ),
        ("Open 9 to 17  \nClosed on Sunday", "Open 9 to 17\nClosed on Sunday"),
        ("> [!WARNING]\n> Never do.\n> Never.", "Warning\n\nNever do. Never."),
        ('!!! note "Take care"\n    It is hot.\n    Still.', "Take care\n\nIt is hot. Still."),
        (":::tip Before\nSit down.\n:::\n\n::: {.x}\nUp.\n:::", "Before\n\nSit down.\n\nUp."),
        ("1. **Paid?**\n\n   Yes.\n2. **Open?**\n\n   No.", "1. Paid?\n\nYes.\n\n2. Open?\n\nNo."),
        ("**Paid?**\nYes.\n\n- **Open?** No.", "Paid?\n\nYes.\n\nOpen?\n\nNo."),
        ("Q: Is it open?\nA: Yes.", "Q: Is it open?\n\nA: Yes."),
        ("Use <script> here.\n\nThen <b>b</b>.", "Use <script> here.\n\nThen b."),
        ("<template>\n\nmore", "<template>\n\nmore"),
        ("<div>The <b>2</b>,500 <i>un</i>usual</div>", "The 2,500 unusual"),
        ("<div style='display:none'>gone</div>\n\nText.", "Text."),
        ("1. Choose:\n\n   | a | b |\n   |---|---|\n   | c | d |\n\n2. Pay.", None),
    ],
)
def test_what_people_write_is_read_as_it_is_shown(text: str, seen: str | None) -> None:
    otherwise = {
        "By": r"By $a_1*b_2 = \{x\}$ it costs $5 or $10 more.",
        "1.": "1. Choose:\n\na | b\nc | d\n\n2. Pay.",
    }
    assert read(text).text == (seen or otherwise[text[:2]])


def test_lists_may_be_fifty_deep_and_deeper_ones_are_refused_not_cut() -> None:
    def deep(levels: int) -> str:
        return "".join("  " * level + "- a\n" for level in range(levels)) + "\nAfter.\n"

    assert read(deep(48)).text.endswith("After.")
    with pytest.raises(DocumentError, match="nested too deeply"):
        read(deep(60))
    with pytest.raises(DocumentError, match="nested too deeply"):
        read("> " * 500 + "x")


@pytest.mark.parametrize("text", ["<!--", "<![CDATA[", "%%\n", "[[", "^a", "$a ", "<x a=1 "])
def test_what_is_opened_again_and_again_is_read_or_refused(text: str) -> None:
    try:
        read(text * 3_000)
    except DocumentError:
        return


def test_words_that_are_marked_lose_their_signs_and_nothing_else_does() -> None:
    source = "Pay ==5 **euros**== now; x==y==z, a == b == c and `==k==`."
    assert read(source).text == "Pay 5 euros now; x==y==z, a == b == c and ==k==."
