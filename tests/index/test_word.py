"""Word files as programs and people really write them: exactly, and none refused for its length."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from index import readers
from index.errors import DocumentError
from index.intake import reading
from index.intake.limits import Limits
from index.readers import File
from index.types import Document
from tests.index.wordml import cell, package, paragraph, row, run, style, table

RAISED = '<w:vertAlign w:val="superscript"/>'
LOWERED = '<w:vertAlign w:val="subscript"/>'
BOLD = "<w:b/>"


def read(*body: str, **parts: object) -> Document:
    return of(package(*body, **parts))  # type: ignore[arg-type] # as `package` says


def of(data: bytes) -> Document:
    return readers.read(File("my_file.docx", Path("my_file.docx")), data)


def omitted(document: Document) -> list[tuple[str, str]]:
    return [(omission.kind, omission.text) for omission in document.omissions]


def labels(document: Document) -> list[str]:
    return [label.of(document.text) for label in document.labels]


def questions(document: Document) -> list[str]:
    return [heading.text for heading in document.headings]


@pytest.mark.parametrize(
    ("before", "properties", "moved", "after", "read_as"),
    [
        ("500", RAISED, "1", " crowns", "500¹ crowns"),
        ("10", RAISED, "−6", " m", "10⁻⁶ m"),
        ("500", RAISED, "1,2", "", "500^(1,2)"),
        ("crowns", RAISED, "a", "", "crowns^(a)"),
        ("1200", RAISED, "a", "", "1200^(a)"),
        ("the 21", RAISED, "st", " of May", "the 21st of May"),
        ("Mark", RAISED, "TM", "", "Mark™"),
        ("see", RAISED, "*", "", "see*"),
        ("C", LOWERED, "14", "6", "C₁₄6"),
        ("x", LOWERED, "max", "", "x_(max)"),
        ("10", '<w:position w:val="8"/>', "6", " cells", "10⁶ cells"),
        ("10", '<w:rStyle w:val="Power"/>', "6", " cells", "10⁶ cells"),
    ],
)
def test_raised_and_lowered_characters_never_join_what_they_hang_on(
    before: str, properties: str, moved: str, after: str, read_as: str
) -> None:
    styles = f'<w:styles><w:style w:styleId="Power"><w:rPr>{RAISED}</w:rPr></w:style></w:styles>'
    words = run(before) + run(moved[:1], properties) + run(moved[1:], properties) + run(after)
    document = read(paragraph(words), related={"styles": ("styles.xml", styles)})
    assert document.text == read_as


def said(words: str) -> str:
    return f"<m:r><m:t>{words}</m:t></m:r>"


def fraction(above: str, below: str) -> str:
    return f"<m:f><m:num>{above}</m:num><m:den>{below}</m:den></m:f>"


def power(of: str, by: str) -> str:
    return f"<m:sSup><m:e>{of}</m:e><m:sup>{by}</m:sup></m:sSup>"


@pytest.mark.parametrize(
    ("equation", "read_as"),
    [
        (fraction(said("1"), said("2")), "Take 1 1/2 7"),
        (said("+2") + fraction(said("3"), said("4")) + said("5"), "Take 1+2 3/4 5 7"),
        (said("·") + power(said("10"), said("6")), "Take 1·10⁶7"),
        (said("+") + power(fraction(said("1"), said("2")), said("n")), "Take 1+(1/2)ⁿ7"),
        (said("+") + fraction(said("a+b"), said("2")) + said("·"), "Take 1+(a+b)/2·7"),
        ("<m:rad><m:deg/><m:e>" + said("2") + "</m:e></m:rad>", "Take 1√2 7"),
        (
            '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>'
            + said("i=1")
            + "</m:sub><m:sup>"
            + said("10")
            + "</m:sup><m:e>"
            + said("x")
            + "</m:e></m:nary>",
            "Take 1∑_(i=1)^(10) x7",
        ),
        ("<m:d><m:e>" + said("x") + "</m:e><m:e>" + said("y") + "</m:e></m:d>", "Take 1(x|y)7"),
        (
            "<m:m><m:mr><m:e>" + said("1") + "</m:e><m:e>" + said("2") + "</m:e></m:mr></m:m>",
            "Take 1[1, 2]7",
        ),
        (
            '<m:bar><m:barPr><m:pos m:val="top"/></m:barPr><m:e>' + said("x") + "</m:e></m:bar>",
            "Take 1x\u03057",
        ),
    ],
)
def test_equations_are_read_as_people_type_them(equation: str, read_as: str) -> None:
    words = run("Take 1") + f"<m:oMath>{equation}</m:oMath>" + run("7")
    assert read(paragraph(words)).text == read_as


def test_signs_of_symbol_fonts_are_read_and_unknown_ones_are_said() -> None:
    symbol = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'
    document = read(
        paragraph(run("5 ") + run("m", symbol) + run("g, 3") + run("\uf0b1", symbol) + run("1")),
        paragraph(
            run('<w:sym w:font="Wingdings" w:char="F0FE"/>')
            + run('<w:sym w:font="Symbol" w:char="F0B3"/>')
            + run(" 3 yes")
        ),
        paragraph("Take \uf041 daily."),
    )
    assert document.text == "5 μg, 3±1\n\n☑≥ 3 yes\n\nTake \ufffd daily."
    assert omitted(document) == [("damaged", "Take \ufffd daily.")]


def test_struck_and_hidden_words_are_left_out_and_said() -> None:
    document = read(
        paragraph(run("It costs ") + run("120", "<w:strike/>") + run(" 90 euros.")),
        paragraph(run("12") + run("5", "<w:dstrike/>") + run("0 rooms") + run("?", "<w:vanish/>")),
        paragraph("Cancelled.", runs="<w:strike/>"),
    )
    assert document.text == "It costs 90 euros.\n\n12 0 rooms"
    assert omitted(document) == [
        ("struck", "120"),
        ("struck", "5"),
        ("hidden", "?"),
        ("struck", "Cancelled."),
    ]


def test_a_paragraph_goes_on_past_its_first_letter_and_past_a_deleted_end() -> None:
    document = read(
        paragraph("T", '<w:framePr w:dropCap="drop"/>'),
        paragraph("he fee is 5", "<w:rPr><w:del/></w:rPr>"),
        paragraph("0 crowns."),
    )
    assert document.text == "The fee is 50 crowns."


def test_line_breaks_end_rows_and_tabs_keep_figures_apart() -> None:
    lines = "<w:br/>".join(
        f"<w:t>{words}</w:t>" for words in ("Monday: 9 to 17", "Tuesday: closed", "We are", "here.")
    )
    columns = "<w:t>12</w:t><w:tab/><w:t>500</w:t><w:tab/><w:t>euros</w:t>"
    document = read(paragraph(run(lines)), paragraph(run(columns)))
    assert document.text == "Monday: 9 to 17\nTuesday: closed\nWe are\nhere.\n\n12\t500 euros"
    assert [s.of(document.text) for s in document.sentences] == [
        "Monday: 9 to 17",
        "Tuesday: closed",
        "We are\nhere.",
        "12\t500 euros",
    ]


def test_lines_that_ask_head_their_answers() -> None:
    document = read(
        paragraph("Can I park here?", runs=BOLD),
        paragraph("For two hours."),
        paragraph("Opening", runs=BOLD),
        paragraph("At nine."),
        paragraph("Where is it?"),
        paragraph("In the hall."),
        paragraph(run("Is it open?", BOLD) + run("<w:br/>") + run("Daily.")),
        paragraph("Q: Who pays?"),
        paragraph("A: The firm."),
        paragraph(run("Is it free?", BOLD) + run(" To members.")),
        paragraph("Never smoke here.", runs=BOLD),
        paragraph("Who? And why?"),
        paragraph("And when?"),
    )
    assert questions(document) == [
        "Can I park here?",
        "Opening",
        "Where is it?",
        "Is it open?",
        "Q: Who pays?",
        "Is it free?",
    ]
    assert "Is it open?\n\nDaily." in document.text
    assert "Is it free?\n\nTo members." in document.text


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        (r"EQ \f(1;2)", "Give 1/2 tablet."),
        (r"EQ \r(3)", "Give √3 tablet."),
        ("REF x", "Give tablet."),
    ],
)
def test_equations_that_only_the_code_of_a_field_says_are_read(code: str, seen: str) -> None:
    begin, end = (run(f'<w:fldChar w:fldCharType="{kind}"/>') for kind in ("begin", "end"))
    field = begin + run(f"<w:instrText>{code}</w:instrText>") + end
    assert read(paragraph(run("Give ") + field + run(" tablet."))).text == seen


def test_the_first_of_several_headings_of_a_level_is_no_title() -> None:
    body = [
        paragraph(name, style(f"Heading{level}")) + paragraph("It is so.")
        for name, level in (("Fees", 1), ("Hours", 1))
    ]
    assert read(*body).title == "my file"


def test_a_table_of_questions_is_read_as_questions_and_answers() -> None:
    document = read(
        table(
            row("Question", "Answer"),
            row("Who pays?", cell(paragraph("The firm.") + paragraph("Always."))),
            row("Delivery", cell("")),
            row(cell("Is it free?", '<w:vMerge w:val="restart"/>'), "Yes."),
            row(cell("", "<w:vMerge/>"), "For children too."),
            row(),
        ),
        paragraph("And:"),
        table(row("1", "How?", "So."), row("2", "Why?", "Because.")),
    )
    assert document.text == (
        "Question | Answer\n\nWho pays?\n\nThe firm.\n\nAlways.\n\nDelivery\n\nIs it free?\n\nYes."
        "\n\nFor children too.\n\nAnd:\n\n1 | How?\n\nSo.\n\n2 | Why?\n\nBecause."
    )
    assert "Who pays?" in questions(document)


FIRST_ROW = (
    '<w:styles><w:style w:type="table" w:styleId="Grid"><w:tblStylePr w:type="firstRow"/>'
    "</w:style></w:styles>"
)


@pytest.mark.parametrize(
    ("shown", "header"),
    [
        (table(row("A", "B", properties="<w:tblHeader/>"), row("C", "D")), ["A | B"]),
        (table(row("A", "B", runs=BOLD), row("C", "D")), ["A | B"]),
        (
            table(
                row("A", "B"),
                row("C", "D"),
                properties='<w:tblStyle w:val="Grid"/><w:tblLook w:val="0020"/>',
            ),
            ["A | B"],
        ),
        (
            table(row("Plan", "Price", "Users"), row("Team", "45 euros", "10")),
            ["Plan | Price | Users"],
        ),
        (table(row("Plan", "Price"), row("A", "45 euros"), row("B", "9 euros")), ["Plan | Price"]),
        # labels with what belongs to them
        (table(row("Contact", "Anna"), row("Phone", "555 0100"), row("Room", "12")), []),
        (table(row("A", "B"), row("C", "D"), properties='<w:tblLook w:val="0020"/>'), []),
    ],
)
def test_the_header_of_a_table_is_known_by_its_looks_and_its_words(
    shown: str, header: list[str]
) -> None:
    document = read(shown, related={"styles": ("styles.xml", FIRST_ROW)})
    assert labels(document) == header


def test_rows_carry_the_words_of_merged_cells_and_rows_of_one_cell_head_others() -> None:
    document = read(
        table(
            row("Port", "Weekday", "Sunday", runs=BOLD),
            row(cell("Lindholm", '<w:vMerge w:val="restart"/>'), "07:10", "09:40"),
            row(
                cell("", "<w:vMerge/>"),
                cell(paragraph("16:20") + paragraph("18:20")),
                "18:05",
            ),
            row(cell("Varberg", '<w:gridSpan w:val="3"/>')),
            row("West pier", "08:15", "10:30"),
        )
    )
    assert document.text == (
        "Port | Weekday | Sunday\nLindholm | 07:10 | 09:40\nLindholm | 16:20; 18:20 | 18:05\n\n"
        "Varberg\n\nWest pier | 08:15 | 10:30"
    )
    assert questions(document) == ["Varberg"]


def field(code: str, shown: str) -> str:
    mark = '<w:fldChar w:fldCharType="{}"/>'
    return (
        run(mark.format("begin"))
        + run(f"<w:instrText>{code}</w:instrText>")
        + run(mark.format("separate"))
        + run(shown)
        + run(mark.format("end"))
    )


def test_lists_of_contents_are_left_out_and_said() -> None:
    entry = "<w:t>1. Refunds</w:t><w:tab/><w:t>2</w:t>"
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    document = read(
        f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{paragraph('Delivery 3')}"
        "</w:sdtContent></w:sdt>",
        paragraph("Warranty 4", style("TOC2")),
        paragraph(field(' TOC \\o "1-3" ', "Prices 5")),
        paragraph("Contents"),
        paragraph(run(entry)),
        paragraph("Refunds", style("Heading1")),
        paragraph("Money comes back within ten days."),
        paragraph(run('<w:fldChar w:fldCharType="begin"/>') + run("A field without an end.")),
    )
    assert document.text == (
        "Refunds\n\nMoney comes back within ten days.\n\nA field without an end."
    )
    assert [kind for kind, _ in omitted(document)] == ["furniture"] * 5


def test_a_text_set_in_styles_of_headings_is_a_text() -> None:
    document = read(
        paragraph("Rules of the pool", style("Heading1")),
        paragraph("Children swim with an adult.", style("Heading3")),
        paragraph("The pool closes at nine.", style("Heading3")),
    )
    assert questions(document) == ["Rules of the pool"]
    assert len(document.paragraphs) == 2
    assert read(paragraph("Closed on Mondays", style("Title"))).text == "Closed on Mondays"


def test_headers_are_read_once_if_they_tell_something() -> None:
    head = paragraph("Harbour Ltd, Quay Street 5, tel. 555 0100") + paragraph("Harbour Ltd")
    foot = paragraph(run("Page ") + field("PAGE", "3") + run(" of ") + field("NUMPAGES", "12"))
    document = read(
        paragraph("Words."),
        related={
            "header": ("header1.xml", f"<w:hdr>{head}</w:hdr>"),
            "footer": ("footer1.xml", f"<w:ftr>{foot}</w:ftr>"),
        },
    )
    assert document.text == "Words.\n\nHarbour Ltd, Quay Street 5, tel. 555 0100"
    assert omitted(document) == [("furniture", "Harbour Ltd"), ("furniture", "Page of")]


def test_pages_and_texts_inside_a_document_are_read_and_others_said() -> None:
    chunks = {
        "page.htm": "<!DOCTYPE html><html><h2>Gate</h2><p>The code is 4471.</p></html>",
        "plain.txt": "Line one.\nLine two.",
        "old.rtf": "{\\rtf1 Words}",
        "saved.mht": (
            "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            "<p>A caf=C3=A9.</p>\r\n--b--\r\n"
        ),
    }
    document = read(
        paragraph("Before."),
        *(f'<w:altChunk r:id="{name}"/>' for name in chunks),
        relations="".join(
            f'<Relationship Id="{name}" Type="x/aFChunk" Target="{name}"/>' for name in chunks
        ),
        parts={f"word/{name}": content for name, content in chunks.items()},
    )
    assert document.text == (
        "Before.\n\nGate\n\nThe code is 4471.\n\nLine one.\n\nLine two.\n\nA café."
    )
    assert omitted(document) == [("damaged", "word/old.rtf")]


def numbered(levels: str, numbers: str, *items: tuple[str, int, str]) -> list[str]:
    body = [
        paragraph(words, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{id}"/></w:numPr>')
        for id, depth, words in items
    ]
    numbering = (
        f'<w:numbering><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{numbers}'
        "</w:numbering>"
    )
    return read(*body, related={"numbering": ("numbering.xml", numbering)}).text.split("\n")


def level(depth: int, form: str, text: str, start: str = "1", more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def number(id: str, more: str = "") -> str:
    return f'<w:num w:numId="{id}"><w:abstractNumId w:val="0"/>{more}</w:num>'


def test_lists_restart_and_go_on_as_word_counts() -> None:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    levels = level(0, "decimal", "%1.") + level(1, "russianLower", "%2)")
    assert numbered(
        levels,
        number("1") + number("2", again) + number("3"),
        ("1", 0, "a"),
        ("1", 0, ""),
        ("1", 0, "c"),
        ("1", 1, "d"),
        ("2", 0, "e"),
        ("3", 0, "f"),
    ) == ["1. a", "3. c", "  а) d", "1. e", "2. f"]


@pytest.mark.parametrize(
    ("form", "text", "start", "shown"),
    [
        ("lowerLetter", "%1.", "99999999999", "a. x"),
        ("upperRoman", "%1.", "999999999", "999999999. x"),
        ("decimal", "%1.", "9" * 5_000, "1. x"),
        ("decimal", "%1." * 5_000, "7", "7." * 75 + " x"),
        ("ordinal", "%1", "22", "22nd x"),
        ("decimalEnclosedCircle", "%1", "3", "③ x"),
        ("chineseCounting", "%1、", "21", "二十一、 x"),
        ("bullet", "Note:", "1", "Note: x"),
        ("none", "Article", "1", "Article x"),
    ],
)
def test_numbers_are_written_as_printed_and_never_without_end(
    form: str, text: str, start: str, shown: str
) -> None:
    assert numbered(level(0, form, text, start), number("1"), ("1", 0, "x")) == [shown]


LOST = '<Relationship Id="x" Type="a/image" Target="{}"/>'


@pytest.mark.parametrize(
    "data",
    [
        package(paragraph("Words."), main="word/document2.xml"),
        package(paragraph("Words."), main="word\\document.xml"),
        package(paragraph("Words."), main="text/body.xml"),
        package(paragraph("Words."), strict=True),
        *(
            package(paragraph("Words."), relations=LOST.format(target))
            for target in ("NULL", "#_top", "../customXml/item1.xml", "/word/media/lost.png", "")
        ),
        package(paragraph("Words."), parts={"[Content_Types].xml": "<Types"}),
        package(paragraph("Words."), related={"styles": ("styles.xml", "<no")}),
        package(paragraph("Words."), parts={"word/media/a.svg": "<!DOCTYPE svg><svg/>"}),
    ],
)
def test_what_word_opens_is_read_in_the_folder_and_from_outside(data: bytes) -> None:
    limits = Limits()
    assert of(data).text == "Words."
    assert reading.read("a.docx", data, limits).text == "Words."


def test_a_chart_with_its_workbook_is_no_archive_inside() -> None:
    workbook = package(paragraph("x"), main="xl/workbook.xml")
    data = package(paragraph("Words."), parts={"word/embeddings/sheet.xlsx": workbook})
    assert reading.read("a.docx", data, Limits()).text == "Words."


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            package(
                paragraph("x"),
                parts={"word/a.bin": OLE + b"\0" * 99 + "_VBA_PROJECT".encode("utf-16-le")},
            ),
            "it holds macros",
        ),
        (
            package(
                paragraph("x"),
                related={"footnotes": ("foot.bin", '<!DOCTYPE f [<!ENTITY a "b">]><f>&a;</f>')},
            ),
            "its part word/foot.bin declares XML entities",
        ),
        (package("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000), "a damaged Word document"),
        (package(), "contains no text"),
    ],
)
def test_what_a_part_holds_counts_and_not_its_name(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        of(data)


def repacked(data: bytes, compression: int) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", compression) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return stream.getvalue()


def test_damaged_bytes_give_a_document_or_a_reason() -> None:
    whole = package(
        paragraph(run("Words") + run("1", RAISED), style("Heading1")),
        paragraph(f"<m:oMath>{fraction(said('1'), said('2'))}</m:oMath>"),
        table(row("a", cell("b", '<w:vMerge w:val="restart"/>'))),
        related={"styles": ("styles.xml", FIRST_ROW)},
    )
    chance = random.Random(14)
    for compression in (zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA):
        for _ in range(50):
            data = bytearray(repacked(whole, compression))
            for _ in range(3):
                data[chance.randrange(len(data))] = chance.randrange(256)
            try:
                document = of(bytes(data))
            except DocumentError:
                continue
            assert document.text
