"""Files with a few things wrong: bytes changed at random, in archives also within their parts."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from functools import cache

from odf.opendocument import OpenDocumentText
from odf.text import H, List, ListItem, P
from PIL import ExifTags, Image

from tests.index import outlook
from tests.index.made import pdf
from tests.index.sheets import by_odfpy, by_openpyxl, by_xlwt
from tests.index.test_formats import book, slides
from tests.index.test_odt import made
from tests.index.wordml import cell, package, paragraph, row, style, table

__all__ = ["RARE", "USUAL", "mutations"]

_ROWS: list[list[tuple[object, str]]] = [
    [("Dish", "General"), ("Price", "General")],
    [("Soup", "General"), (6.5, "0.00")],
]
_NUMBERS = "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"
_NUMBERING = (
    "<w:numbering><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='3'/>"
    "<w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%1)'/></w:lvl></w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
)
_SAID = {
    "id": 2,
    "type": "message",
    "date": "2026-03-15T10:00:00",
    "from": "Ann",
    "text": ["No ", {"text": "water."}],
}
_CHAT = {
    "name": "House 7",
    "type": "private_supergroup",
    "id": 12,
    "messages": [_SAID],
}


def _word() -> bytes:
    """A Word file with a part of each kind that is read."""
    return package(
        paragraph("Ferries", style("Heading1")),
        paragraph("They leave at four.", _NUMBERS),
        table(row(cell("a"), cell("b")), row(cell("c"), cell("d"))),
        related={"numbering": ("numbering.xml", _NUMBERING)},
        title="Ferries",
    )


def _letter() -> bytes:
    """An OpenDocument text with a list."""

    def fill(text: OpenDocumentText) -> None:
        text.text.addElement(H(outlinelevel=1, text="Ferries"))
        listed, item = List(), ListItem()
        item.addElement(P(text="They leave at four."))
        listed.addElement(item)
        text.text.addElement(listed)

    return made(fill)


def _slides() -> bytes:
    """Two slides, without the many parts that say how slides look."""
    looks = ("slideLayout", "slideMaster", "notesMaster", "theme", "docProps", "Props", "thumb")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(slides())) as whole, zipfile.ZipFile(stream, "w") as archive:
        for name in whole.namelist():
            if not any(word in name for word in looks):
                archive.writestr(name, whole.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _mail() -> bytes:
    """A short mail with a page and an attached text."""
    message = EmailMessage()
    message["Subject"], message["From"] = "Отпуск", "Ann <a@x.example>"
    message.set_content("<p>28 дней.", subtype="html")
    message.add_attachment("At four.", filename="a.txt")
    return message.as_bytes()


def _picture(kind: str) -> bytes:
    """A small picture that a camera has turned."""
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    stream = io.BytesIO()
    Image.new("P" if kind == "PNG" else "L", (12, 8), 9).save(
        stream, kind, exif=turned, dpi=(99, 99)
    )
    return stream.getvalue()


def _archive() -> bytes:
    """An archive of a file, one in a folder and an empty one, packed in two ways."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "At four. " * 9)
        archive.writestr("как/b.md", "# H\n\nWords.", zipfile.ZIP_STORED)
        archive.writestr("c.txt", "")
    return stream.getvalue()


USUAL = {
    "a.txt": "Паром отходит в 4. It costs £7.50.\n\nMr. Hollis “measured” it.".encode(),
    "a.md": b"---\ntitle: T\ndate: 2024-03-09\n---\n# H\n\n- a\n\n| a | b |\n|---|---|\n| c | d |",
    "a.html": b"<html><head><title>T</title><body><p>Words &amp; <b>more</b><ol start=3><li>a</ol>",
    "a.pdf": pdf([(72, 700, 10, "The ferry leaves at four.")], title="Ferries"),
    "a.docx": _word(),
}
"""A small file for each reader of most folders, by name."""

RARE = {
    "a.csv": b"Dish;Price\nSoup;6,50\n\xd0\x9f\xd0\xb0;12\n",
    "a.tsv": b"Dish\tPrice\nSoup\t6.50\n",
    "a.eml": _mail(),
    "a.epub": book(),
    "a.json": json.dumps(_CHAT).encode(),
    "a.jpg": _picture("JPEG"),
    "a.mhtml": b"Subject: T\nContent-Type: text/html; charset=koi8-r\n\n<h1>T</h1><p>Words.",
    "a.msg": outlook.message("Ferries", "They leave at four.", attached=[("a.txt", b"At four.")]),
    "a.odt": _letter(),
    "a.png": _picture("PNG"),
    "a.ods": by_odfpy([["Dish", "Price"], ["Soup", "6.50"]]),
    "a.pptx": _slides(),
    "a.rtf": rb"{\rtf1\ansi\ansicpg1251 Ferries \'cf\'e0 \u1055?\par {\b leave} at four.}",
    "a.srt": b"1\n00:00:01,000 --> 00:00:03,000\n<i>Ferries</i>\nleave.\n",
    "a.vtt": b"WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:03.000\n<v Ann>Ferries leave.\n",
    "a.xls": by_xlwt(_ROWS),
    "a.xlsx": by_openpyxl(_ROWS),
    "a.zip": _archive(),
}
"""Such files for the other readers."""


def mutations(data: bytes, count: int) -> Iterator[bytes]:
    """So many damaged versions of a file, the same ones each time."""
    chance = random.Random(20)
    parts = _parts(data)
    for number in range(count):
        if parts and number % 2:
            yield _packed(parts, chance)
        else:
            yield _changed(data, chance)


def _parts(data: bytes) -> dict[str, bytes]:
    """The parts of an archive; of another file none."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}


def _packed(parts: dict[str, bytes], chance: random.Random) -> bytes:
    """The archive again, with one of its parts changed."""
    # a part is chosen by its size: most of what is read stands in the large ones
    [name] = chance.choices(list(parts), [len(part) + 1 for part in parts.values()])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for each, part in parts.items():
            archive.writestr(each, _changed(part, chance) if each == name and part else part)
    return stream.getvalue()


def _changed(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    # most bytes above ASCII's are the end of a text for every reader: few texts get them
    signs = 128 if _is_text(data) and chance.random() < 0.75 else 256
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(signs)
            case 1:
                del changed[at : at + chance.randint(1, 40)]
            case 2:
                changed[at:at] = changed[: chance.randint(1, 60)]
            case _:
                changed[at:at] = bytes([chance.randrange(signs)]) * chance.randint(1, 60)
        if not changed:
            break
    return bytes(changed)


@cache
def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False
