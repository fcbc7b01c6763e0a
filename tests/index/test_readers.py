"""Files -> documents: every character of the reading text is accounted for."""

from __future__ import annotations

import datetime
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import readers
from index.errors import DocumentError, KnowledgeError
from index.readers import MAX_BYTES, File
from index.text import passages
from index.types import Document, Span
from tests.index.made import pdf, word

Write = Callable[[str, bytes | str], Document]

BLOCKS = st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_characters="\0")
        | st.sampled_from(" .\n\r\t#*_-`|[]()<>!?\ufeff«»"),
        max_size=80,
    )
    | st.sampled_from(["# Heading", "- item", "1. one", "| a | b |\n|---|---|\n| c | d |", "***"])
    | st.sampled_from(["A short sentence.", "He paid 3.50 to Dr. Smith. It was late! " * 30]),
    max_size=12,
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and reads it as a document."""

    def write(name: str, content: bytes | str) -> Document:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        file = File(name, path)
        return readers.read(file, file.load())

    return write


def paragraphs(document: Document) -> list[str]:
    return [span.of(document.text) for span in document.paragraphs]


def sentences(document: Document) -> list[str]:
    return [span.of(document.text) for span in document.sentences]


def text_of(blocks: list[str]) -> bytes:
    return "\n\n".join(blocks).encode()


def page_of(blocks: list[str]) -> bytes:
    """Some of the blocks as they are, tags and all, others as the words of elements."""
    tags = itertools.cycle(
        ["{}", "<p>{}", "<h2>{}</h2>", "<ul><li>{}</ul>", "<td>{}", "<pre>{}<br>"]
    )
    return "".join(tag.format(block) for tag, block in zip(tags, blocks, strict=False)).encode()


def pages_of(blocks: list[str]) -> bytes:
    """A page for every three blocks, in two sizes and at three edges."""
    places = itertools.cycle([(72, 10), (72, 10), (90, 10), (72, 18), (300, 10)])
    lines = [
        (left, 800 - 12 * number, size, block)
        for number, ((left, size), block) in enumerate(zip(places, blocks, strict=False))
    ]
    return pdf(*(lines[first : first + 3] for first in range(0, len(lines), 3)), [])


def word_of(blocks: list[str]) -> bytes:
    """The blocks as paragraphs, headings, items and cells."""
    document = docx.Document()
    styles = itertools.cycle([None, "Heading 1", None, "List Number", "List Bullet 2"])
    for style, block in zip(styles, blocks, strict=False):
        # what XML cannot hold
        shown = "".join(letter for letter in block if letter.isprintable() or letter in "\t\n")
        document.add_paragraph(shown, style=style)
        document.add_table(1, 2).cell(0, 1).text = shown
    return word(document)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.txt", text_of),
        ("a.md", text_of),
        ("a.html", page_of),
        ("a.pdf", pages_of),
        ("a.docx", word_of),
    ],
)
@settings(deadline=None)
@given(blocks=BLOCKS)
def test_the_house_invariants_hold_for_any_text(
    name: str, made: Callable[[list[str]], bytes], blocks: list[str]
) -> None:
    """Spans are slices; every sentence is in one passage; passages do not overlap."""
    data = made(blocks)
    try:
        document = readers.read(File(name, Path(name)), data)
    except DocumentError:
        return
    text = document.text
    if name == "a.txt":
        assert text == data.decode()
    for spans in (document.paragraphs, document.sentences):
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
        assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
    for heading in document.headings:
        assert text[heading.start : heading.end] == heading.text
    inside = [
        any(p.start <= s.start and s.end <= p.end for p in document.paragraphs)
        for s in document.sentences
    ]
    assert all(inside)
    split = passages.split(document)
    headings = {Span(heading.start, heading.end) for heading in document.headings}
    quoted = [span for passage in split for span in passage.sentences]
    assert [span for span in quoted if span not in headings] == list(document.sentences)
    for passage in split:
        assert text[passage.start : passage.end] == passage.text
        assert 1 <= passage.first_paragraph <= passage.last_paragraph <= len(document.paragraphs)
    assert all(one.end <= two.start for one, two in itertools.pairwise(split))
    assert all(0 <= page.start <= page.end <= len(text) for page in document.pages)
    assert all(one.end <= two.start for one, two in itertools.pairwise(document.pages))
    above = {Span(heading.start, heading.end) for heading in document.headings}
    for passage in split:
        # headings may stand on a page before; what follows them says the page
        begins = next((s for s in passage.sentences if s not in above), passage.sentences[0]).start
        within = [page.start <= begins < page.end for page in document.pages]
        assert passage.page == (within.index(True) + 1 if within else None)
    seen = "".join(text[s.start : s.end] for s in document.sentences)
    whole = "".join(text[p.start : p.end] for p in document.paragraphs)
    assert "".join(seen.split()) == "".join(whole.split())
    assert readers.read(File(name, Path(name)), data) == document


def test_text_is_kept_to_the_letter(write: Write) -> None:
    content = "\ufeffTitle here\r\n\r\nOne  line.\r\nTwo\tlines.\r\n \r\nNext.\n"
    document = write("a.txt", content)
    assert document.text == content
    assert document.title == "Title here"
    assert paragraphs(document) == ["One  line.\r\nTwo\tlines.", "Next."]


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("A title without a stop", "A title without a stop"),
        ("This is a sentence.", "my file name"),
        ("“Is this a title?”", "my file name"),
        ("word " * 40, "my file name"),
    ],
)
def test_the_title_is_a_short_first_line_that_ends_like_no_sentence(
    write: Write, first: str, title: str
) -> None:
    document = write("my_file-name.txt", f"{first}\n\nThe body follows.")
    assert document.title == title
    assert paragraphs(document)[-1] == "The body follows."
    assert len(document.paragraphs) == (1 if title == first else 2)


def test_a_text_of_one_line_is_a_paragraph_not_a_title(write: Write) -> None:
    document = write("phone.txt", "Call 555-0199 for help")
    assert (document.title, paragraphs(document)) == ("phone", ["Call 555-0199 for help"])


def test_long_lines_without_blank_lines_between_are_paragraphs(write: Write) -> None:
    lines = [f"Line {number} goes on {'and on ' * 40}to its end." for number in range(3)]
    assert paragraphs(write("a.txt", "\n".join(lines))) == lines


def test_hard_wrapped_lines_are_one_paragraph_and_a_line_break_ends_no_sentence(
    write: Write,
) -> None:
    document = write(
        "a.txt", "The ferry leaves at four\nfrom the pier. It is\nblue.\n\nSecond one."
    )
    assert paragraphs(document) == [
        "The ferry leaves at four\nfrom the pier. It is\nblue.",
        "Second one.",
    ]
    assert sentences(document)[:2] == ["The ferry leaves at four\nfrom the pier.", "It is\nblue."]


def test_utf_16_with_its_mark_is_read(write: Write) -> None:
    assert "Überfahrt" in write("a.txt", "Die Überfahrt dauert lang.".encode("utf-16")).text


def test_the_language_is_told_from_the_text(write: Write) -> None:
    english = "The lighthouse at the end of the pier has many steps."
    assert write("a.txt", english).source.language == "en"
    assert write("b.txt", "Библиотека открылась в прошлом веке.").source.language == "ru"
    assert write("c.txt", "Der Leuchtturm am Ende der Mole hat Stufen.").source.language == "de"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", "contains no text; remove it or add some"),
        ("a.txt", b" \n\r\n\t", "contains no text; remove it or add some"),
        ("a.md", b"<!-- nothing -->\n", "contains no text; remove it or add some"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file, not text"),
        ("a.txt", b"plain\0text", "a binary file, not text"),
        ("a.txt", "Привет".encode("cp1251"), r"not UTF-8 \(byte 0 of 6\).* save it as UTF-8"),
        (
            "a.doc",
            b"PK",
            "this kind of file cannot be read; convert it to one of .csv.* .pdf, .*txt",
        ),
        ("README", b"words", "this kind of file cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_remedy(
    write: Write, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(DocumentError, match=message):
        write(name, content)


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(1024**3)
    with pytest.raises(DocumentError, match=r"1,024 MB is too large; the limit is 64 MB, split"):
        File("big.txt", path).load()


def test_a_file_at_the_limit_without_a_full_stop_is_read(write: Write) -> None:
    document = write("a.txt", b"word " * (MAX_BYTES // 64 // 5))
    assert all(span.end - span.start <= 1_000 for span in document.sentences)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(DocumentError, match="not a regular file"):
        File("pipe.txt", tmp_path / "pipe.txt").load()


def test_a_file_that_vanished_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read: No such file"):
        File("gone.txt", tmp_path / "gone.txt").load()


def test_files_are_found_below_the_folder_hidden_ones_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a b 🐚.txt", "deep/er/c.md", ".hidden.txt", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Words.")
    assert [file.id for file in readers.find(tmp_path)] == ["a b 🐚.txt", "b.txt", "deep/er/c.md"]


def test_a_name_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text("Words.")
    [file] = readers.find(tmp_path)
    with pytest.raises(DocumentError, match="its name is not UTF-8; rename it"):
        readers.read(file, file.load())


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(KnowledgeError, match="no such folder"):
        readers.find(tmp_path / "x")


MARKDOWN = """---
title: Front title
date: 2021-08-27 10:30:00
language: EN-gb
url: https://example.org/a
note: anything
---
# First *heading*

