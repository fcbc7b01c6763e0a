"""Files that break parsers, made by code: by name, what they hold."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise

from tests.index.made import docx_of, pdf, rewritten

__all__ = ["drawing", "endless", "hostile"]

_WORD = docx_of("Ferries leave at four.")
_BODY = "word/document.xml"
_NAMES = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def hostile() -> dict[str, bytes]:
    """Every one of them, by the name it is kept under."""
    made: dict[str, bytes] = {}
    for kind, some in (
        (".md", [*_front_matter(), *_markdown()]),
        (".html", list(_html())),
        (".pdf", list(_pdf())),
        (".docx", list(_docx())),
        (".txt", list(_text())),
    ):
        made |= {f"{number:02}-{kind[1:]}{kind}": data for number, data in enumerate(some)}
    return made


def _front_matter() -> Iterator[bytes]:
    for line in (
        b"date: 2021-02-31",
        b"x: 2024-14-02",
        b"date: 0000-10-10",
        b"when: 2024-01-01 26:00:00",
        b"n: !!int twelve",
        b"n: !!float many",
        b"n: " + b"7" * 6_000,
        b"t: !!timestamp soon",
        b"b: !!bool perhaps",
        b'u: "\\U00220000"',
        b"deep: " + b"{a: " * 900,
        b"list: " + b"[" * 1_200,
        b"title: &a [*a]",
        b"? [a, b]\n: c",
        b"<<: 3",
        b"title: \0\x07",
        b'title: "\\ud801"',
        b"title: a\\nb\xe2\x80\xae",
        b"!!python/object/apply:os.system ['true']",
    ):
        yield b"---\n" + line + b"\n---\nWords that are read."
    bomb = [b"a: &a [x,x,x,x,x,x,x,x,x]"]
    names = "abcdefghi"
    for before, name in pairwise(names):
        refs = b",".join([b"*" + before.encode()] * 9)
        bomb.append(name.encode() + b": &" + name.encode() + b" [" + refs + b"]")
    yield b"---\n" + b"\n".join([*bomb, b"title: *i"]) + b"\n---\nWords."
    yield b"---\n" + b"a: b\n" * 50_000


def _markdown() -> Iterator[bytes]:
    yield b"<div>\n<![if x \n</div>"
    yield b"<!--" * 60_000
    yield b"[" * 30_000 + b"a" + b"](" * 30_000
    yield b"> " * 2_000 + b"deep"
    yield b"`" * 50_000 + b"a" + b"`" * 49_999
    yield b"*a_ " * 20_000
    yield b"|a" * 3_000 + b"\n" + b"|-" * 3_000 + b"\n" + b"|b" * 3_000


def _html() -> Iterator[bytes]:
    for name in (b"windows-874", b"iso-8859-12", b"utf-99", b"punycode", b"undefined", b"rot13"):
        yield b"<meta charset=" + name + b"><p>Words that are read."
    yield b'<base href="//["><link rel=canonical href=x><p>Words.'
    yield b"<ol start=" + b"9" * 4_301 + b"><li>a<li>b</ol>"
    yield b"<table><tr><td colspan=99999999 rowspan=99999999>a</table>"
    yield b"<div>" * 60_000 + b"Words."
    yield b"<p " + b" ".join(b"a%d=b" % n for n in range(60_000)) + b">Words."
    yield b'<div class="ad">' * 1_500 + b"<p>Words.</p>" * 2_000
    yield b"<p>" + b"&#x110000;&#xd800;&#0;" * 1_000 + b"Words."
    yield b"\xff\xfe<\0p\0>\0\x00\xd8"
    yield b"<p>Words <script>" + b"<" * 100_000


def _pdf() -> Iterator[bytes]:
    whole = pdf([(72, 700, 10, "The ferry leaves at four.")], title="Ferries")
    yield whole[: len(whole) // 2]
    yield whole.replace(b"/Count", b"/Cuont")
    yield b"%PDF-1.7\n" + b"1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>"
    # a form that draws itself, and forms that each draw the next ten times
    yield endless()
    yield drawing([b"/F%d Do " % min(n + 1, 8) * 10 for n in range(8)] + [b"BT /T 9 Tf (x) Tj ET"])
    yield drawing([zlib.compress(b"BT " * 20_000_000)], b"/Filter/FlateDecode")
    yield whole.replace(b"/Parent 2 0 R", b"/Parent 3 0 R")
    yield b"%PDF-1.4\n" + b"[" * 200_000
    yield whole.replace(b"595 842", b"1e38 -1e38")


def endless() -> bytes:
    """A small page whose drawing takes longer than any test waits: a form that draws itself."""
    return drawing([b"/F0 Do " * 10])


def drawing(contents: list[bytes], extra: bytes = b"") -> bytes:
    """A page that draws the first of several forms, each of which may draw any."""
    fonts = b"/Font<</T<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    known = b" ".join(b"/F%d %d 0 R" % (n, n + 5) for n in range(len(contents)))
    resources = b"/Resources<</XObject<<" + known + b">>" + fonts + b">>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R" + resources + b">>",
        b"<</Length 6>>stream\n/F0 Do\nendstream",
    ]
    for content in contents:
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Length %d" % len(content)
        objects.append(head + extra + resources + b">>stream\n" + content + b"\nendstream")
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, made) for n, made in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


def _docx() -> Iterator[bytes]:
    yield _WORD[: len(_WORD) // 2]
    yield _WORD.replace(b"PK\x01\x02", b"PK\x01\x03", 1)
    at = _WORD.rindex(b"PK\x05\x06")
    # where the directory of the archive begins, and the version that it needs
    yield _WORD[: at + 16] + struct.pack("<I", 2**31) + _WORD[at + 20 :]
    first = _WORD.index(b"PK\x01\x02")
    yield _WORD[: first + 6] + b"\x44\0" + _WORD[first + 8 :]
    # packed by a method that it is not
    for method in (12, 14, 99):
        yield _WORD[: first + 10] + struct.pack("<H", method) + _WORD[first + 12 :]
    yield _WORD.replace(b"word/document.xml", b"word/docum\xffnt.xml", 1)
    for body in (
        b"<w:document " + _NAMES + b"/>",
        b"<w:document " + _NAMES + b"><w:body/></w:document>",
        b"<w:document " + _NAMES + b"><w:body>" + b"<w:tbl><w:tr><w:tc>" * 2_000,
        b"",
        b"\0" * 1_000,
        b"<w:document " + _NAMES + b"><w:body><w:p><w:pPr><w:numPr><w:ilvl w:val='"
        b"" + b"9" * 5_000 + b"'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r>"
        b"</w:p></w:body></w:document>",
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><w:document " + _NAMES + b"/>",
    ):
        yield rewritten(_WORD, {_BODY: body})
    yield rewritten(_WORD, {"word/media/a.png": b"\0" * 60_000_000})
    yield rewritten(_WORD, {"[Content_Types].xml": b"<Types/>"})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../../etc/cron.d/x", b"x")
        archive.writestr(_BODY, b"<x/>")
    yield stream.getvalue()


def _text() -> Iterator[bytes]:
    yield b"\n" * 3_000_000
    yield b"a. " * 400_000
    yield b"A. B.\n\n" * 250_000
    yield "".join(map(chr, (*range(0x20, 0xD800), *range(0xE000, 0x2FFFF)))).encode()
    yield "\u202e\u0301".encode() * 300_000 + b" Words."
    yield b"\x1b]0;x\x07\x1b[2J Words that are read."
    yield b"\xff\xfe" + "🐚".encode("utf-16-le")[:2] + b"a\0b"
    yield b"(" * 500_000 + b"Words."
