"""Files that cost a reader the most: long, deep, wide, packed many times over, or without end."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import chain

from tests.hostile.files import drawing, hostile
from tests.hostile.rarer import rarer
from tests.index.made import docx_of, rewritten
from tests.index.wordml import package, paragraph

__all__ = ["everything"]

_MILLION = 1_000_000
_NUMBERED = "<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='1'/></w:numPr>"


def everything() -> Iterator[tuple[str, bytes]]:
    """Every hostile file, one at a time: the name it is kept under, and its bytes."""
    yield from (hostile() | rarer()).items()
    for kind, some in (
        (".md", chain(_front_matter(), _markdown())),
        (".html", _html()),
        (".pdf", _pdf()),
        (".docx", _docx()),
        (".txt", _text()),
    ):
        for number, data in enumerate(some):
            yield f"heavy-{number:02}-{kind[1:]}{kind}", data


def _front_matter() -> Iterator[bytes]:
    for lines in (
        b"title: " + b"x" * 200_000,
        b"url: https://harbour.example/" + b"a/" * 300_000,
        b"\n".join(b"k%d: &k%d v" % (n, n) for n in range(40_000)),
        b"\n".join(b"- &a%d [*a%d]" % (n + 1, n) for n in range(3_000)),
        b'title: "' + b"never closed " * 60_000,
        b"a: |\n" + b"  x\n" * 400_000,
        b"x: " + b"{" * 20_000 + b"}" * 20_000,
        b"title: !!set {" + b"a, " * 50_000 + b"}",
    ):
        yield b"---\n" + lines + b"\n---\nWords that are read."


def _markdown() -> Iterator[bytes]:
    for unit, count in (
        (b"[", 200_000),
        (b"[](", 130_000),
        (b"*a **b ", 60_000),
        (b"_a__", 100_000),
        (b"[a][b] ", 50_000),
        (b"[a]: b 'c\n", 30_000),
        (b"> - ", 3_000),
        (b"<b ", 70_000),
        (b"</b\n", 60_000),
        (b"<!--", 100_000),
        (b"<![CDATA[", 110_000),
        (b"<?x ", 100_000),
        (b"<!x ", 100_000),
        (b"~~a ", 25_000),
        (b"![a](b ", 30_000),
        (b"&amp", 250_000),
        (b"a <http://", 30_000),
        (b"[^a]", 40_000),
        (b"a | ", 200_000),
        (b"- a\n\n  b\n\n", 40_000),
        (b"# h\n", 100_000),
        (b"$$ x ", 60_000),
        (b"<div>\n\n", 50_000),
        (b"<details><summary>q</summary>\n\na\n\n", 9_000),
    ):
        yield unit * count
    yield b"|a" * 700 + b"\n" + b"|-" * 700 + b"\n" + (b"|b" * 700 + b"\n") * 600
    yield b"".join(b"`" * (n % 2_500) + b" " for n in range(2_500))
    yield b"\n".join(b" " * (n % 3_000) + b"- a" for n in range(3_000))


def _html() -> Iterator[bytes]:
    for unit, count in (
        (b"<div>", 100_000),
        (b"<p>" + b"words " * 200, 6_000),
        (b"<ul><li>", 40_000),
        (b"<table><tr><td>", 30_000),
        (b"<a href=x>", 150_000),
        (b"<b>a", 100_000),
        (b"<h1>a", 60_000),
        (b"<details><summary>q</summary>a", 30_000),
        (b"<span style='display:none'>a</span>b", 40_000),
        (b"<p id=a class='a b c'>a", 60_000),
        (b"<svg><text>a", 30_000),
        (b"<math><mfrac><mi>a", 30_000),
        (b"<ruby>a<rt>b", 60_000),
        (b"<font color=white>a", 60_000),
        (b"<dl><dt>a<dd>b", 40_000),
        (b"&CounterClockwiseContourIntegral;", 60_000),
        (b"<sup>1</sup>2", 60_000),
        (b"<tr><td>a<td>b", 60_000),
    ):
        yield b"<!DOCTYPE html><title>T</title>" + unit * count
    yield b"<p>" + b"one line of words " * 3_000_000
    yield b"<p " + b" ".join(b"a%d=b" % n for n in range(300_000)) + b">Words."
    yield b"<p title='" + b"x" * 40_000_000 + b"'>Words."
    yield b"<div class=ad>" * 1_500 + b"words " * 160_000
    yield b"<style>" + b".a b c d { display: none } " * 60_000 + b"</style><p class=a>Words."
    yield b"<style>" + b",".join(b".c%d" % n for n in range(100_000)) + b"{display:none}</style>a"
    yield b"<table>" + (b"<tr>" + b"<td rowspan=9 colspan=9>a" * 60) * 600
    yield b"<script type='application/ld+json'>" + b'{"a":' * 100_000 + b"</script>Words."
    yield b"<pre>" + b"\t" * 3 * _MILLION + b"a</pre>Words."
    yield b"<select>" + b"<option>a" * 100_000 + b"</select>Words."


def _pdf() -> Iterator[bytes]:
    show = b"BT /T 9 Tf (%s) Tj ET "
    yield drawing([b"/F%d Do " % min(n + 1, 9) * 10 for n in range(9)] + [show % b"x"])
    yield drawing([b"/F0 Do /F1 Do " * 5, b"/F1 Do /F0 Do " * 5])
    yield drawing([zlib.compress(show % (b"a" * 3 * _MILLION))], b"/Filter/FlateDecode")
    packed = zlib.compress(zlib.compress(b"q " * 250 * _MILLION))
    yield drawing([packed], b"/Filter[/FlateDecode/FlateDecode]")
    yield drawing([zlib.compress(b"BT /T 9 Tf " + b"(a) Tj 1 0 Td " * 300_000 + b"ET")], _FLATE)
    yield drawing([zlib.compress(b"0 0 m 9 9 l S " * 2 * _MILLION)], _FLATE)
    yield drawing([zlib.compress(b"1 1 4 4 re f " * _MILLION)], _FLATE)
    yield drawing([zlib.compress(b"q " * 5 * _MILLION + show % b"x")], _FLATE)
    yield drawing([show % b"(" * 100_000])
    yield drawing([b"[" * _MILLION + show % b"x"])
    yield drawing([b"<<" * 300_000 + show % b"x"])
    yield drawing([b"1e39 -1e39 1e39 nan inf 0 cm " + show % b"far"])
    yield drawing([b"BT /T 1e9 Tf 3 Tr (hidden) Tj ET " * 9_000])
    yield drawing([show % b"page"]).replace(b"/Count 1", b"/Count 2147483647")
    yield drawing([show % b"page"]).replace(b"/Count 1", b"/Count -1")
    yield drawing([show % b"page"]).replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")
    yield drawing([show % b"page"]).replace(b"[3 0 R]", b"[" + b"3 0 R " * 12_000 + b"]")
    yield b"%PDF-1.7\n" + b"".join(b"%d 0 obj<</A/B>>endobj\n" % n for n in range(700_000))
    yield b"%PDF-1.7\n" + b"x" * 20 * _MILLION
    yield b"%PDF-1.7\nxref\n0 2147483647\ntrailer<</Size 2147483647/Root 1 0 R/Prev 9>>startxref\n9"


_FLATE = b"/Filter/FlateDecode"


def _docx() -> Iterator[bytes]:
    words = paragraph("Ferries leave.")
    for level, form in (
        ("<w:start w:val='99999999999'/><w:numFmt w:val='lowerLetter'/>", "%1"),
        ("<w:start w:val='99999999999'/><w:numFmt w:val='upperRoman'/>", "%1."),
        ("<w:start w:val='999999999'/><w:numFmt w:val='decimal'/>", "%1" * 60_000),
        (f"<w:start w:val='{'9' * 4_000}'/><w:numFmt w:val='decimalZero'/>", "%1"),
    ):
        yield package(
            *[paragraph("a", _NUMBERED.format(level=0))] * 60,
            related={"numbering": ("numbering.xml", _numbering(level, form))},
        )
    yield package(paragraph("a", _NUMBERED.format(level="9" * 5_000)))
    yield package(paragraph("a", f"<w:outlineLvl w:val='{'9' * 5_000}'/>"))
    yield package(words * 300_000)
    yield package("<w:p><w:r><w:t>" + "a b " * 1_500_000 + "</w:t></w:r></w:p>")
    for tag in ("tbl><w:tr><w:tc", "sdt><w:sdtContent", "p><w:r><w:txbxContent", "ins", "p><w:r"):
        for depth in (200, 4_000):
            closing = "".join(f"</w:{name}>" for name in reversed(tag.split("><w:")))
            yield package(f"<w:{tag}>" * depth + words + closing * depth)
    yield package("<w:tbl>" + "<w:tr>" + "<w:tc><w:p/></w:tc>" * 3_000 + "</w:tr></w:tbl>" + words)
    one = "<w:tc><w:tcPr><w:gridSpan w:val='99999999'/><w:vMerge/></w:tcPr><w:p/></w:tc>"
    yield package("<w:tbl>" + f"<w:tr>{one * 9}</w:tr>" * 900 + "</w:tbl>" + words)
    field = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
    yield package("<w:p>" + field * 60_000 + "</w:p>" + words)
    yield package(
        "<w:p><m:oMath>" + "<m:f><m:num>" * 900 + "</m:num></m:f>" * 900 + "</m:oMath></w:p>"
    )
    whole = docx_of("Ferries leave at four.")
    yield rewritten(whole, {f"word/media/{n}.png": b"" for n in range(4_999)})
    yield rewritten(whole, {"word/styles.xml": _styles(20_000)})
    yield rewritten(whole, {"docProps/core.xml": b"<a>" * 200_000})
    yield rewritten(whole, {"word/footnotes.xml": b"\0" * 30 * _MILLION})
    # a part that says it is small and is not
    at = whole.index(b"PK\x01\x02")
    yield whole[: at + 24] + struct.pack("<I", 1) + whole[at + 28 :]


def _numbering(level: str, form: str) -> str:
    return (
        f"<w:numbering><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'>{level}"
        f"<w:lvlText w:val='{form}'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
    )


def _styles(count: int) -> bytes:
    """Styles of which each is based on the next, and the last on the first."""
    names = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    each = "".join(
        f"<w:style w:styleId='s{n}'><w:basedOn w:val='s{(n + 1) % count}'/></w:style>"
        for n in range(count)
    )
    return f"<w:styles {names}>{each}</w:styles>".encode()


def _text() -> Iterator[bytes]:
    for unit, count in (
        ("x", _MILLION),
        ("a\n\n", _MILLION),
        ("\n", 10 * _MILLION),
        ("\r", 3 * _MILLION),
        (" \n", 4 * _MILLION),
        (". ", 2 * _MILLION),
        ("(((", _MILLION),
        ("“", 2 * _MILLION),
        ("»« ", _MILLION),
        ("[1] ", _MILLION),
        ("1.1.", _MILLION),
        ("1 ", 2 * _MILLION),
        ("Mr. Dr. ", 600_000),
        ("J. R. ", 800_000),
        ("J.R.", _MILLION),
        ("\u200b", _MILLION),
        ("e\u0301", 700_000),
        ("\u202eab\u202c", 300_000),
        ("\u00a0", 2 * _MILLION),
        ("-", 4 * _MILLION),
        ("! ", 2 * _MILLION),
        ("- a\n", _MILLION),
        ("1) a\n", 600_000),
        ("a: b\n", 600_000),
        ("a\tb\n", 700_000),
        ("[10:00] Ann: hi\n", 200_000),
        ("👩‍👩‍👧‍👦", 100_000),
        ("港", _MILLION),
        ("港。", 600_000),
        ("น", _MILLION),
        ("Note 1. See p. 4. ", 250_000),
        ("№ 5 ", 400_000),
        ("=" * 59 + "\n", 90_000),
        ("0 ", _MILLION),
    ):
        yield (unit * count).encode()
    yield "\n\n".join(f"Number {n} is here." for n in range(300_000)).encode()
