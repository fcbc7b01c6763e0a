"""Load everything that reading a file may import or open, before access to files is given up."""

from __future__ import annotations

import datetime
import encodings
import importlib
import io
import pkgutil
import zipfile
from contextlib import suppress

from index.intake.kits import Kit
from index.intake.reading import drawn
from index.readers import File, formats, read

__all__ = ["load"]

# imported inside functions, by our readers or by what they use
_LATE = (
    "_strptime",
    "bz2",
    "html.entities",
    "json",
    "linecache",
    "lxml.etree",
    "lxml.html",
    "lzma",
    "pypdfium2",
    "sqlite3",
    "stringprep",
    "traceback",
    "zlib",
    "zoneinfo",
)
_OTHERS = (
    "compressed_rtf",
    "email.generator",
    "email.utils",
    "olefile",
    "xlrd",
    "xlrd.book",
    "xlrd.formatting",
    "xlrd.sheet",
)
# Languages whose month names the confined process has; for others the sheet's own figures are
# shown.
_LANGUAGES = "de en es fr it kk ky pl pt ru tr uk".split()
# every part of the mail library that such a message needs
_MAIL = b"""From: a@x.example
Subject: =?utf-8?q?Harbours?=
Date: Sun, 15 Mar 2026 10:00:00 +0300
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Ferries.
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="a.txt"
Content-Transfer-Encoding: base64

YQ==
--b--
"""
_PAGE = b"""<!DOCTYPE html><html lang="en"><head><title>Harbours</title></head><body><main>
<h1>Harbours</h1><p>Ferries leave at four.<table><tr><th>a<td>b</table></main></body></html>"""
_MARKDOWN = b"""---
title: Harbours
date: 2024-03-09
---
# Harbours

Ferries leave at *four*. <b>Daily</b>

- one

| a | b |
|---|---|
| c | d |
"""


def load(kit: Kit, languages: str) -> None:
    """Import what is in the kit and read a small file of each kind, since parsers load more on
    first use. `languages` are those that are read in pictures.
    """
    if Kit.SCANS in kit:
        _recognise(languages)
    if kit & (Kit.PAGES | Kit.SCANS):
        _draw()
    if Kit.FEW not in kit:
        return
    for module in _LATE:
        with suppress(ImportError):
            importlib.import_module(module)
    # a page may name any of them
    for codec in pkgutil.iter_modules(encodings.__path__):
        # some exist on one system only
        with suppress(ImportError):
            importlib.import_module(f"encodings.{codec.name}")
    samples = {
        "sample.txt": b"Ferries leave at four. They come back at nine.",
        "sample.md": _MARKDOWN,
        "sample.html": _PAGE,
        "sample.docx": _word(),
        "sample.pdf": _paper(),
    }
    if Kit.OTHERS in kit:
        samples |= _others()
    for name, data in samples.items():
        # a reader that fails here will fail on the file, and be reported there
        with suppress(Exception):
            read(File(name), data)


def _draw() -> None:
    """Load what draws pages."""
    with suppress(Exception):
        drawn(_paper(), [(0, "Ferries leave at four.", ((0, 7),))])


def _recognise(languages: str) -> None:
    """Load Tesseract, and what opens pictures; read a picture, as more is loaded on first use."""
    from PIL import Image, ImageDraw

    from index.readers.scan import engine

    Image.init()
    engine.load(languages)
    for name in ("sample.png", "sample.jpg"):
        stream = io.BytesIO()
        blank = Image.new("RGB", (400, 200), "white")
        ImageDraw.Draw(blank).text((20, 80), "Ferries leave at four.", "black", font_size=20)
        blank.save(stream, Image.registered_extensions()[name[-4:]])
        with suppress(Exception):
            read(File(name), stream.getvalue())


def _others() -> dict[str, bytes]:
    """Load the readers of the other formats; samples for those that load more on first use."""
    for suffix in formats.READERS:
        with suppress(ImportError):
            formats.reader(suffix)
    for module in _OTHERS:
        with suppress(ImportError):
            importlib.import_module(module)
    _name_months()
    return {"sample.csv": b"a,b\n1,2\n", "sample.eml": _MAIL}


def _name_months() -> None:
    """Load the month names that sheets show, in the languages most used near our readers."""
    from babel.dates import format_date

    for language in _LANGUAGES:
        format_date(datetime.date(2026, 3, 15), "MMMM LLLL EEEE", locale=language)


def _word() -> bytes:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    package = "http://schemas.openxmlformats.org/package/2006"
    words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Override '
        f'PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{relation}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{words}"><w:body><w:p><w:r>'
        "<w:t>Ferries leave at four.</w:t></w:r></w:p></w:body></w:document>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def _paper() -> bytes:
    words = b"BT /F 10 Tf 72 700 Td (Ferries leave at four.) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(words), words),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    # without a table of offsets: PDFium finds the objects by itself
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, made) for n, made in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"
