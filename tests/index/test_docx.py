"""Word documents: headings by style, lists with their marks, tables, and what is not printed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document as Word
from docx.oxml.parser import parse_xml

from index import readers
from index.errors import DocumentError
from index.readers import File
from index.text import passages
from index.types import Document
from tests.index.made import docx_of, rewritten, word

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(data: bytes, name: str = "a.docx") -> Document:
    return readers.read(File(name, Path(name)), data)


def harbour() -> Word:
    document = docx.Document()
    document.add_heading("The harbour", 0)
    first = document.add_paragraph("It was opened on ")
    first.add_run("4 May").bold = True
    first.add_run("\t1872 🐚. It has <two> piers & a маяк.")
    document.add_heading("Tickets", 1)
    for style, words in [
        ("List Bullet", "for adults"),
        ("List Bullet 2", "for a day"),
        ("List Number", "Go aboard."),
        ("List Number", "Sit down."),
    ]:
        document.add_paragraph(words, style=style)
    document.add_heading("Prices", 2)
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ["Name", "Price", "Adult", "£7.50"], strict=True):
        cell.text = words
    document.add_paragraph("The end.")
    return document


def test_the_reading_text_is_what_is_printed() -> None:
    document = read(word(harbour()))
    assert document.text == (
        "The harbour\n\n"
        "It was opened on 4 May 1872 🐚. It has <two> piers & a маяк.\n\n"
        "Tickets\n\n"
        "• for adults\n• for a day\n1. Go aboard.\n2. Sit down.\n\n"
        "Prices\n\n"
        "Name | Price\nAdult | £7.50\n\n"
        "The end."
    )
    assert [(h.level, h.text) for h in document.headings] == [
        (0, "The harbour"),
        (1, "Tickets"),
        (2, "Prices"),
    ]
    rows = [s.of(document.text) for s in document.sentences]
    assert {"• for adults", "2. Sit down.", "Adult | £7.50"} <= set(rows)
    assert [p.heading for p in passages.split(document)] == [None, "Tickets", "Prices"]


def test_the_title_is_the_documents_own_else_the_first_heading_else_the_name() -> None:
    document = harbour()
    assert read(word(document)).title == "The harbour"
    # the property is that of a template, unless the document shows it
    document.core_properties.title = "Template for letters 2009"
    assert read(word(document)).title == "The harbour"
    document.core_properties.title = "Гавань и её пирсы"
    document.paragraphs[-1].add_run("").add_break()
    document.paragraphs[-1].add_run("Гавань и её пирсы")
    assert read(word(document)).title == "Гавань и её пирсы"
    assert read(docx_of("Only words."), "my_file.docx").title == "my file"


def test_changes_are_accepted_and_hidden_words_are_not_seen() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Kept. ")
    paragraph._p.append(parse_xml(f"<w:ins {W}><w:r><w:t>Put in. </w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {W}><w:r><w:delText>Out. </w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:moveFrom {W}><w:r><w:t>Moved.</w:t></w:r></w:moveFrom>"))
    paragraph.add_run("Hidden. ").font.hidden = True
    paragraph._p.append(
        parse_xml(
            f'<w:r {W}><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r>'
        )
    )
    paragraph._p.append(parse_xml(f"<w:r {W}><w:t>re</w:t><w:softHyphen/><w:t>set</w:t></w:r>"))
    assert read(word(document)).text == "Kept. Put in. reset"


def test_content_controls_and_text_boxes_are_read() -> None:
    document = docx.Document()
    document.add_paragraph("Before.")
    said = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    control = f"<w:sdt {W}><w:sdtContent>{said.format('Filled in.')}</w:sdtContent></w:sdt>"
    document.element.body.insert(1, parse_xml(control))
    box = f"<w:txbxContent>{said.format('Boxed.')}</w:txbxContent>"
    document.paragraphs[0]._p.append(parse_xml(f"<w:r {W}><w:pict>{box}</w:pict></w:r>"))
    assert read(word(document)).text == "Before.\n\nBoxed.\n\nFilled in."


def test_items_are_numbered_as_they_are_printed() -> None:
    document = docx.Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, start, form, text in [
            (0, 4, "upperRoman", "%1."),
            (1, 1, "lowerLetter", "%2)"),
            (2, 1, "decimal", "%2.%3"),
        ]
    )
    numbering = document.part.numbering_part.element
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{levels}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level in (0, 1, 1, 2, 2, 0, 1):
        paragraph = document.add_paragraph("item")
        properties = f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(properties))
    assert read(word(document)).text.split("\n") == [
        "IV. item",
        "  a) item",
        "  b) item",
        "    b.1 item",
        "    b.2 item",
        "V. item",
        "  a) item",
    ]


def test_merged_cells_are_said_once_and_a_table_of_texts_is_read_cell_by_cell() -> None:
    document = docx.Document()
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Both"
    table.cell(0, 2).text = "Third"
    table.cell(1, 2).text = "Last"
    columns = document.add_table(1, 2)
    columns.cell(0, 0).text = "The ferry leaves at four. " * 12
    columns.cell(0, 0).add_paragraph("It is blue.")
    columns.cell(0, 1).text = "Паром отходит в четыре."
    assert read(word(document)).text == (
        "Both | Third\n|  | Last\n\n"
        + ("The ferry leaves at four. " * 12).strip()
        + "\n\nIt is blue.\n\nПаром отходит в четыре."
    )


def test_notes_stand_at_the_end() -> None:
    notes = (
        f'<?xml version="1.0"?><w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p><w:r>'
        "<w:t>line</w:t></w:r></w:p></w:footnote><w:footnote w:id='1'><w:p><w:r><w:t>See the "
        "museum.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    data = docx_of("Words.", "More.")

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        related = archive.read("word/_rels/document.xml.rels").decode()
        types = archive.read("[Content_Types].xml").decode()
    related = related.replace(
        "</Relationships>",
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/footnotes" Target="footnotes.xml"/></Relationships>',
    )
    types = types.replace(
        "</Types>",
        '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.footnotes+xml"/></Types>',
    )
    parts = {
        "word/footnotes.xml": notes.encode(),
        "word/_rels/document.xml.rels": related.encode(),
        "[Content_Types].xml": types.encode(),
    }
    assert read(rewritten(data, parts)).text == "Words.\n\nMore.\n\nSee the museum."


MACROS = b"application/vnd.ms-word.document.macroEnabled.main+xml"
PRINTED = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def types_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("[Content_Types].xml")


GOOD = docx_of("Words.")
XML = b'<?xml version="1.0"?>'
NO_BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (docx_of(), "contains no text; remove it or add some"),
        (b"PK\x03\x04 and no more", "a damaged file; save it again"),
        (b"words", "not a Word document; save it as .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "encrypted or of an old Word"),
        (rewritten(GOOD, {"word/vbaProject.bin": b"x"}), "it holds macros; save it as .docx"),
        (
            rewritten(GOOD, {"[Content_Types].xml": types_of(GOOD).replace(PRINTED, MACROS)}),
            "it holds macros; save it as .docx",
        ),
        (rewritten(GOOD, {"word/document.xml": b"<w:not-xml"}), "a damaged Word document"),
        (rewritten(GOOD, {"word/document.xml": NO_BODY}), "a damaged Word document"),
        (
            rewritten(GOOD, {"word/document.xml": XML + b"<!DOCTYPE x><x/>"}),
            "its part word/document.xml declares XML entities; export it again",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_cannot_be_read_is_told_with_the_remedy(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        read(data)
