"""Mail, books, slides, subtitles and saved pages: what is read, its place, and what is refused."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from email.message import EmailMessage

import pytest
from pptx import Presentation
from pptx.util import Inches

from index import readers
from index.errors import DocumentError
from index.intake import check
from index.readers import File
from index.text import passages
from index.types import Document

CONTAINER = (
    b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    b'<rootfile full-path="O/b.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    b"</container>"
)
BOOK = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Порт</dc:title>
<dc:language>ru</dc:language><dc:date>2026-03-15</dc:date></metadata><manifest>
<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="on%20e.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""


def document(name: str, data: bytes) -> Document:
    return readers.read(File(name), data)


def book(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    pages = {"nav": "Contents", "on e": "<h1>Паромы</h1><p>Паром идёт в 4.", "two": "<h1>Рыба"}
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("O/b.opf", BOOK)
        for name, words in pages.items():
            archive.writestr(f"O/{name}.xhtml", f"<html><body>{words}</h1></body></html>")
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def slides() -> bytes:
    made = Presentation()
    first = made.slides.add_slide(made.slide_layouts[1])
    first.shapes.title.text = "First day"
    first.placeholders[1].text = "Laptops are handed out at nine.\nBadges at ten."
    first.notes_slide.notes_text_frame.text = "Parking costs 5 € a day."
    second = made.slides.add_slide(made.slide_layouts[5])
    second.shapes.title.text = "Цены"
    table = second.shapes.add_table(2, 2, 0, 0, Inches(3), Inches(2)).table
    for number, words in enumerate(["Блюдо", "Цена", "Суп", "6.50"]):
        table.cell(number // 2, number % 2).text = words
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def mail() -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "Отпуск: правила", "Анна <anna@x.example>"
    message["Date"] = "Sun, 15 Mar 2026 10:00:00 +0300"
    message.set_content("See the page.")
    message.add_alternative("<p>Отпуск — <b>28</b> дней.</p>", subtype="html")
    message.add_attachment("Заявление за 14 дней.", filename="как.txt")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    return message.as_bytes()


def test_a_mail_is_read_with_its_head_and_attached_texts() -> None:
    found = document("a.eml", mail())
    assert (found.title, found.source.date) == ("Отпуск: правила", datetime.date(2026, 3, 15))
    assert "From: Анна <anna@x.example>" in found.text
    assert found.text.index("Отпуск — 28 дней.") < found.text.index("Заявление за 14 дней.")
    assert "See the page." not in found.text
    assert [omission.text for omission in found.omissions] == ["logo.png"]


def test_a_head_that_cannot_be_read_costs_a_mail_that_line_alone() -> None:
    text = "Ferries leave — at four."
    for charset, said in (("utf-8", text), ("punycode", text), ("unicode_escape", text)):
        head = f"Subject: Ferries\nDate: Mon, 9 Mar 2024 10:00:{'9' * 40} +0000\n"
        head += f"Content-Type: text/plain; charset={charset}\n\n"
        found = document("a.eml", head.encode() + said.encode())
        assert (found.title, found.source.date) == ("Ferries", None)
        assert text in found.text


def test_the_chapters_of_a_book_are_read_in_their_order() -> None:
    found = document("a.epub", book())
    assert found.text.split("\n\n") == ["Паромы", "Паром идёт в 4.", "Рыба"]
    assert (found.title, found.source.language) == ("Порт", "ru")
    assert found.source.date == datetime.date(2026, 3, 15)


def test_a_passage_of_slides_names_its_slide() -> None:
    found = passages.split(document("a.pptx", slides()))
    assert [passage.anchor("slide", passage.start) for passage in found] == ["1", "2"]
    assert "Parking costs 5 € a day." in found[0].text
    assert found[1].text.endswith("Блюдо | Цена\nСуп | 6.50")
    assert "Блюдо | Цена" in [found[1].quote(label) for label in found[1].labels]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.srt",
            "1\n00:00:01,000 --> 00:00:03,000\n<i>Паром</i>\nв 4.\n\n"
            "2\n00:01:00,5 --> 00:01:02,0\nДа.",
        ),
        ("a.vtt", "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:03.000\n<v Анна>Паром в 4.\n"),
    ],
)
def test_subtitles_begin_with_their_times(name: str, text: str) -> None:
    first = document(name, text.encode()).text.split("\n\n")[0]
    assert first in ("00:00:01,000 Паром в 4.", "00:01.000 Анна: Паром в 4.")


def test_a_message_of_a_chat_has_its_author_time_and_link() -> None:
    said = {"id": 2, "type": "message", "date": "2026-03-15T10:00:00", "from": "Анна"}
    messages = [
        {"id": 1, "type": "service"},
        said | {"text": ["Воды нет ", {"text": "с 9 до 12."}]},
    ]
    chat = {"name": "Дом 7", "type": "private_supergroup", "id": 12, "messages": messages}
    found = document("result.json", json.dumps(chat).encode())
    [passage] = passages.split(found)
    assert (found.title, passage.text) == ("Дом 7", "2026-03-15 10:00 Анна: Воды нет с 9 до 12.")
    assert passage.anchor("message", passage.start) == "https://t.me/c/12/2"


def test_a_saved_page_and_rich_text_are_read() -> None:
    message = EmailMessage()
    message.set_content("<h1>Порт</h1><p>Паром идёт в 4.", subtype="html", charset="koi8-r")
    assert document("a.mhtml", message.as_bytes()).text == "Порт\n\nПаром идёт в 4."
    assert document("a.rtf", rb"{\rtf1 The ferry leaves at 4.}").text == "The ferry leaves at 4."


def test_they_are_read_in_the_confined_process_too() -> None:
    for name, data in (("a.eml", mail()), ("a.epub", book()), ("a.pptx", slides())):
        assert check(name, data) == document(name, data)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.eml", b"\x89PNG\0", "not a mail"),
        ("a.epub", book()[:600], "a damaged file"),
        ("a.epub", slides(), "not a book, or a damaged one"),
        ("a.epub", book(**{"META-INF/encryption.xml": b"adept"}), "locked by its seller"),
        ("a.pptx", slides()[:900], "a damaged file"),
        ("a.pptx", book(), "not a presentation of PowerPoint"),
        ("a.json", b"[1]", "not the export of a Telegram chat"),
        ("a.json", b"[" * 100_000, "damaged JSON"),
        ("a.srt", "Просто текст.".encode(), "it has no cues"),
        ("a.mhtml", b"Subject: x\n\nwords", "holds no page"),
    ],
)
def test_what_is_damaged_or_of_another_kind_is_refused(
    name: str, data: bytes, message: str
) -> None:
    with pytest.raises(DocumentError, match=message):
        document(name, data)