A [link](https://example.org "x"), `code`, **bold** and ![a cat](cat.png).
Soft break. <b>Tag</b> &amp; entity<!-- unseen -->.

## Lists

* one
* two with `code`
  1. nested
  2. again

     second paragraph

3. third
4. fourth

> Quoted words.

| Name | Age |
|------|-----|
| Ann  | 41  |

```python
x = 1
y = 2
```

<div>Shown <script>hidden()</script></div>

Last[^1]
--------

The end.
"""


def test_the_reading_text_of_markdown_is_what_a_reader_sees(write: Write) -> None:
    document = write("a.md", MARKDOWN)
    assert document.text == (
        "Front title\n\n"
        "First heading\n\n"
        "A link, code, bold and a cat. Soft break. Tag & entity.\n\n"
        "Lists\n\n"
        "• one\n• two with code\n  1. nested\n  2. again\nsecond paragraph\n\n"
        "3. third\n4. fourth\n\n"
        "Quoted words.\n\n"
        "Name | Age\nAnn | 41\n\n"
        "x = 1\ny = 2\n\n"
        "Shown\n\n"
        "Last[^1]\n\n"
        "The end."
    )
    source = document.source
    assert (source.title, source.language, source.url) == (
        "Front title",
        "en",
        "https://example.org/a",
    )
    assert source.date == datetime.date(2021, 8, 27)
    assert [(h.level, h.text) for h in document.headings] == [
        (0, "Front title"),
        (1, "First heading"),
        (2, "Lists"),
        (2, "Last[^1]"),
    ]


def test_list_items_rows_and_code_lines_are_sentences_of_their_own(write: Write) -> None:
    document = write("a.md", MARKDOWN)
    for row in ("• one", "1. nested", "Name | Age", "Ann | 41", "x = 1", "3. third"):
        assert row in sentences(document)


def test_headings_name_the_passages_below_and_begin_the_first_of_them(write: Write) -> None:
    split = passages.split(write("a.md", MARKDOWN))
    assert [(p.heading, p.text[:16]) for p in split] == [
        ("First heading", "Front title\n\nFir"),
        ("Lists", "Lists\n\n• one\n• t"),
        ("Last[^1]", "Last[^1]\n\nThe en"),
    ]


_TELLS = "Tea keeps for two years in a closed tin kept dry"


@pytest.mark.parametrize(
    ("text", "passage", "body"),
    [
        ("# Storing tea\n\nKeep it dry.", "Storing tea\n\nKeep it dry.", 1),
        ("# How to store tea?\n\nKeep it dry.", "How to store tea?\n\nKeep it dry.", 1),
        ("# Rules for room 11\n\nKeep it dry.", "Rules for room 11\n\nKeep it dry.", 1),
        ("# What is a tin\n\nKeep it dry.", "What is a tin\n\nKeep it dry.", 1),
        # what tells something may be what answers
        (f"# {_TELLS}\n\nKeep it dry.", f"{_TELLS}\n\nKeep it dry.", 2),
        ("# Tin code: tea42\n\nKeep it dry.", "Tin code: tea42\n\nKeep it dry.", 2),
        ("# The shop is shut until 3 May\n\nYes.", "The shop is shut until 3 May\n\nYes.", 2),
        ("# Tea is sold out\n\nSorry.", "Tea is sold out\n\nSorry.", 2),
        (f"# {_TELLS}\n\n## Tins\n\nDry.", f"{_TELLS}\n\nTins\n\nDry.", 2),
        (
            "# Tea\n\n## In tins\n\n### Which?\n\nDry.",
            "Tea\n\nIn tins\n\nWhich?\n\nDry.",
            1,
        ),
        # a blank that does not break a line is one too
        (
            "# Tea\n\n## How long does\u00a0it keep?\n\nDry.",
            "Tea\n\nHow long does\u00a0it keep?\n\nDry.",
            1,
        ),
        # a sentence that says what the title says is a sentence
        ("---\ntitle: Keep it dry.\n---\nKeep it dry. Or not.", "Keep it dry. Or not.", 2),
    ],
)
def test_headings_begin_the_first_passage_and_answer_nothing(
    write: Write, text: str, passage: str, body: int
) -> None:
    """Except for the title of a document that tells something, which may be what answers."""
    [found] = passages.split(write("a.md", text))
    assert found.text == passage
    assert len(found.body) == body


def test_without_front_matter_the_first_heading_or_the_name_is_the_title(write: Write) -> None:
    assert write("a.md", "# Real title\n\nText.").title == "Real title"
    assert write("the-name.md", "## One\n\nText.\n\n## Two\n\nText.").title == "the name"
    assert write("rule.md", "---\n\nText after a rule.\n\n---\n\nMore.").title == "rule"
    assert write("crlf.md", "---\r\ntitle: Windows\r\n---\r\nText.").title == "Windows"


def document_of(text: str) -> Document:
    return readers.read(File("a.txt", Path("a.txt")), text.encode())


def test_a_paragraph_is_a_passage(tmp_path: Path) -> None:
    first, second = "First one here. " * 12, "Second one here. " * 20
    split = passages.split(document_of(f"{first}\n\n{second}"))
    assert [p.text for p in split] == [first.strip(), second.strip()]
    assert [p.locator for p in split] == [
        f"a.txt#p1-1:0-{len(first) - 1}",
        f"a.txt#p2-2:{len(first) + 2}-{len(first) + 1 + len(second)}",
    ]


def test_a_long_paragraph_is_cut_at_sentences_into_like_parts() -> None:
    text = "".join(f"Sentence {number} is about the sea and the wind. " for number in range(60))
    split = passages.split(document_of(text))
    assert len(split) == 3
    assert all(800 <= len(p.text) <= 1_000 for p in split)
    assert all(p.text.startswith("Sentence") and p.text.endswith(".") for p in split)
    assert {(p.first_paragraph, p.last_paragraph) for p in split} == {(1, 1)}


def test_short_neighbours_are_joined_but_not_across_a_heading() -> None:
    text = "# A\n\nOne.\n\nTwo.\n\nThree.\n\n## B\n\nFour."
    document = readers.read(File("a.md", Path("a.md")), text.encode())
    split = passages.split(document)
    assert [(p.text, p.first_paragraph, p.last_paragraph, p.heading) for p in split] == [
        ("A\n\nOne.\n\nTwo.\n\nThree.", 1, 3, None),
        ("B\n\nFour.", 4, 4, "B"),
    ]
    assert split[0].body == (Span(3, 7), Span(9, 13), Span(15, 21))


def test_a_short_paragraph_that_comes_first_goes_with_a_long_one() -> None:
    """With one before it only as far as both are short enough to be one passage together."""
    lead, long = "These rules hold for all who visit.", "No visitor may feed the seals. " * 40
    assert len(long) > 1_000
    [passage] = passages.split(document_of(f"{lead}\n\n{long}"))
    assert passage.text.startswith(lead)
    assert (passage.first_paragraph, passage.last_paragraph) == (1, 2)
    _, second = passages.split(document_of(f"{long}\n\n{lead}"))
    assert second.text == lead
