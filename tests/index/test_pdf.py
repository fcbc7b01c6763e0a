"""PDF: pages, broken lines joined again, headings by size, and what has no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.messages.quoting import place
from bot.messages.texts import Texts
from index import readers
from index.errors import DocumentError
from index.readers import File
from index.readers.pdf.document import opened
from index.readers.pdf.glyphs import sheet
from index.readers.pdf.picture import marked
from index.readers.pdf.views import View
from index.text import passages
from index.types import Document
from tests.index.made import Text, pdf

WIDE = "The ferry leaves from the northern pier of the harbour"  # a line that fills its column


def read(data: bytes, name: str = "a.pdf") -> Document:
    return readers.read(File(name, Path(name)), data)


def lines(*words: str, top: float = 700, left: float = 72, size: float = 10) -> list[Text]:
    """Lines one below the other."""
    return [(left, top - 1.2 * size * n, size, line) for n, line in enumerate(words)]


def paragraphs(document: Document) -> list[str]:
    return [span.of(document.text) for span in document.paragraphs]


def test_lines_that_were_broken_to_fit_are_one_paragraph() -> None:
    document = read(pdf(lines(WIDE, "at four.", WIDE, "at five.")))
    assert document.text == f"{WIDE} at four.\n\n{WIDE} at five."


def test_a_gap_and_an_indent_begin_a_paragraph() -> None:
    document = read(
        pdf(
            [
                *lines(WIDE, f"and {WIDE}.", top=700),
                *lines(f"It is blue. {WIDE}.", top=650),
                (90, 638, 10, f"Indented. {WIDE}"),
                (72, 626, 10, "goes on."),
            ]
        )
    )
    assert paragraphs(document) == [
        f"{WIDE} and {WIDE}.",
        f"It is blue. {WIDE}.",
        f"Indented. {WIDE} goes on.",
    ]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("hyphen-", "ation here.", "hyphenation here."),
        ("hy\xad", "phen here.", "hyphen here."),
        ("a well-known or well-", "known name.", "a well-known or well-known name."),
        ("Jean-", "Paul wrote.", "Jean-Paul wrote."),
        ("OPTIONAL or OP-", "TIONAL fields.", "OPTIONAL or OPTIONAL fields."),
        ("in 1914-", "18 and later.", "in 1914-18 and later."),
        ("перено-", "сится слово.", "переносится слово."),
        ("a dash -", "as it were.", "a dash - as it were."),
    ],
)
def test_a_hyphen_that_a_line_end_made_is_gone_and_any_other_stays(
    first: str, second: str, joined: str
) -> None:
    assert read(pdf(lines(f"{WIDE} {first}", second))).text == f"{WIDE} {joined}"


def test_a_hyphen_at_the_very_end_is_kept() -> None:
    assert read(pdf(lines("Call 555-"))).text == "Call 555-"


def test_list_items_and_rows_of_a_table_stand_alone() -> None:
    data = pdf(
        [
            *lines(f"{WIDE}.", top=750),
            *lines("You need:", "• a ticket", "• a coat", "1. Go aboard.", "2. Sit down."),
            (72, 600, 10, "Name"),
            (200, 600, 10, "Age"),
            (72, 588, 10, "Ann"),
            (200, 588, 10, "41"),
        ]
    )
    assert paragraphs(read(data)) == [
        f"{WIDE}.",
        "You need:",
        "• a ticket",
        "• a coat",
        "1. Go aboard.",
        "2. Sit down.",
        "Name Age\nAnn 41",
    ]


def test_larger_lines_are_headings_by_their_size() -> None:
    document = read(
        pdf(
            [
                *lines("The harbour", "of Lindmouth", size=24, top=780),
                *lines(WIDE, "at four.", top=700),
                *lines("Tides", size=14, top=650),
                *lines(WIDE, "at five.", top=620),
            ]
        )
    )
    assert [(h.level, h.text) for h in document.headings] == [
        (1, "The harbour of Lindmouth"),
        (2, "Tides"),
    ]
    assert document.title == "The harbour of Lindmouth"
    assert [p.heading for p in passages.split(document)] == [None, "Tides"]


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("Гавань 🐚", "Гавань 🐚"),
        ("Microsoft Word - draft7.doc", "my file"),
        ("scan.pdf", "my file"),
        ("Untitled", "my file"),
        (None, "my file"),
    ],
)
def test_the_title_is_the_documents_own_unless_a_program_made_it(
    given: str | None, title: str
) -> None:
    assert read(pdf(lines("Words."), title=given), "my_file.pdf").title == title


def test_cyrillic_emoji_and_ligatures_are_letters() -> None:
    assert read(pdf(lines("Маяк 🐚 is ﬁne <&> £7.50"))).text == "Маяк 🐚 is fine <&> £7.50"


def test_a_passage_has_the_page_of_its_start_and_its_place_names_it() -> None:
    line = f"{WIDE} and {WIDE}"
    document = read(
        pdf(
            lines(line, line, "at four."),
            lines(line, line, f"{line}, and the pas-"),
            lines("sage takes two hours.", line, line, "at five."),
        )
    )
    split = passages.split(document)
    assert [passage.page for passage in split] == [1, 2, 3]
    assert split[1].text == f"{line} {line} {line}, and the passage takes two hours."
    assert document.pages[1].of(document.text).endswith("and the pas")
    assert document.pages[2].of(document.text).startswith("sage takes two hours.")
    assert place(split[1], Texts("en")) == "paragraph 2, page 2"


def test_a_page_without_text_is_counted_and_moves_no_number() -> None:
    document = read(pdf([], lines(f"{WIDE}."), [], lines(f"Last. {WIDE}.")))
    assert [page.of(document.text) for page in document.pages] == [
        "",
        f"{WIDE}.",
        "",
        f"Last. {WIDE}.",
    ]
    assert document.blank_pages == 2
    assert [p.page for p in passages.split(document)] == [2, 4]


def test_short_paragraphs_of_two_pages_are_two_passages() -> None:
    """So that the page that is cited is the one where the words stand."""
    document = read(
        pdf(lines("The tides of the harbour."), lines(f"High water is at noon. {WIDE}."))
    )
    assert [(p.page, p.text.split()[0]) for p in passages.split(document)] == [
        (1, "The"),
        (2, "High"),
    ]


def test_running_titles_and_page_numbers_are_left_out() -> None:
    document = read(
        pdf(
            *(
                [
                    (72, 800, 8, f"Chapter {number}"),
                    *lines(f"Sentence {words} begins. {WIDE}", "and goes on"),
                    (300, 30, 8, str(number)),
                ]
                for number, words in enumerate(["one", "two", "three"], start=1)
            )
        )
    )
    assert "Chapter" not in document.text
    assert not any(character.isdigit() for character in document.text)
    assert document.text.count("begins") == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pdf([], []), "no text layer; run OCR first"),
        (b"%PDF-1.7\n", "not a PDF file, or a damaged one; export it again"),
        (b"", "not a PDF file"),
        (pdf(lines("Words."))[:300], "not a PDF file|no text layer"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_remedy(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        read(data)


def test_what_needs_a_password_is_told() -> None:
    with pytest.raises(DocumentError, match="it is encrypted; save it without a password"):
        read(pdf(lines("Words."), locked=True))


@pytest.mark.parametrize("box", [b"[0 0 595 842]", b"[0 0 595 842]/CropBox [-20 -20 700 900]"])
def test_a_page_may_have_its_size_from_what_it_belongs_to(box: bytes) -> None:
    """Or say that more of it is shown than there is."""
    data = pdf([(72, 815, 10, "Ferries leave at four."), (72, 700, 10, "They are free.")])
    data = data.replace(b"/MediaBox [0 0 595 842]", b"")
    data = data.replace(b"/Type /Pages", b"/Type /Pages /MediaBox " + box)
    # its table of places no longer fits; PDFium finds the objects without
    data = data[: data.index(b"xref")] + b"trailer << /Root 1 0 R >>"
    document = readers.read(File("a.pdf"), data)
    assert (document.text, document.omissions) == (
        "Ferries leave at four.\n\nThey are free.",
        (),
    )
    with opened(data) as (found, _):
        assert found[0].get_size() == (595, 842)
    sentence = document.sentences[0]
    view = View(0, document.text, ((sentence.start, sentence.end),))
    with opened(data) as (found, form):
        [box_of_line], _ = marked(sheet(found, form, 0), view)
    # from below, as the page is drawn
    assert box_of_line.holds(80, 818)
    assert not box_of_line.holds(80, 798)
