"""Scans and photos: what Tesseract reads of them, and what is said where it is not installed."""

from __future__ import annotations

import difflib
import io
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bot.messages.quoting import place
from bot.messages.texts import Texts
from index.errors import DocumentError
from index.intake import FOLDER, Reader, Readings, check, recognition
from index.readers.pdf.views import View
from index.readers.scan import installed
from index.text import passages
from tests.index import outlook
from tests.index.made import pdf

LANGUAGES = "eng rus kir"
PARAGRAPHS = (
    "The harbour office opens every working day at nine in the morning and closes at six. The fee "
    "for one sample is 500 crowns, to be paid in advance. A permit for a boat of more than eight "
    "metres costs 1,250 crowns a year, and 37 such permits were issued in 2025.",
    "Читальный зал открыт каждый будний день с девяти утра до шести вечера, кроме дней уборки. "
    "Стоимость одной пробы составляет 500 крон и вносится заранее. Члены общества платят половину.",
    "Окуу залы дүйшөмбүдөн жума күнүнө чейин эртең мененки саат тогуздан кечки алтыга чейин ачык. "
    "Бир үлгүнүн баасы 500 сом, ал алдын ала төлөнөт. Коомдун мүчөлөрү жарымын төлөшөт.",
)
_FONTS = ("DejaVuSans.ttf", "Arial Unicode.ttf", "LiberationSans-Regular.ttf", "arial.ttf")
_DPI = 200


def _found() -> installed.Tesseract | None:
    return installed.find(None)


needs_tesseract = pytest.mark.skipif(
    not {*LANGUAGES.split()} <= {*(there.languages if (there := _found()) else ())},
    reason="needs Tesseract: apt-get install tesseract-ocr tesseract-ocr-rus tesseract-ocr-kir",
)


@pytest.fixture(autouse=True)
def _languages() -> Iterator[None]:
    recognition.choose(LANGUAGES.replace(" ", "+"))
    yield
    recognition.choose(None)


def _font(size: int) -> ImageFont.FreeTypeFont:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    raise AssertionError(f"none of the fonts {_FONTS} is installed")


def scan() -> Image.Image:
    """A printed page at 200 dots an inch, a little blurred and tilted."""
    font, y = _font(round(11 * _DPI / 72)), 150
    page = Image.new("L", (1654, 900), "white")
    for words in PARAGRAPHS:
        for line in _broken(words, font):
            ImageDraw.Draw(page).text((200, y), line, "black", font)
            y += 44
        y += 50
    blurred = page.filter(ImageFilter.GaussianBlur(0.7))
    return blurred.rotate(0.6, Image.Resampling.BICUBIC, fillcolor="white")


def _broken(words: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    line = ""
    for word in words.split():
        if font.getlength(f"{line} {word}") > 1250:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    yield line


def saved(image: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **({"dpi": (_DPI, _DPI)} if kind == "PNG" else {"resolution": _DPI}))
    return stream.getvalue()


@needs_tesseract
def test_a_scan_is_read_quoted_as_such_and_shown() -> None:
    data = saved(scan(), "PDF")
    with Reader(FOLDER) as reader:
        document = reader.read("scan.pdf", data)
        ratio = difflib.SequenceMatcher(
            None, " ".join(document.text.split()), " ".join(PARAGRAPHS), autojunk=False
        ).ratio()
        assert ratio >= 0.97
        assert "500 crowns" in document.text
        [first, *_] = passages.split(document)
        assert "read by OCR, 9" in place(first, Texts("en"))
        assert "распознано (OCR)" in place(first, Texts("ru"))
        asked = document.sentences[1]
        view = View(0, document.pages[0].of(document.text), ((asked.start, asked.end),))
        made = reader.picture(data, [view], scans=True)
    assert made.marked
    assert _marker(made.png)[1] < 0.5


def sticker(words: str) -> bytes:
    picture = Image.new("L", (900, 160), "white")
    ImageDraw.Draw(picture).text((40, 40), words, "black", _font(44))
    return saved(picture, "PNG")


@needs_tesseract
def test_pictures_that_are_attached_to_mail_are_read_but_not_the_signs_of_firms(
    tmp_path: Path,
) -> None:
    recognition.choose("eng")
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Keys", "Ann <ann@x.example>"
    mail.set_content('<p>See the photo. <img src="cid:sign@x"></p>', subtype="html")
    mail.add_related(sticker("Harbour Ltd"), "image", "png", cid="<sign@x>", filename="sign.png")
    mail.add_attachment(sticker("The gate code is 4711."), "image", "png")
    attached = [("photo.png", sticker("The cellar key is blue."))]
    letter = outlook.message("Keys", "See the photo.", attached=attached)
    readings = Readings(tmp_path)
    first, unread = readings.upload("a.eml", mail.as_bytes())
    second, _ = readings.upload("b.msg", letter)
    assert [document.id for document in first] == ["a.eml", "a.eml/image.png"]
    assert [document.text for document in (first[1], second[1])] == [
        "The gate code is 4711.",
        "The cellar key is blue.",
    ]
    assert [omission.text for omission in first[0].omissions] == ["sign.png"]
    assert not unread
    [passage] = passages.split(first[1])
    assert passage.anchor("mail", 0) == "Keys"
    assert "read by OCR" in place(passage, Texts("en"))


@needs_tesseract
def test_what_is_not_read_surely_is_not_indexed() -> None:
    noise = saved(Image.effect_noise((600, 400), 90), "PNG")
    with pytest.raises(DocumentError, match="the text in its pictures cannot be read reliably"):
        check("noise.png", noise)


@pytest.mark.parametrize("name", ["scan.pdf", "photo.png"])
def test_without_tesseract_a_scan_is_refused_with_the_way_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    installed.find.cache_clear()
    data = saved(Image.new("L", (400, 300), 90), name[-3:].upper())
    with pytest.raises(DocumentError, match=r"install Tesseract .* or run OCR first"):
        check(name, data)
    installed.find.cache_clear()


def test_a_scanned_page_among_others_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    installed.find.cache_clear()
    picture = "q 400 0 0 400 72 300 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x7f EI Q"
    document = check("part.pdf", pdf([(72, 700, 10, "The ferry leaves at four.")], [picture]))
    installed.find.cache_clear()
    assert [(o.kind, o.text) for o in document.omissions] == [("scan", "page 2")]
    assert document.blank_pages == 1


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xffgone"])
def test_a_damaged_picture_is_refused(data: bytes) -> None:
    name = "a.jpg" if data[:1] == b"\xff" else "a.png"
    with pytest.raises(DocumentError, match=r"not a picture|install Tesseract"):
        check(name, data)


def _marker(png: bytes) -> tuple[float, float]:
    """Return where the marker stands, from the top: the first and the last share of the height."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    rows = [
        y
        for y in range(image.height)
        if any(image.getpixel((x, y)) == (255, 226, 92) for x in range(0, image.width, 4))
    ]
    return rows[0] / image.height, rows[-1] / image.height
