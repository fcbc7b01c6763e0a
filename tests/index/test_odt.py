"""Texts of OpenDocument, as odfpy writes them: what is read, and what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from odf import dc
from odf.namespaces import TEXTNS
from odf.opendocument import OpenDocumentText
from odf.style import Footer, MasterPage, PageLayout, ParagraphProperties, Style, TextProperties
from odf.table import CoveredTableCell, Table, TableCell, TableHeaderRows, TableRow
from odf.text import (
    A,
    ChangedRegion,
    Deletion,
    H,
    LineBreak,
    List,
    ListItem,
    ListLevelStyleBullet,
    ListLevelStyleNumber,
    ListStyle,
    Note,
    NoteBody,
    NoteCitation,
    P,
    PageNumber,
    S,
    Section,
    Span,
    Tab,
    TrackedChanges,
)

from index import readers
from index.errors import DocumentError
from index.intake import check
from index.readers import File
from index.types import Document


def document(data: bytes) -> Document:
    return readers.read(File("a.odt"), data)


def made(fill: Callable[[OpenDocumentText], None]) -> bytes:
    book = OpenDocumentText()
    for name, look in (
        ("Raised", {"textposition": "super 58%"}),
        ("Struck", {"textlinethroughstyle": "solid"}),
        ("Hidden", {"display": "none"}),
        ("Strong", {"fontweight": "bold"}),
    ):
        style = Style(name=name, family="text")
        style.addElement(TextProperties(**look))
        book.automaticstyles.addElement(style)
    fill(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def paragraph(*parts: object, style: str | None = None) -> P:
    found = P(stylename=style) if style else P()
    for part in parts:
        if isinstance(part, str):
            found.addText(part)
        else:
            found.addElement(part)
    return found


def rules(book: OpenDocumentText) -> None:
    add = book.text.addElement
    add(P(stylename="Title", text="Правила порта"))
    add(H(outlinelevel=1, text="Паромы"))
    note = Note(noteclass="footnote")
    note.addElement(NoteCitation(text="1"))
    note.addElement(NoteBody())
    note.lastChild.addElement(P(text="Оплата вперёд."))
    add(
        paragraph(
            "Билет стоит 500",
            Span(stylename="Raised", text="2"),
            " сом,",
            S(c=2),
            Span(stylename="Struck", text="или 90,"),
            note,
            " детям даром.",
            Span(stylename="Hidden", text="Код 4711."),
        )
    )
    add(paragraph("Касса", Tab(), "9:00", LineBreak(), "Причал", Tab(), "8:00"))
    add(paragraph(Span(stylename="Strong", text="Можно с собакой?")))
    add(P(text="Да, на поводке."))


def test_a_text_is_read_as_it_is_printed() -> None:
    found = document(made(rules))
    assert found.title == "Правила порта"
    assert found.text.split("\n\n") == [
        "Правила порта",
        "Паромы",
        "Билет стоит 500² сом, детям даром.",
        "Касса 9:00\nПричал 8:00",
        "Можно с собакой?",
        "Да, на поводке.",
        "Оплата вперёд.",
    ]
    assert [heading.text for heading in found.headings][-1] == "Можно с собакой?"
    assert [(one.kind, one.text) for one in found.omissions] == [
        ("struck", "или 90,"),
        ("hidden", "Код 4711."),
    ]


def test_items_have_their_marks() -> None:
    def fill(book: OpenDocumentText) -> None:
        style = ListStyle(name="Numbers")
        style.addElement(ListLevelStyleNumber(level=1, numformat="1", numsuffix=")", startvalue=3))
        style.addElement(
            ListLevelStyleNumber(level=2, numformat="a", numsuffix=".", displaylevels=2)
        )
        style.addElement(ListLevelStyleBullet(level=3, bulletchar="–"))
        book.automaticstyles.addElement(style)
        outer = List(stylename="Numbers")
        for words in ("Wash", "Rinse"):
            item = ListItem()
            item.addElement(P(text=words))
            outer.addElement(item)
        inner, item = List(), ListItem()
        item.addElement(P(text="Warm"))
        inner.addElement(item)
        outer.lastChild.addElement(inner)
        item = ListItem()
        item.addElement(P(text="Dry"))
        outer.addElement(item)
        book.text.addElement(outer)
        again = List(stylename="Numbers", continuenumbering="true")
        again.addElement(ListItem())
        again.lastChild.addElement(P(text="Iron"))
        book.text.addElement(P(text="Then wait."))
        book.text.addElement(again)

    assert document(made(fill)).text == (
        "3) Wash\n4) Rinse\n  4.a. Warm\n5) Dry\n\nThen wait.\n\n6) Iron"
    )


def test_rows_carry_the_words_of_merged_cells() -> None:
    def fill(book: OpenDocumentText) -> None:
        table = Table()
        head = TableHeaderRows()
        table.addElement(head)
        rows: list[list[str | None]] = [
            ["Port", "Leaves", "Price"],
            ["Kiel", "16:20", "30"],
            [None, "18:05", "40"],
        ]
        for number, words in enumerate(rows):
            row = TableRow()
            (table if number else head).addElement(row)
            for column, said in enumerate(words):
                down = 2 if (number, column) == (1, 0) else 1
                cell = TableCell(numberrowsspanned=down) if said else CoveredTableCell()
                if said:
                    cell.addElement(P(text=said))
                row.addElement(cell)
        book.text.addElement(table)

    found = document(made(fill))
    assert found.text == "Port | Leaves | Price\nKiel | 16:20 | 30\nKiel | 18:05 | 40"
    assert [label.of(found.text) for label in found.labels] == ["Port | Leaves | Price"]


def test_what_nobody_sees_is_left_out_and_listed() -> None:
    def fill(book: OpenDocumentText) -> None:
        changes, gone = TrackedChanges(), Deletion()
        region = ChangedRegion(qattributes={(TEXTNS, "id"): "c"}, check_grammar=False)
        gone.addElement(P(text="Deleted."))
        region.addElement(gone)
        changes.addElement(region)
        book.text.addElement(changes)
        section = Section(name="s", display="none")
        section.addElement(P(text="Secret price 7."))
        book.text.addElement(section)
        book.text.addElement(paragraph("See ", A(href="https://x.example", text="the page"), "."))
        layout = PageLayout(name="l")
        book.automaticstyles.addElement(layout)
        master = MasterPage(name="m", pagelayoutname=layout)
        footer = Footer()
        footer.addElement(paragraph("Port authority ", PageNumber(text="1")))
        footer.addElement(P(text="Call 555 0100 day and night."))
        master.addElement(footer)
        book.masterstyles.addElement(master)

    found = document(made(fill))
    assert found.text == "See the page.\n\nCall 555 0100 day and night."
    assert [(one.kind, one.text) for one in found.omissions] == [
        ("hidden", "Secret price 7."),
        ("furniture", "Port authority"),
    ]


def test_chapters_are_numbered_as_printed_and_the_property_names_the_document() -> None:
    def fill(book: OpenDocumentText) -> None:
        book.meta.addElement(dc.Title(text="House rules"))
        centred = Style(name="C", family="paragraph", parentstylename="Heading_20_1")
        centred.addElement(ParagraphProperties(textalign="center"))
        book.automaticstyles.addElement(centred)
        book.text.addElement(P(text="House rules"))
        book.text.addElement(H(outlinelevel=1, stylename=centred, text="Noise"))
        book.text.addElement(P(text="None after ten."))

    found = document(made(fill))
    assert (found.title, [h.text for h in found.headings]) == ("House rules", ["Noise"])


def test_it_is_read_in_the_confined_process_too() -> None:
    data = made(rules)
    assert check("a.odt", data) == document(data)


def changed(part: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made(rules))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in {*old.namelist(), part}:
            new.writestr(name, data if name == part else old.read(name))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (made(rules)[:900], "damaged"),
        (b"not an archive", "damaged"),
        (changed("content.xml", b"<office:document"), "damaged OpenDocument file"),
        (changed("content.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "XML entities"),
        (changed("Basic/Standard/Module1.xml", b"<a/>"), "macros"),
        (changed("content.xml", b"<a>" * 9_000 + b"</a>" * 9_000), "damaged"),
    ],
)
def test_what_is_damaged_or_hostile_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        check("a.odt", data)
