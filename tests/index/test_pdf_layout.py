"""PDF: what the places of the characters say: columns, tables, raised digits, direction."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import readers
from index.readers import File
from index.readers.pdf.glyphs import Glyph
from index.readers.pdf.lines import line
from index.types import Document
from tests.index.made import Text, pdf

PROSE = """The committee reviewed the annual report of the harbour and found that the income had
grown by twelve per cent since the new pier was opened in spring.""".split()


def read(*pages: list[Text | str], **more: object) -> Document:
    return readers.read(File("a.pdf", Path("a.pdf")), pdf(*pages, **more))  # type: ignore[arg-type] # as pdf takes them


def paragraphs(document: Document) -> list[str]:
    return [span.of(document.text) for span in document.paragraphs]


def omitted(document: Document, kind: str) -> list[str]:
    return [omission.text for omission in document.omissions if omission.kind == kind]


def column(x: float, words: list[str], top: float = 700) -> list[Text | str]:
    rows = [" ".join(words[at : at + 5]) for at in range(0, len(words), 5)]
    return [(x, top - 12 * at, 10, row) for at, row in enumerate(rows)]


def raised(*parts: str | tuple[str, float], y: float = 700) -> list[Text | str]:
    """A line of text, with smaller parts that stand higher or lower than it."""
    x, found = 60.0, list[Text | str]()
    for part in parts:
        words, rise = (part, 0.0) if isinstance(part, str) else part
        size = 7 if rise else 10
        found.append((x, y + rise, size, words))
        x += 0.5 * size * len(words)
    return found


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["The fee is 500", ("1", 4), " crowns."], "The fee is 500[1] crowns."),
        (["The fee", ("2", 4), " is 500."], "The fee[2] is 500."),
        (["It holds 10", ("6", 4), " cells."], "It holds 10⁶ cells."),
        (["Of 10", ("-3", 4), " grams."], "Of 10⁻³ grams."),
        (["A room of 30 m", ("2", 4), " only."], "A room of 30 m² only."),
        (["On the 21", ("st", 4), " of May."], "On the 21st of May."),
        (["Water is H", ("2", -2), "O."], "Water is H₂O."),
        (["See 12", ("3,4", 4), " here."], "See 12[3,4] here."),
        (["A line of 120", ("*", 4), " boats."], "A line of 120* boats."),
    ],
)
def test_what_is_raised_or_lowered_joins_no_number(
    parts: list[str | tuple[str, float]], text: str
) -> None:
    assert read(raised(*parts)).text == text


def test_a_stacked_fraction_is_one_with_a_stroke() -> None:
    page: list[Text | str] = [
        (60, 700, 10, "Give 2"),
        (93, 704, 7, "1"),
        (93, 695.5, 7, "2"),
        "92.5 702 4.5 0.4 re f",
        (101, 700, 10, "tablets each morning."),
    ]
    assert read(page).text == "Give 2 1/2 tablets each morning."


def test_letters_drawn_one_by_one_in_any_order_are_a_line() -> None:
    line = "Thursday 10 to 19"
    page: list[Text | str] = [
        (60 + 5 * at, 700, 10, letter) for at, letter in enumerate(line) if letter != " "
    ]
    assert read(page[::-1]).text == line


@pytest.mark.parametrize("by_row", [True, False])
def test_columns_are_read_one_after_the_other(by_row: bool) -> None:
    left, right = column(60, PROSE), column(330, [word.lower() for word in PROSE])
    lines = [line for pair in zip(left, right, strict=True) for line in pair]
    title: Text = (
        60,
        740,
        10,
        "A line above both of the columns that runs from left to right edge",
    )
    document = read([title, *(lines if by_row else left + right)])
    assert paragraphs(document)[1:] == [" ".join(PROSE), " ".join(PROSE).lower()]


def test_a_sentence_of_two_columns_is_not_cut_by_a_note() -> None:
    words = [*PROSE[:-1], "in", "the", "wet"]
    note: Text = (60, 600, 7, "1 Without the tax.")
    rest = column(330, ["spring", "of", "last", "year,", "which", *PROSE[1:]])
    document = read([*column(60, words), note, *rest])
    assert paragraphs(document)[0] == "1 Without the tax."
    assert "in the wet spring of last year" in paragraphs(document)[1]


def test_rows_of_labels_and_values_are_read_one_by_one() -> None:
    page: list[Text | str] = []
    for at, (label, value) in enumerate([("Basic rent", "1,250.50"), ("Heating", "140.00")]):
        page += [(60, 700 - 20 * at, 10, label), (450, 700 - 20 * at, 10, value)]
    document = read(page)
    assert document.text == "Basic rent 1,250.50\nHeating 140.00"
    assert [span.of(document.text) for span in document.sentences] == document.text.split("\n")


def test_a_ruled_table_has_its_header_and_whole_cells() -> None:
    rules = [f"60 {y} 300 0.5 re f" for y in (715, 695, 660, 640)]
    rows: list[Text | str] = [
        *((x, 700, 10, words) for x, words in [(62, "Plan"), (200, "Price"), (300, "Users")]),
        *((x, 678, 10, words) for x, words in [(200, "15 euros"), (300, "3")]),
        *((62, y, 10, words) for y, words in [(684, "Small plan of"), (672, "one year")]),
        *((x, 646, 10, words) for x, words in [(62, "Team"), (200, "45 euros"), (300, "10")]),
    ]
    document = read([*rules, *rows])
    assert document.text == (
        "Plan | Price | Users\nSmall plan of one year | 15 euros | 3\nTeam | 45 euros | 10"
    )
    assert [span.of(document.text) for span in document.labels] == ["Plan | Price | Users"]


def test_a_cell_over_two_rows_is_read_with_both() -> None:
    rules = ["60 715 300 0.5 re f", "60 695 300 0.5 re f", "160 675 200 0.5 re f"]
    rules += ["60 655 300 0.5 re f"]
    cells = [(62, 680, "Lund"), (170, 700, "10:15"), (270, 700, "11:30")]
    cells += [(62, 700, "Port"), (170, 680, "16:20"), (270, 680, "18:05"), (170, 660, "19:00")]
    cells += [(270, 660, "20:45")]
    document = read([*rules, *((x, y, 10, words) for x, y, words in cells)])
    assert document.text.endswith("Lund | 16:20 | 18:05\nLund | 19:00 | 20:45")


def test_bullets_that_are_drawn_part_the_items_of_a_list() -> None:
    page: list[Text | str] = []
    for at, words in enumerate(["Milk is bought on Monday", "Bread is bought on Tuesday"]):
        page += [(72, 700 - 14 * at, 10, words), f"60 {702 - 14 * at} 4 4 re f"]
    assert paragraphs(read(page)) == ["• Milk is bought on Monday", "• Bread is bought on Tuesday"]


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (".)מ״עמ ללוכ( 1,250.50 אוה ריחמה", "המחיר הוא 1,250.50 (כולל מע״מ)."),
        (".9:30 ةعاسلا يف ةبتكملا حتفت", "تفتح المكتبة في الساعة 9:30."),
        ("בשחמב ןאכ ליעפ Windows 10", "Windows 10 פעיל כאן במחשב"),
        ("The word םולש means peace", "The word שלום means peace"),
    ],
)
def test_right_to_left_text_is_in_the_order_of_reading(seen: str, text: str) -> None:
    mirrored = seen.replace(")מ״עמ", "(מ״עמ").replace("ללוכ(", "ללוכ)") if ")מ" in seen else seen
    assert read([(60, 700, 10, mirrored)]).text == text


def pages(*, foot: list[str], head: str = "") -> list[list[Text | str]]:
    found: list[list[Text | str]] = []
    for words in foot:
        page = column(60, PROSE, top=740)
        found.append([*page, (280, 30, 10, words), *([(60, 810, 10, head)] if head else [])])
    return found


@pytest.mark.parametrize(
    "foot",
    [
        ["i", "ii", "iii"],
        ["- 4 -", "- 5 -"],
        ["Boat club · rev. 2 · page 1", "Boat club · rev. 2 · page 2"],
        ["1"],
        ["Page 1 of 2", "Page 2 of 2"],
    ],
)
def test_what_counts_the_pages_in_the_margin_is_set_apart(foot: list[str]) -> None:
    document = read(*pages(foot=foot, head="Handbook" if len(foot) > 1 else ""))
    assert all(words not in document.text for words in foot if len(words) > 2)
    # of two pages the first keeps what stands above both: it may be their title
    assert document.text.count("Handbook") == int(len(foot) == 2)
    assert [words for words in omitted(document, "furniture") if words != "Handbook"] == foot


@pytest.mark.parametrize(
    "lines",
    [
        ["The fine is 3 euros.", "The fine is 5 euros.", "The fine is 8 euros."],
        ["Total: 120 euros", "Total: 980 euros", "Total: 455 euros"],
        ["Room 11", "Room 12", "Room 13"],
    ],
)
def test_lines_of_the_text_that_are_alike_are_kept(lines: list[str]) -> None:
    for top in (752, 668):
        text = read(*([*column(60, PROSE, top=740), (60, top, 10, line)] for line in lines)).text
        assert all(line in text for line in lines)


def test_a_sentence_goes_on_past_what_was_set_apart_only_if_it_surely_does() -> None:
    one, two = pages(foot=["Club 1", "Club 2"])
    one.append((60, 668, 10, "It was written in the winter of the year by the"))
    two.insert(0, (60, 752, 10, "keeper of the light."))
    assert "of the year by the keeper of the light." in read(one, two).text
    two[0] = (60, 752, 10, "Several members pay.")
    assert "by the\n\nSeveral members pay." in read(one, two).text


def test_the_value_of_a_field_is_read_beside_its_label() -> None:
    document = read([(60, 700, 10, "Name:")], field=(150, 696, "Clara Novak"))
    assert document.text == "Name: Clara Novak"


def test_ligatures_at_control_codes_are_letters_and_others_are_said_to_be_damaged() -> None:
    codes = {"ﬃ": 0x1E, "ﬁ": 0x1C, "ﬂ": 0x05}
    document = read([(60, 700, 10, "The oﬃce ﬁles a ﬂag.")], codes=codes)
    assert document.text == "The office files a \ufffdag."
    assert omitted(document, "damaged") == [document.text]


def test_what_no_reader_sees_is_left_out_and_said() -> None:
    page: list[Text | str] = [
        (60, 700, 10, "The pool opens at nine."),
        "1 1 1 rg",
        (60, 680, 10, "White words."),
        "0 g",
        (60, 660, 0.5, "Tiny words."),
        (-400, 640, 10, "Words beside the page."),
        "3 Tr",
        (60, 620, 10, "Words without ink."),
        "0 Tr 0 0 0.5 rg 60 590 200 20 re f 1 1 1 rg",
        (62, 595, 10, "White on blue."),
    ]
    document = read(page)
    assert paragraphs(document) == ["The pool opens at nine.", "White on blue."]
    (hidden,) = omitted(document, "hidden")
    for words in ("White words.", "Tiny words.", "beside the page.", "without ink."):
        assert words in hidden


def test_what_is_crossed_out_is_left_out_and_said() -> None:
    page: list[Text | str] = [(60, 700, 10, "It costs 120 90 euros."), "104 702.5 17 0.6 re f"]
    document = read(page)
    assert document.text == "It costs 90 euros."
    assert omitted(document, "struck") == ["120"]


def test_a_large_initial_belongs_to_its_word() -> None:
    lines: list[Text | str] = [
        (60, 684, 42, "T"),
        (84, 700, 10, "he lighthouse was built in 1871 and stood"),
        (84, 688, 10, "empty for forty years before that."),
    ]
    assert read(lines).text.startswith("The lighthouse was built in 1871 and stood empty")


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("guests that are well-", "known here.", "well-known here."),
        ("write an e-", "mail now.", "e-mail now."),
        ("each non-", "resident pays.", "non-resident pays."),
        ("the insur-", "ance of it.", "insurance of it."),
        ("with COVID-", "19 here.", "COVID-19 here."),
        ("сделано по-", "русски тут, по-русски.", "по-русски тут, по-русски."),
    ],
)
def test_a_hyphen_of_a_compound_stays_at_the_end_of_a_line(
    first: str, second: str, joined: str
) -> None:
    start = "This line is long and fills the column to the end,"
    assert joined in read([(60, 700, 10, f"{start} {first}"), (60, 688, 10, second)]).text


def test_text_that_is_turned_is_read_and_a_slanted_mark_stands_alone() -> None:
    upright = [f"BT /F 10 Tf 0 1 -1 0 {x} 100 Tm <{_code(words)}> Tj ET" for x, words in _MAP]
    slanted = f"BT /F 40 Tf 0.7 0.7 -0.7 0.7 300 300 Tm <{_code('DRAFT')}> Tj ET"
    assert paragraphs(read([*upright, slanted])) == [
        "The map shows the pier and 12 boats.",
        "DRAFT",
    ]


_MAP = [(200.0, "The map shows the pier"), (212.0, "and 12 boats.")]


def _code(words: str) -> str:
    return words.encode("utf-16-be").hex()


def test_questions_are_headings_and_text_all_in_large_type_is_text() -> None:
    page: list[Text | str] = [
        (60, 720, 10, "What does the express service cost?"),
        (60, 700, 10, "Twelve euros for each parcel that is sent abroad."),
        (60, 660, 24, "Tickets 15 euros"),
    ]
    document = read(page)
    assert [heading.text for heading in document.headings] == [
        "What does the express service cost?"
    ]
    assert paragraphs(document)[-1] == "Tickets 15 euros"


def test_a_title_that_cannot_be_read_costs_only_the_title() -> None:
    assert read([(60, 700, 10, "Words.")], title=b"\0P\xd8\x3d").title == "a"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 9),
            st.integers(0, 60),
            st.sampled_from([6.0, 7.0, 10.0, 12.0, 20.0]),
            st.text(st.sampled_from("abz0123456789 .-"), min_size=1, max_size=9),
        ),
        min_size=1,
        max_size=40,
        unique_by=lambda item: item[:2],
    )
)
def test_no_letter_or_digit_is_dropped_added_or_changed(
    items: list[tuple[int, int, float, str]],
) -> None:
    page: list[Text | str] = [
        (20 + 55 * x, 20 + 13 * y, size, words) for x, y, size, words in items
    ]
    drawn = Counter(letter for *_, words in items for letter in words if letter.isalnum())
    if not drawn:
        return
    document = read(page)
    shown = " ".join([document.text, *omitted(document, "furniture")])
    plain = unicodedata.normalize("NFKC", shown)
    assert Counter(letter for letter in plain if letter.isalnum()) == drawn


def test_what_is_raised_in_type_of_nearly_the_same_size_joins_no_number() -> None:
    page: list[Text | str] = [(60, 700, 12, "The fee is 500"), (144, 705, 10.5, "1")]
    page += [(149.5, 700, 12, " crowns."), (60, 660, 8, "Without tax."), (55.5, 664, 7.5, "1")]
    assert read(page).text == "The fee is 500[1] crowns.\n\n[1] Without tax."


def test_figures_over_and_under_a_stroke_on_the_line_are_a_fraction() -> None:
    page: list[Text | str] = [(60, 700, 12, "Give"), (90, 704, 8, "1"), (94, 700, 12, "/")]
    page += [(100, 697, 8, "3"), (106, 700, 12, " tablet.")]
    assert read(page).text == "Give 1/3 tablet."


def test_cells_that_nearly_touch_stay_apart() -> None:
    page: list[Text | str] = [(60, 700, 12, "Oak, by the door"), (157.5, 700, 12, "8")]
    assert read(page).text == "Oak, by the door 8"
    # an upright rule parts what a blank alone would not
    ruled = [f"0.5 w 50 {y} m 250 {y} l S" for y in (715, 695, 675, 655)]
    posts = [f"0.5 w {x} 655 m {x} 715 l S" for x in (50, 128, 168, 250)]
    rows: list[Text | str] = []
    for y, cells in ((700, ("Hall in town", "Seats", "Price")), (680, ("Oak", "8", "20 euros"))):
        rows += [(x, y, 12, cell) for x, cell in zip((55, 132, 172), cells, strict=True)]
    rows += [(55, 660, 12, "Elm"), (172, 660, 12, "30 euros")]
    assert read([*rows, *ruled, *posts]).text == (
        "Hall in town | Seats | Price\nOak | 8 | 20 euros\nElm |  | 30 euros"
    )


def test_labels_far_from_each_other_are_rows_with_their_values() -> None:
    page: list[Text | str] = []
    for at, (label, value) in enumerate([("Name:", "Clara"), ("Boat:", "Heron"), ("Length:", "7")]):
        page += [(60, 700 - 40 * at, 12, label), (200, 700 - 40 * at, 12, value)]
    page += [(60, 565, 12, "Colour:"), (200, 565, 12, "Green")]
    assert read(page).text.split("\n")[:3] == ["Name: Clara", "Boat: Heron", "Length: 7"]


def test_a_line_that_leads_to_a_price_ends_with_it() -> None:
    page = [
        (60.0, 700 - 16.0 * at, 10.0, f"{name} {'.' * 60} {at + 2}.50")
        for at, name in enumerate(["Tea", "Soup"])
    ]
    assert [text.split()[0] for text in paragraphs(read([*page]))] == ["Tea", "Soup"]


def test_marks_drawn_far_from_their_items_begin_them() -> None:
    page: list[Text | str] = []
    for at, item in enumerate(["Milk on Monday", "Bread on Tuesday", "Fish on Friday"]):
        page += [(80, 700 - 14 * at, 10, item), (40, 698 - 14 * at, 12, f"{at + 1}.")]
    assert read(page).text == "1. Milk on Monday\n\n2. Bread on Tuesday\n\n3. Fish on Friday"


def test_a_heading_with_a_number_above_each_page_is_kept() -> None:
    first, second = ([(60.0, 800.0, 10.0, f"Lesson {n}"), *column(60, PROSE)] for n in (1, 2))
    assert "Lesson 2" in read(first, second).text


def test_words_drawn_apart_to_fill_a_narrow_column_are_lines_of_text() -> None:
    lines = [("The", "old", "harbour"), ("was", "dug", "by"), ("men", "of", "the"), ("town.",)]
    page: list[Text | str] = []
    for at, row in enumerate(lines):
        right = 60 + 110 - 5 * len(row[-1]) if len(row) > 1 else 60
        places = [60, 60 + (right - 60) / 2, right][: len(row)] if len(row) > 1 else [60]
        page += [(x, 700 - 12 * at, 10, w) for x, w in zip(places, row, strict=True)]
    assert read(page).text == "The old harbour was dug by men of the town."


def test_two_ruled_tables_with_text_between_are_two() -> None:
    def ruled(top: int, *rows: tuple[str, str, str]) -> list[Text | str]:
        found: list[Text | str] = [
            f"150 {top - 16 * n} m 350 {top - 16 * n} l S" for n in range(len(rows) + 1)
        ]
        for n, row in enumerate(rows):
            found += [(154 + 70 * c, top - 12 - 16 * n, 10, cell) for c, cell in enumerate(row)]
        return found

    between = (
        "The prices of the second floor are those of the house itself, with heating and light."
    )
    rooms = ruled(700, ("Room", "Seats", "Price"), ("Birch", "12", "30"), ("Cedar", "8", "20"))
    halls = ruled(600, ("Room", "Seats", "Price"), ("Maple", "40", "75"), ("Rowan", "6", "15"))
    text = read([*rooms, (72, 620, 10, between), *halls]).text
    assert text.index("Cedar | 8 | 20") < text.index(between) < text.index("Maple | 40 | 75")


def test_a_number_alone_in_the_margin_of_the_only_page_is_read() -> None:
    assert read([(20, 20, 6, "1")]).text == "1"


def test_letters_and_figures_that_are_set_apart_by_one_width_are_words() -> None:
    line = "Thursday 10 to 19"
    page: list[Text | str] = [
        (60 + 8 * at, 700, 10, sign) for at, sign in enumerate(line) if sign != " "
    ]
    assert read(page).text == line
    figures: list[Text | str] = [(60 + 8 * at, 700, 10, sign) for at, sign in enumerate("1234 567")]
    assert "12" not in read(figures).text


def test_a_running_head_of_two_pages_is_read_once_and_letters_that_count_them_are_not() -> None:
    pages = [
        [
            (60, 800, 10, "Harbour rules"),
            *column(60, PROSE, top=782),
            (300, 30, 10, f"- {letter} -"),
        ]
        for letter in "AB"
    ]
    document = read(*pages)
    assert document.text.startswith("Harbour rules\n")
    assert sorted(omitted(document, "furniture")) == ["- A -", "- B -", "Harbour rules"]
    # a letter above a page may head what begins with it
    pages = [[(60, 800, 10, letter), *column(60, PROSE)] for letter in "AB"]
    assert read(*pages).text.startswith("A\n")


@pytest.mark.parametrize("letters", [b"06440627", b"06270644"])
def test_the_letters_of_an_arabic_ligature_stay_in_their_order(letters: bytes) -> None:
    # the font maps one code to lam and alef, some programs the wrong way round
    data = pdf([(60, 700, 10, "نث\ue000ا")]).replace(
        b"1 beginbfrange", b"1 beginbfchar <E000> <%b> endbfchar 1 beginbfrange" % letters
    )
    assert readers.read(File("a.pdf"), data).text == "الاثن"


def test_a_blank_before_an_arabic_letter_does_not_come_after_it() -> None:
    # as browsers print it: from right to left, in the order of reading, alef a little apart
    places = {"س": 205, "م": 200, "ا": 190, "ل": 183.8, "ب": 178.8}
    glyphs = [
        Glyph(sign, left, left + 5.0, 700, 10, order, bold=False, after_blank=sign == "ا")
        for order, (sign, left) in enumerate(places.items())
    ]
    row = sorted(glyphs, key=lambda glyph: glyph.left)
    assert line(0, row, row).text == "سم الب"
