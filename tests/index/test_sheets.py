"""Spreadsheets: rows with their header, shown as the sheet shows them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from index import readers
from index.errors import DocumentError
from index.intake import UPLOAD, check
from index.intake.reading import read as read_upload
from index.readers import File
from index.text import passages
from index.types import Document
from tests.index.made import rewritten
from tests.index.sheets import PRICES, by_odfpy, by_openpyxl, by_xlsxwriter, by_xlwt

SHOWN = ["Dish | Price | From | Off", "Soup | 6.50 € | 15.03.2026 | 12.5%"]
SHOWN += ["Rice | 1,250.00 € | 01.04.2026 | 0%"]


def document(name: str, data: bytes) -> Document:
    return readers.read(File(name), data)


def lines(name: str, data: bytes) -> list[str]:
    return [line for line in document(name, data).text.split("\n") if line]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", by_openpyxl(PRICES)),
        ("a.xlsx", by_xlsxwriter(PRICES)),
        ("a.xls", by_xlwt(PRICES)),
        ("a.ods", by_odfpy([line.split(" | ") for line in SHOWN])),
        ("a.csv", "\n".join(line.replace(" | ", ";") for line in SHOWN).encode()),
        ("a.tsv", "\r\n".join(line.replace(" | ", "\t") for line in SHOWN).encode("utf-16")),
    ],
)
def test_a_row_is_read_as_it_is_shown_and_found_with_its_header(name: str, data: bytes) -> None:
    found = document(name, data)
    assert found.text.split("\n") == SHOWN
    [passage] = passages.split(found)
    assert [passage.quote(label) for label in passage.labels] == SHOWN[:1]
    places = {passage.quote(s): passage.anchor("row", s.start) for s in passage.body}
    assert places == {SHOWN[1]: "2", SHOWN[2]: "3"}


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.1 + 0.2, "", "0.3"),
        (123456789012345, "", "123456789012345"),
        (7, "000", "007"),
        (46096, "d. mmm. yyyy", "15. Mar. 2026"),
        (46096, "[$-407]d. mmmm yyyy", "15. März 2026"),
        (46096, "[$-419]d mmmm yyyy;@", "15 марта 2026"),
        (46096.75, "dd.mm.yyyy hh:mm", "15.03.2026 18:00"),
        (-1250.5, "#,##0.00;[Red]-#,##0.00", "-1,250.50"),
        (5, '0 "шт."', "5 шт."),
        (1.5, "[h]:mm", "36:00"),
        (1234.5, "_-* #,##0.00 ₽_-", "1,234.50 ₽"),
    ],
)
def test_a_number_shows_what_its_format_makes_of_it(value: float, code: str, shown: str) -> None:
    """In the confined process too, which can open no file."""
    data = by_openpyxl([[("Thing", ""), ("Here", "")], [("A", ""), (value, code)]])
    assert lines("a.xlsx", data)[-1] == f"A | {shown}"
    assert check("a.xlsx", data).text == document("a.xlsx", data).text


ASKED = ["Вопрос;Ответ", "Где ключ?;В ящике.", 'Когда открыто?;"С 9.\nПо 18."']


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("faq.csv", "\n".join(ASKED).encode("cp1251")),
        ("faq.csv", "\n".join(["sep=;", *ASKED[1:]]).encode()),
        (
            "faq.xlsx",
            by_openpyxl([[(cell.strip('"'), "") for cell in line.split(";")] for line in ASKED]),
        ),
    ],
)
def test_a_question_is_found_and_its_answer_marked(name: str, data: bytes) -> None:
    first, second = passages.split(document(name, data))
    assert [first.quote(sentence) for sentence in first.body] == ["В ящике."]
    assert [first.quote(label) for label in first.labels] == ["Где ключ?"]
    assert second.text.split() == "Когда открыто? С 9. По 18.".split()


@pytest.mark.parametrize(
    "rows",
    [
        "Q;A\nHow to pay;By card at the desk.\nHow to cancel;Write two days before.",
        "Prompt,Completion\nHow to pay,By card at the desk.\nHow to cancel,Write two days before.",
        "Our answer,User question\nBy card at the desk.,How to pay\n"
        "Write two days before.,How to cancel",
        "How to pay,By card at the desk.\nHow to cancel,Write two days before.",
        "\ufeffQuestion\tReply\r\nHow to pay\tBy card at the desk.\r\n"
        "How to cancel\tWrite two days before.",
        "Запрос клиента;Ответ оператора\nHow to pay;By card at the desk.\n"
        "How to cancel;Write two days before.",
        "Часто задаваемые вопросы;Ответы\nHow to pay;By card at the desk.\n"
        "How to cancel;Write two days before.",
    ],
)
def test_questions_and_answers_are_known_by_their_columns(rows: str) -> None:
    found = document("faq.csv", rows.encode())
    assert [heading.text for heading in found.headings] == ["How to pay", "How to cancel"]
    answers = [paragraph.of(found.text) for paragraph in found.paragraphs]
    assert answers == ["By card at the desk.", "Write two days before."]


@pytest.mark.parametrize("rows", ["Q,Sales\n1,20\n2,30", "Query,Count\nferry times,20\nharbour,3"])
def test_a_column_that_may_be_a_quarter_asks_nothing(rows: str) -> None:
    found = document("sales.csv", rows.encode())
    assert not found.headings
    assert [label.of(found.text) for label in found.labels] == [
        rows.split("\n", maxsplit=1)[0].replace(",", " | ")
    ]


def test_groups_of_columns_and_their_names_are_a_header_and_an_empty_column_is_none() -> None:
    rows = ["", "Menu", "", ";;2025;;2026;", ";Dept;Jan;Feb;Jan;Feb", ";IT;1;2;3;4", ";HR;5;6;7;8"]
    found = document("a.csv", "\n".join([*rows, ";PR;9;1;2;3"]).encode())
    labels = [label.of(found.text) for label in found.labels]
    assert labels == ["| 2025 |  | 2026", "Dept | Jan | Feb | Jan | Feb"]
    assert "\nIT | 1 | 2 | 3 | 4\n" in found.text


def test_merged_cells_of_a_header_stand_above_each_of_their_columns() -> None:
    def change(sheet: Any) -> None:
        for ref in ("A1:E1", "A2:A3", "B2:C2", "D2:E2"):
            sheet.merge_cells(ref)

    plain: list[list[object]] = [
        ["Sales 2025", "", "", "", ""],
        ["Region", "First half", "", "Second half", ""],
        ["", "Plan", "Fact", "Plan", "Fact"],
        ["North", 100, 120, 110, 90],
        ["South", 200, 210, 220, 230],
    ]
    data = by_openpyxl([[(value, "") for value in row] for row in plain], change)
    [passage] = passages.split(document("a.xlsx", data))
    assert [passage.quote(label) for label in passage.labels] == [
        "Region | First half | First half | Second half | Second half",
        "Region | Plan | Fact | Plan | Fact",
    ]
    assert passage.text.endswith("North | 100 | 120 | 110 | 90\nSouth | 200 | 210 | 220 | 230")


def test_tables_beside_each_other_are_read_one_after_the_other() -> None:
    rows = ["Dish,Price,,City,Days", "Tea,5,,Kazan,2", "Soup,7,,Omsk,3", "Rice,6,,,"]
    text = document("a.csv", "\n".join(rows).encode()).text
    assert text == "Dish | Price\nTea | 5\nSoup | 7\nRice | 6\n\nCity | Days\nKazan | 2\nOmsk | 3"


def test_a_formula_without_its_value_is_said() -> None:
    data = by_openpyxl([[("Tea", ""), (5, "")], [("Total", ""), ("=SUM(B1:B1)", "")]])
    [omission] = document("a.xlsx", data).omissions
    assert (omission.kind, omission.text) == ("damaged", "B2: =SUM(B1:B1)")


def test_the_lines_of_an_answer_stay_lines_and_a_question_without_one_takes_no_other() -> None:
    rows = 'Ask us;We say\nWhere is it?;"Here:\n- left\n- right"\nWhen?;\nHow do I pay?;By card.'
    found = passages.split(document("a.csv", rows.encode()))
    said = {passage.quote(passage.labels[0]): passage.text.split("\n") for passage in found}
    assert "Here:\n- left\n- right" in "\n".join(said["Where is it?"])
    assert "By card." in said["How do I pay?"]


def test_what_the_sheet_hides_is_left_out_and_said() -> None:
    def change(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        hidden = sheet.parent.create_sheet("Salaries")
        hidden.sheet_state = "hidden"
        hidden["A1"] = "Anna earns 100"
        sheet["A4"] = "gone"
        sheet["A4"].font = openpyxl_font(strike=True)

    found = document("a.xlsx", by_openpyxl(PRICES, change))
    assert found.text.split("\n") == ["Dish | From | Off", "Rice | 01.04.2026 | 0%"]
    left = {(omission.kind, omission.text) for omission in found.omissions}
    assert ("hidden", "Salaries\nAnna earns 100") in left
    assert ("hidden", "Soup | 6.50 € | 15.03.2026 | 12.5%") in left
    assert ("struck", "gone") in left


def openpyxl_font(**look: bool) -> Any:
    from openpyxl.styles import Font

    return Font(**look)


def test_a_merged_label_stands_in_each_of_its_rows() -> None:
    def change(sheet: Any) -> None:
        sheet.merge_cells("A2:A3")

    data = by_openpyxl(
        [
            [("Kind", ""), ("Dish", ""), ("Price", "")],
            [("Hot", ""), ("Soup", ""), (6, "")],
            [("", ""), ("Rice", ""), (7, "")],
        ],
        change,
    )
    assert lines("a.xlsx", data)[1:] == ["Hot | Soup | 6", "Hot | Rice | 7"]


def test_a_long_table_repeats_its_header_and_keeps_the_numbers_of_its_rows() -> None:
    rows = "\n".join(f"Room {number},{number * 3} m2" for number in range(2, 400))
    found = document("rooms.csv", f"Room,Size\n{rows}".encode())
    for passage in passages.split(found):
        assert passage.text.startswith("Room | Size\n")
        for sentence in passage.body:
            row = passage.anchor("row", sentence.start)
            assert passage.quote(sentence).startswith(f"Room {row} |")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.xlsx", by_openpyxl(PRICES)[:900], "a damaged file; save it again"),
        ("a.xlsx", by_xlwt(PRICES), "named .xlsx, but its content is that of .xls; name it so"),
        ("a.xls", by_xlwt(PRICES)[:3000], "a damaged workbook"),
        ("a.xlsx", rewritten(by_openpyxl(PRICES), {"xl/vbaProject.bin": b"x"}), "it holds macros"),
        ("a.ods", by_openpyxl(PRICES), "named .ods, but its content is that of .xlsx"),
        ("a.csv", b"\0\1\2", "a binary file, not text"),
        ("a.csv", b"a,b\n" + b'"' + b"x" * 1_000_001, "its rows cannot be separated"),
        ("a.csv", b"," * 2_000 + b"x", "it has over 1,000 columns"),
        ("a.csv", b",,\n,,", "contains no text"),
    ],
)
def test_a_damaged_or_hostile_sheet_is_refused_with_the_reason(
    name: str, data: bytes, message: str
) -> None:
    with pytest.raises(DocumentError, match=message):
        read_upload(name, data, UPLOAD)


def test_a_sheet_that_unpacks_to_a_bomb_or_names_entities_is_refused() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    bomb = io.BytesIO(by_openpyxl(PRICES))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", b"\0" * 30_000_000)
    with pytest.raises(DocumentError, match="as an attack would"):
        document("a.xlsx", bomb.getvalue())
    entities = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    with pytest.raises(DocumentError, match="declares XML entities"):
        document("a.xlsx", rewritten(by_openpyxl(PRICES), {sheet: entities}))


def test_a_sheet_that_claims_to_be_endless_costs_nothing() -> None:
    """Excel's last cell, and a million columns that are one repeated."""

    def change(sheet: Any) -> None:
        sheet["A1048576"] = "last"

    assert lines("a.xlsx", by_openpyxl(PRICES, change))[-1] == "last"
    endless = by_odfpy([["Tea", "6.50 €"]])
    with zipfile.ZipFile(io.BytesIO(endless)) as archive:
        content = archive.read("content.xml")
    wide = content.replace(
        b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="999999" ', 1
    )
    with pytest.raises(DocumentError, match="over 1,000 columns"):
        document("a.ods", rewritten(endless, {"content.xml": wide}))
