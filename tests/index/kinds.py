"""Files of each format by the programs that write them, with what a person asks of them."""

from __future__ import annotations

import email.policy
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import H, List, ListItem, Note, NoteBody, NoteCitation, P
from pptx import Presentation
from pptx.util import Inches

from tests.index import outlook
from tests.index.made import zipped
from tests.index.sheets import by_odfpy
from tests.index.test_formats import BOOK, CONTAINER, exported

__all__ = ["ASKED", "Asked"]

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A file, a question to it, words that must be marked, and words of the place."""

    name: str
    data: bytes
    question: str
    marked: str
    place: str


ROOMS: Rows = [["Room", "Seats", "Price"], ["Birch", 12, "30 euros"], ["Cedar", 40, "75 euros"]]
STAFF: Rows = [
    ["Сотрудники порта"],
    [],
    ["Имя", "Должность", "Телефон"],
    ["Анна Петрова", "диспетчер", "215"],
    ["Пётр Орлов", "сторож", "340"],
]
FAQ: Rows = [
    ["Вопрос", "Ответ"],
    ["Как оплатить стоянку?", "Картой у диспетчера.\nИли переводом за 3 дня."],
    ["Где взять воду?", "У причала 7."],
]


def _xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([*row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _xlsxwriter(rows: Rows) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet("Лист"), book.add_format({"bold": True})
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row, bold if number == 0 else None)
    return stream.getvalue()


def _xls(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _ods(rows: Rows) -> bytes:
    return by_odfpy([[str(value) for value in row] for row in rows])


def _csv(rows: Rows, separator: str, encoding: str) -> bytes:
    quoted = ('"{}"'.format(str(value).replace('"', '""')) for row in rows for value in row)
    cells = iter(quoted)
    lines = (separator.join(next(cells) for _ in row) for row in rows)
    return "\r\n".join(lines).encode(encoding)


def _odt(title: str, words: str, note: str = "") -> bytes:
    document = OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text=title))
    paragraph = P(text=words)
    if note:
        body = NoteBody()
        body.addElement(P(text=note))
        mark = Note(noteclass="footnote")
        mark.addElement(NoteCitation(text="1"))
        mark.addElement(body)
        paragraph.addElement(mark)
    document.text.addElement(paragraph)
    table, items = Table(), List()
    for row in ROOMS:
        line = TableRow()
        for value in row:
            cell = TableCell()
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    item = ListItem()
    item.addElement(P(text="Bring a lamp."))
    items.addElement(item)
    document.text.addElement(table)
    document.text.addElement(items)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _pptx(*slides: tuple[str, str, str]) -> bytes:
    made = Presentation()
    for title, words, notes in slides:
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = title
        box = slide.shapes.add_group_shape().shapes.add_textbox(0, 0, Inches(3), Inches(1))
        box.text_frame.text = words
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _mail(subject: str, words: str, charset: str = "utf-8", cte: str = "8bit") -> bytes:
    message = EmailMessage(email.policy.SMTP)
    message["Subject"], message["From"] = subject, "Анна <anna@x.example>"
    message["Date"] = "Sun, 15 Mar 2026 10:00:00 +0300"
    message.set_content(words, charset=charset, cte=cte)
    return message.as_bytes()


def _forward(subject: str, inner: bytes) -> bytes:
    """A mail with a page, its picture, and another mail attached."""
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "bob@x.example"
    message.set_content("See below.")
    page = "<p>The crane lifts <b>12</b> tons.<img src='cid:a'><p>Ask Bob."
    message.add_alternative(page, subtype="html")
    shown = message.get_body(("html",))
    assert shown
    shown.add_related(b"\x89PNG", "image", "png", cid="<a>")
    message.add_attachment(email.message_from_bytes(inner, policy=email.policy.default))
    return message.as_bytes()


def _epub(first: str, second: str) -> bytes:
    pages = {"nav": "<nav><ol><li>Contents</ol></nav>", "on e": first, "two": second}
    files = {"META-INF/container.xml": CONTAINER, "O/b.opf": BOOK.encode()}
    for name, body in pages.items():
        head = '<html xmlns:epub="http://www.idpf.org/2007/ops"><body>'
        files[f"O/{name}.xhtml"] = f"{head}{body}</body></html>".encode()
    return zipped(files)


def _chat(*messages: dict[str, object]) -> bytes:
    told = [
        {"id": n, "type": "message", "date": f"2026-03-15T1{n}:00:00", "from": "Анна"} | message
        for n, message in enumerate(messages)
    ]
    chat = {"name": "Дом 7", "type": "private_supergroup", "id": 12, "messages": told}
    return json.dumps(chat, ensure_ascii=False).encode()


def _page(words: str, charset: str = "utf-8") -> bytes:
    message = EmailMessage()
    message.set_content(f"<title>Rules</title><h1>Rules</h1><p>{words}", "html", charset=charset)
    return message.as_bytes()


def _rtf(words: str, codepage: int = 1251) -> bytes:
    codes = "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in words)
    return f"{{\\rtf1\\ansi\\ansicpg{codepage} {{\\b Rules}}\\par\\par {codes}\\par}}".encode()


CEDAR, PETER, WATER = "Cedar | 40 | 75 euros", "Пётр Орлов | сторож | 340", "У причала 7."
SEATS, PHONE, TAP = "How many seats has Cedar?", "Телефон сторожа Петра Орлова", "Где взять воду?"
LAMP, NIGHT = "The gate opens with the code 4711.", "Ворота закрывают в 23:30."
GATE, SHUT = "Which code opens the gate?", "Во сколько закрывают ворота?"


def _sheets(suffix: str, write: Callable[[Rows], bytes]) -> list[Asked]:
    return [
        Asked(f"rooms.{suffix}", write(ROOMS), SEATS, CEDAR, "row 3"),
        Asked(f"staff.{suffix}", write(STAFF), PHONE, PETER, "row 5"),
        Asked(f"faq.{suffix}", write(FAQ), TAP, WATER, "row 3"),
    ]


def _both(suffix: str, write: Callable[[str], bytes], place: str = "") -> list[Asked]:
    return [
        Asked(f"gate.{suffix}", write(LAMP), GATE, LAMP, place),
        Asked(f"ворота.{suffix}", write(NIGHT), SHUT, NIGHT, place),
    ]


CUES = (
    "1\r\n00:00:01,000 --> 00:00:04,000\r\n<i>Hello.</i>\r\n\r\n2\r\n00:01:09,5 --> 00:01:12,0\r\n"
)
VTT = "WEBVTT\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:04.000 align:start\n<v Anna>"

BY = '<div class="from_name">Anna</div>'

ASKED: Sequence[Asked] = (
    *_sheets("xlsx", _xlsx),
    Asked("bold.xlsx", _xlsxwriter(ROOMS), SEATS, CEDAR, "row 3"),
    *_sheets("xls", _xls),
    *_sheets("ods", _ods),
    Asked("rooms.csv", _csv(ROOMS, ",", "utf-8-sig"), SEATS, CEDAR, "row 3"),
    Asked("staff.csv", _csv(STAFF, ";", "cp1251"), PHONE, PETER, "row 5"),
    Asked("faq.csv", _csv(FAQ, ";", "cp1251"), TAP, WATER, "row 3"),
    Asked("faq.tsv", _csv(FAQ[1:], "\t", "utf-16"), TAP, WATER, "row 2"),
    Asked("rooms.tsv", _csv(ROOMS, "\t", "utf-8"), SEATS, CEDAR, "row 3"),
    Asked("staff.tsv", _csv(STAFF, "\t", "utf-8"), PHONE, PETER, "row 5"),
    *_both("odt", lambda words: _odt("Rules", words, "Not in May.")),
    Asked(
        "rooms.odt",
        _odt("Rooms", "We have two."),
        "How many seats has the room Cedar?",
        CEDAR,
        "Rooms",
    ),
    *_both("pptx", lambda words: _pptx(("Day", "Hello.", ""), ("Night", words, "")), "slide 2"),
    Asked("notes.pptx", _pptx(("Day", "Hello.", LAMP)), GATE, LAMP, "slide 1"),
    Asked("gate.eml", _mail("Gate", LAMP), GATE, LAMP, "Gate"),
    Asked(
        "ворота.eml",
        _mail("Ворота", NIGHT, charset="koi8-r", cte="quoted-printable"),
        SHUT,
        NIGHT,
        "",
    ),
    Asked(
        "crane.eml",
        _forward("Fwd", _mail("Gate", LAMP)),
        "How much lifts the crane?",
        "The crane lifts 12 tons.",
        "",
    ),
    Asked("crane.eml/Gate.eml", b"", GATE, LAMP, "Fwd"),
    *_both("msg", lambda words: outlook.message("Rules", words)),
    Asked("page.msg", outlook.message("Rules", "x", page=f"<p>{LAMP}".encode()), GATE, LAMP, ""),
    *_both("epub", lambda words: _epub("<h1>One</h1><p>Hello.", f"<h1>Two</h1><p>{words}"), "Two"),
    Asked(
        "notes.epub",
        _epub(f"<h1>One</h1><p>Hello.<sup>1</sup> {LAMP}<aside>1 Not in May.</aside>", "<p>End."),
        GATE,
        LAMP,
        "One",
    ),
    *_both(
        "json",
        lambda words: _chat({"text": "Привет"}, {"text": ["", {"type": "bold", "text": words}]}),
    ),
    Asked(
        "poll.json",
        _chat({"text": "", "poll": {"question": LAMP, "answers": []}}, {"text": "Да"}),
        GATE,
        LAMP,
        "",
    ),
    *_both("mhtml", _page),
    Asked("koi.mhtml", _page(NIGHT, "koi8-r"), SHUT, NIGHT, ""),
    *_both("rtf", _rtf),
    Asked(
        "cp.rtf", b"{\\rtf1\\ansi\\ansicpg1252 The gate opens with the code 4711.}", GATE, LAMP, ""
    ),
    *_both("srt", lambda words: f"{CUES}{words}\r\n".encode()),
    Asked("old.srt", f"{CUES}{NIGHT}\r\n".encode("cp1251"), SHUT, NIGHT, ""),
    *_both("vtt", lambda words: f"{VTT}{words}\n".encode()),
    Asked(
        "plain.vtt",
        f"WEBVTT\r\n\r\n00:09.000 --> 00:12.000\r\n{LAMP}\r\n".encode("utf-8-sig"),
        GATE,
        LAMP,
        "",
    ),
    *_both("html", lambda words: exported(f'{BY}<div class="text">{words}</div>')),
    Asked(
        "poll.html",
        exported(f'{BY}<div class="media_poll"><div class="question bold">{LAMP}</div></div>'),
        GATE,
        LAMP,
        "",
    ),
    Asked("post.zip/gate.eml", zipped({"gate.eml": _mail("Gate", LAMP)}), GATE, LAMP, "Gate"),
    Asked("box.zip/in/gate.txt", zipped({"in/gate.txt": LAMP.encode()}), GATE, LAMP, ""),
    Asked("дом.zip/ворота.xlsx", zipped({"ворота.xlsx": _xlsx(STAFF)}), PHONE, PETER, "row 5"),
)
