"""Mail, books, slides, subtitles and saved pages: what is read, its place, and what is refused."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from email.message import EmailMessage

import pytest
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Inches

from index import readers
from index.errors import DocumentError
from index.intake import check
from index.readers import File
from index.text import passages
from index.types import Document, Omission
from tests.index import outlook
from tests.index.made import rewritten
from tests.index.sheets import PRICES, by_xlwt

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

OFFICE = "http://schemas.openxmlformats.org"
A = f"{{{OFFICE}/drawingml/2006/main}}"
DATA = f"{{{OFFICE}/officeDocument/2006/relationships}}dm"
DIAGRAM_DATA = f"{OFFICE}/officeDocument/2006/relationships/diagramData"
SMART_FRAME = f"""<p:graphicFrame xmlns:p="{OFFICE}/presentationml/2006/main"
xmlns:a="{OFFICE}/drawingml/2006/main"><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/>
<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/>
<a:ext cx="1" cy="1"/></p:xfrm><a:graphic><a:graphicData uri="{OFFICE}/drawingml/2006/diagram">
<d:relIds xmlns:d="{OFFICE}/drawingml/2006/diagram"/></a:graphicData></a:graphic>
</p:graphicFrame>"""
SMART = f"""<d:dataModel xmlns:d="{OFFICE}/drawingml/2006/diagram"
xmlns:a="{OFFICE}/drawingml/2006/main"><d:ptLst><d:pt modelId="1" type="doc"/>
<d:pt modelId="3"><d:t><a:p><a:r><a:t>Test it</a:t></a:r></a:p></d:t></d:pt>
<d:pt modelId="2"><d:t><a:p><a:r><a:t>Build </a:t></a:r><a:r><a:t>it</a:t></a:r></a:p></d:t></d:pt>
<d:pt modelId="4"><d:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></d:t></d:pt>
<d:pt modelId="5" type="parTrans"/></d:ptLst><d:cxnLst>
<d:cxn modelId="6" srcId="1" destId="4" srcOrd="0"/><d:cxn modelId="7" srcId="4" destId="3"
srcOrd="1"/><d:cxn modelId="8" srcId="4" destId="2" srcOrd="0"/></d:cxnLst>
</d:dataModel>""".encode()


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
    message.add_attachment("Заявление за 14 дней.", filename="как.ics")
    message.add_attachment(b"<svg/>", maintype="image", subtype="svg+xml", filename="logo.svg")
    return message.as_bytes()


def test_a_mail_is_read_with_its_head_and_attached_texts() -> None:
    found = document("a.eml", mail())
    assert (found.title, found.source.date) == ("Отпуск: правила", datetime.date(2026, 3, 15))
    assert "From: Анна <anna@x.example>" in found.text
    assert found.text.index("Отпуск — 28 дней.") < found.text.index("Заявление за 14 дней.")
    assert "See the page." not in found.text
    assert [omission.text for omission in found.omissions] == ["logo.svg"]


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


_SHEET = "i.up {position: relative; top: -.33em} .gone {text-decoration: line-through}"
_STYLED = "<p>The fee is 500<i class='up'>1</i> crowns, <b class='gone'>not 700,</b> in advance."


@pytest.mark.parametrize("kind", ["epub", "eml", "mhtml"])
def test_letters_are_what_style_sheets_make_of_them(kind: str) -> None:
    """As LibreOffice writes books, programs of mail messages, and browsers saved pages."""
    if kind == "epub":
        linked = f'<html><head><link rel="stylesheet" href="../s/a.css"/></head>{_STYLED}</html>'
        data = rewritten(book(), {"O/two.xhtml": linked.encode(), "s/a.css": _SHEET.encode()})
    else:
        message = EmailMessage()
        message["Subject"] = "Fees"
        inside = f"<style>{_SHEET}</style>" if kind == "eml" else ""
        message.set_content(f"<html>{inside}{_STYLED}</html>", subtype="html")
        if kind == "mhtml":
            message.add_related(_SHEET.encode(), "text", "css", cid="<a@x>")
        data = message.as_bytes()
    found = document(f"a.{kind}", data)
    assert "The fee is 500¹ crowns, in advance." in found.text
    assert [omission.text for omission in found.omissions] == ["not 700,"]


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


def test_polls_files_and_forwarded_words_of_a_chat_are_read() -> None:
    said = {"type": "message", "date": "2026-03-15T10:00:00", "from": "Bob", "text": ""}
    poll = {"question": "When?", "answers": [{"text": "Friday"}, {"text": "Monday"}]}
    told: list[dict[str, object]] = [
        {"forwarded_from": "News", "text": "No water today.\nBring some."},
        {"poll": poll},
        {"file_name": "plan.pdf"},
        {"contact_information": {"first_name": "Ann", "phone_number": "112"}},
        {"poll": [], "contact_information": 7, "todo_list": {"answers": 3}},
    ]
    chat = {"name": "x", "type": "personal_chat", "messages": [{**said, **one} for one in told]}
    assert document("result.json", json.dumps(chat).encode()).text.split("\n\n") == [
        "2026-03-15 10:00 Bob: News: No water today.\nBring some.",
        "2026-03-15 10:00 Bob: When?\n- Friday\n- Monday",
        "2026-03-15 10:00 Bob: plan.pdf",
        "2026-03-15 10:00 Bob: Ann 112",
    ]


def test_numbers_that_slides_count_are_read_and_struck_words_are_listed() -> None:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Steps"
    body = slide.placeholders[1].text_frame
    body.text = "Open the gate.\nPay 3 euros.\nfor one\nClose it.\nEnjoy."
    kinds = ("arabicPeriod", "arabicPeriod", "alphaLcParenR", "arabicPeriod", "")
    for paragraph, kind in zip(body.paragraphs, kinds, strict=True):
        paragraph.level = int(kind.startswith("alpha"))
        if kind:
            etree.SubElement(paragraph._p.get_or_add_pPr(), f"{A}buAutoNum", type=kind)
    body.paragraphs[4].add_run().text = " Not 4."
    body.paragraphs[4].runs[1].font._element.set("strike", "sngStrike")
    stream = io.BytesIO()
    made.save(stream)
    found = document("a.pptx", stream.getvalue())
    assert found.text.split("\n")[2:] == [
        "1. Open the gate.",
        "2. Pay 3 euros.",
        "a) for one",
        "3. Close it.",
        "Enjoy.",
    ]
    assert [omission.text for omission in found.omissions] == ["Not 4."]


def test_the_words_of_charts_and_diagrams_on_slides_are_read() -> None:
    made = Presentation()
    for labelled in (True, False):
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = f"Growth {labelled}"
        data = CategoryChartData(number_format="0.0%")
        data.categories = ["2024", "2025"]
        data.add_series("Sales", (0.12, 0.25))
        kind = XL_CHART_TYPE.COLUMN_CLUSTERED
        chart = slide.shapes.add_chart(kind, 0, 0, Inches(4), Inches(3), data).chart
        chart.plots[0].has_data_labels = labelled
        if labelled:
            chart.plots[0].data_labels.show_value = True
    box = slide.shapes.add_textbox(0, 0, 9, 9)
    frame = etree.fromstring(SMART_FRAME)
    box._element.addnext(frame)
    part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, SMART)
    frame.find(".//{*}relIds").set(DATA, slide.part.relate_to(part, DIAGRAM_DATA))
    stream = io.BytesIO()
    made.save(stream)
    found = document("a.pptx", stream.getvalue())
    assert "Growth True\n\n| Sales\n2024 | 12.0%\n2025 | 25.0%" in found.text
    assert found.text.endswith("Sales\n2024\n2025\n\nPlan\nBuild it\nTest it")
    assert [(o.kind, o.text) for o in found.omissions] == [
        ("hidden", "| Sales\n2024 | 12.0%\n2025 | 25.0%")
    ]


def exported(*messages: str) -> bytes:
    """A page of a chat as Telegram exports it."""
    said = "".join(
        f'<div class="message default clearfix" id="message{number}"><div class="body">'
        f'<div class="pull_right date details" title="15.03.2026 1{number}:00:00 UTC+03:00">'
        f"1{number}:00</div>{words}</div></div>"
        for number, words in enumerate(messages)
    )
    return (
        '<html><body><div class="page_wrap"><div class="page_header"><div class="content">'
        '<div class="text bold">\nДом 7 \n</div></div></div><div class="page_body chat_page">'
        '<div class="history"><div class="message service" id="message-1">'
        '<div class="body details">15 March 2026</div></div>'
        f"{said}</div></div></div></body></html>"
    ).encode()


def test_the_pages_of_an_exported_chat_are_read_message_by_message() -> None:
    data = exported(
        '<div class="from_name">\nАнна \n</div>'
        '<div class="text">Воды нет<br>с <b>9</b> до 12.</div>',
        '<div class="reply_to details">In reply to <a>this message</a></div>'
        '<div class="text">И завтра.</div>',
        '<div class="from_name">Bob</div><div class="forwarded body"><div class="from_name">Carl '
        '<span class="date details" title="14.03.2026 09:00:00">14.03.2026</span></div>'
        '<div class="text">Gate code 4711.</div></div>',
        '<div class="from_name">Bob</div><div class="media_poll"><div class="question bold">Tea?'
        '</div><div class="answer">- Yes</div></div><div class="title bold">plan.pdf</div>',
    )
    found = document("messages2.html", data)
    assert found.title == "Дом 7"
    assert found.text.split("\n\n") == [
        "2026-03-15 10:00 Анна: Воды нет\nс 9 до 12.",
        "2026-03-15 11:00 Анна: И завтра.",
        "2026-03-15 12:00 Bob: Carl: Gate code 4711.",
        "2026-03-15 13:00 Bob: Tea?\n- Yes\nplan.pdf",
    ]


@pytest.mark.parametrize("codepage", [0, 1251])
def test_mail_of_outlook_is_read_as_other_mail(codepage: int) -> None:
    page = "<meta charset=utf-8><p>Отпуск — <b>28</b> дней.".encode()
    found = document("a.msg", outlook.message("Отпуск", "plain", page=page, codepage=codepage))
    assert (found.title, found.source.date) == ("Отпуск", datetime.date(2026, 3, 15))
    assert found.text == (
        "Отпуск\n\nFrom: Анна <anna@x.example>\nTo: Bob\n"
        "Date: Sun, 15 Mar 2026 07:00:00 +0000\n\nОтпуск — 28 дней."
    )
    plain = document("a.msg", outlook.message("Отпуск", "Заявление\r\nв кадры.", codepage=codepage))
    assert plain.text.endswith("Заявление\nв кадры.")


def test_a_mail_that_is_cut_at_its_pictures_is_read_whole() -> None:
    message = EmailMessage()
    message["Subject"] = "Keys"
    message.set_content("The keys hang here:")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    message.add_attachment("Room 12 is on top.", disposition="inline")
    found = document("a.eml", message.as_bytes())
    assert found.text == "Keys\n\nThe keys hang here:\n\nRoom 12 is on top."


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nRoom 12.\n--b\n"
            "Content-Type: text/html\n\n<html><head><title>x</title></head><p>&nbsp;</html>\n--b--",
            "Room 12.",
        ),
        (
            "Content-Type: text/plain; format=flowed\n\nRoom 12 is \non top. \n\n-- \nAnn",
            "Room 12 is on top.\n\n--\nAnn",
        ),
        ("Content-Transfer-Encoding: base64\n\nUm9vbSAxMiBpcyBvbiB0b3Au4", "Room 12 is on top."),
    ],
)
def test_mail_is_read_as_programs_show_it(message: str, said: str) -> None:
    """An empty page beside the words, lines that flow, and base64 that was cut off."""
    assert document("a.eml", f"Subject: Keys\n{message}".encode()).text == f"Keys\n\n{said}"


def test_lines_that_stay_while_subtitles_roll_are_read_once() -> None:
    cues = ["0:01.0 --> 0:02.0\nthe office", "0:02.0 --> 0:04.0\nthe office\nopens at nine"]
    cues += [
        "0:04.0 --> 0:04.01\nopens at nine",
        "0:09.0 --> 0:10.0\nNo!",
        "0:10.0 --> 0:11.0\nNo!",
    ]
    text = "\n\n".join(["WEBVTT", *(cue.replace("0:", "00:") for cue in cues)])
    assert document("a.vtt", text.encode()).text == (
        "00:01.0 the office\n00:02.0 opens at nine\n\n00:09.0 No!\n00:10.0 No!"
    )


def test_cells_and_footnotes_of_rich_text_are_read() -> None:
    codes = (
        r"{\rtf1 Boats 4{\super 1{\*\footnote {\super 1} Not on {\b Mondays}.}}\par "
        r"\trowd\cellx9\cellx20 Room\cell Seats\cell\row {\intbl Birch\par}\cell {12\par}\cell\row}"
    )
    shifted = document("a.rtf", rb"{\rtf1 Pay 500{\up8 1}; H{\sub 2}O, 101{\dn6 2} is five.}").text
    assert shifted == "Pay 500^1; H2O, 101_2 is five."
    struck = document("a.rtf", rb"{\rtf1\ansi\ansicpg1251 Pay {\strike 120 \'ea\'f0.} 90.{\v No.}}")
    assert struck.text.split() == ["Pay", "90."]
    assert struck.omissions == (Omission("struck", "120 кр."), Omission("hidden", "No."))
    lines = document("a.rtf", codes.encode()).text.split("\n")
    assert [" ".join(line.split()) for line in lines if line.strip()] == [
        "Boats 4^1",
        "Room Seats",
        "Birch 12",
        "^1 Not on Mondays.",
    ]


def test_a_saved_page_and_rich_text_are_read() -> None:
    message = EmailMessage()
    message.set_content("<h1>Порт</h1><p>Паром идёт в 4.", subtype="html", charset="koi8-r")
    assert document("a.mhtml", message.as_bytes()).text == "Порт\n\nПаром идёт в 4."
    assert document("a.rtf", rb"{\rtf1 The ferry leaves at 4.}").text == "The ferry leaves at 4."


def test_they_are_read_in_the_confined_process_too() -> None:
    letter = outlook.message("Отпуск", "28 дней.")
    files = {"a.eml": mail(), "a.msg": letter, "a.epub": book(), "a.pptx": slides()}
    for name, data in files.items():
        assert check(name, data) == document(name, data)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.eml", b"\x89PNG\0", "not an e-mail"),
        ("a.msg", b"\x89PNG\0", "not an Outlook message"),
        ("a.msg", outlook.message("Отпуск", "28 дней.")[:700], "not an Outlook message"),
        ("a.msg", by_xlwt(PRICES), "not an Outlook message"),
        ("a.epub", book()[:600], "a damaged file"),
        ("a.epub", slides(), "not a book, or a damaged one"),
        ("a.epub", book(**{"META-INF/encryption.xml": b"adept"}), "locked by its seller"),
        ("a.pptx", slides()[:900], "a damaged file"),
        ("a.pptx", book(), "not a PowerPoint presentation"),
        ("a.json", b"[1]", "not an exported Telegram chat"),
        ("a.json", b"[" * 100_000, "damaged JSON"),
        ("a.srt", "Просто текст.".encode(), "it has no cues"),
        ("a.mhtml", b"Subject: x\n\nwords", "contains no page"),
    ],
)
def test_what_is_damaged_or_of_another_kind_is_refused(
    name: str, data: bytes, message: str
) -> None:
    with pytest.raises(DocumentError, match=message):
        document(name, data)
