"""Files of the rarer formats that break parsers, made by code: by name, what they hold."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from tests.hostile.mutations import RARE
from tests.index.made import rewritten

__all__ = ["rarer"]

_MILLION = 1_000_000
_HEAD = b"Subject: T\r\n"


def rarer() -> dict[str, bytes]:
    """Every one of them, by the name it is kept under."""
    made: dict[str, bytes] = {}
    for kind, some in (
        (".json", _chats()),
        (".csv", _tables()),
        (".eml", _mails()),
        (".rtf", _rtf()),
        (".srt", _cues()),
        (".xlsx", _sheets()),
        (".ods", _open_sheets()),
        (".odt", _letters()),
        (".pptx", _slides()),
        (".epub", _books()),
        (".zip", _archives()),
        (".png", _pictures()),
    ):
        made |= {f"{number:02}-{kind[1:]}{kind}": data for number, data in enumerate(some)}
    return made


def _chats() -> Iterator[bytes]:
    whole = RARE["a.json"]
    yield b'{"messages":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    yield whole.replace(b'"id": 2', b'"id": ' + b"9" * 6_000)
    yield whole.replace(b"2026-03-15T10", b"9999-99-99T99").replace(b'"id": 2', b'"id": NaN')
    yield json.dumps({"name": {"a": [1]}, "type": "personal_chat", "messages": [[], 1]}).encode()


def _tables() -> Iterator[bytes]:
    yield b"a;" * _MILLION + b"\n" + b"1;" * _MILLION
    yield b'a;b\n"' + b"x;y\n" * _MILLION
    yield b"a,b\n" + b"\r" * _MILLION + b'"'


def _mails() -> Iterator[bytes]:
    for name in (b"punycode", b"idna", b"rot13", b"undefined", b"zlib", b"mbcs"):
        head = _HEAD + b"Content-Type: text/plain; charset=" + name
        yield head + b"\r\n\r\n" + b"words-are-here " * 20_000
    parts = [
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(300)
    ]
    yield _HEAD + b"".join(parts) + b"\r\nwords"
    yield b"Subject: " + b"(" * 100_000 + b"\r\n\r\nwords are here."
    # quadratic for Python's own parser
    names = b"; ".join(b"a*%d*=utf-8''%%41" % n for n in range(30_000))
    yield _HEAD + b"Content-Type: text/plain; " + names + b"\r\n\r\nwords"
    yield _HEAD + b"Date: Fri, 99 Zzz 99999999999 99:99 +99999999\r\n\r\nwords are here."


def _rtf() -> Iterator[bytes]:
    for inside in (
        b"{" * 2 * _MILLION,
        b"words \\bin2147483647 x",
        b"\\u-99999999999999999999?" * 1_000 + b"\\u55357? words",
        b"\\" + b"a" * _MILLION + b" words",
        b"\\uc999999999 \\u1055? words are here",
    ):
        yield b"{\\rtf1 " + inside + b"}"


def _cues() -> Iterator[bytes]:
    yield b"1\n" + b"9" * 5_000 + b":00:01,000 --> 00:00:03,000\nwords\n"
    yield b"1\n00:00:01,000 --> 00:00:03,000\n" + b"<i>" * 200_000 + b"words\n"


def _sheets() -> Iterator[bytes]:
    for old, new in (
        (b'r="B2"', b'r="XFD1048576"'),
        (b'r="B2"', b'r="ZZZZZZZ99999999999"'),
        (b't="inlineStr"><is><t>Dish</t></is>', b't="s"><v>999999999</v>'),
        (b"</sheetData>", b"</sheetData><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>"),
    ):
        yield _changed("a.xlsx", "sheet1.xml", old, new)


def _open_sheets() -> Iterator[bytes]:
    cell, row = b"<table:table-cell", b"<table:table-row"
    for tag, what in ((cell, b"columns"), (row, b"rows")):
        new = tag + b" table:number-" + what + b"-repeated='2147483647'"
        yield _changed("a.ods", "content.xml", tag, new)


def _letters() -> Iterator[bytes]:
    old = b"They leave"
    yield _changed("a.odt", "content.xml", old, b"They <text:s text:c='2000000000'/>leave")
    yield _changed("a.odt", "content.xml", old, b"<text:span>" * 5_000 + b"They")


def _slides() -> Iterator[bytes]:
    yield _changed("a.pptx", "slide1.xml", b"<p:sp>", b"<p:grpSp>" * 3_000 + b"<p:sp>")
    yield _changed("a.pptx", "presentation.xml.rels", b"slides/slide1.xml", b"../../etc/passwd")


def _books() -> Iterator[bytes]:
    yield _changed("a.epub", ".opf", b'href="', b'href="../../../etc/passwd#')
    yield _changed("a.epub", ".opf", b'href="', b'href="%ff%00%2e%2e/')
    yield _changed("a.epub", ".opf", b"<itemref", b"<itemref idref='x'/>" * 50_000 + b"<itemref")


def _archives() -> Iterator[bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(6_000):
            archive.writestr(f"{number}.txt", b"")
    yield stream.getvalue()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"a " * 5 * _MILLION)
    yield bomb.getvalue()
    yield RARE["a.zip"].replace(b"PK\x01\x02", b"PK\x01\x03")


def _pictures() -> Iterator[bytes]:
    for width, height in ((60_000, 60_000), (70_000_000, 1), (0, 0), (2**31, 2**31)):
        head = struct.pack(">IIBBBBB", width % 2**32, height % 2**32, 8, 0, 0, 0, 0)
        text = zlib.compress(b"x" * 20 * _MILLION)
        chunks = ((b"IHDR", head), (b"zTXt", b"k\0\0" + text), (b"IDAT", b""), (b"IEND", b""))
        yield b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))
            for t, d in chunks
        )


def _changed(name: str, part: str, old: bytes, new: bytes) -> bytes:
    """One of the sound files with something else in one of its parts."""

    def change(data: bytes) -> bytes:
        assert old in data, (name, part)
        return re.sub(re.escape(old), lambda _: new, data, count=2)

    return _rewritten(RARE[name], part, change)


def _rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [found] = [one for one in archive.namelist() if one.endswith(part)]
        return rewritten(data, {found: change(archive.read(found))})
