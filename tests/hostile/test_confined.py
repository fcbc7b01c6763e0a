"""What the walls take away, no reader needs: a rich file of each kind is read as without them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest

from index import readers
from index.errors import DocumentError
from index.intake import Reader
from index.intake.limits import FOLDER
from index.types import Document
from tests.index import wordml
from tests.index.made import docx_of, pdf

_RUSSIAN = "Паром отходит в четыре часа, а в июне — и в шесть. Билет стоит двести рублей. " * 8
_PAGE = """<!DOCTYPE html><html lang="en"><head><title>Harbours &amp; piers</title>
<link rel="canonical" href="https://harbour.example/a?b=c"><base href="https://harbour.example/">
<meta name="date" content="2024-03-09T10:00:00+02:00">
<style>.gone { display: none } @media print { p { color: red } }</style>
<script type="application/ld+json">{"@type": "Article", "datePublished": "2024-03-09"}</script>
</head><body><nav>Menu</nav><main><h1 id="top">Harbours &CounterClockwiseContourIntegral; &#x1F41A;
&notin; &Auml;</h1><p>Ferries leave<sup>1</sup> at <b>four</b>.<p class="gone">Hidden.
<ol start="3" type="i"><li>one<ul><li>deep</ul><li value="9">nine</ol>
<table><caption>Times</caption><tr><th colspan="2">a<tr><td rowspan="2">b<td>c<tr><td>d</table>
<math><mfrac><mi>x</mi><mn>2</mn></mfrac></math><dl><dt>Pier<dd>A wall.</dl><pre>  kept\tas it
is</pre><details><summary>More</summary>Words.</details><svg><text>drawn</text></svg>
<img alt="A boat" src="b.png"><ruby>漢<rt>kan</rt></ruby><q>said</q></main></body></html>"""
_MARKDOWN = """---
title: "Harbours: a guide"
date: 2024-03-09
tags: [a, b]
language: en
---
Harbours
========

Ferries leave at *four*, ~~five~~ &copy; &frac34; https://harbour.example/x[^note] `code`.

| a | b |
|:--|--:|
| c | <b>d</b> |

1) one
   - [ ] deep
   - [x] done

> **Quoted** <span style="display:none">hidden</span> H~2~O

<details><summary>More &amp; more</summary>

Words within.

</details>

[^note]: A note with a [link][l].

[l]: https://harbour.example "Title"

Term
: Meaning.

$$ x^2 $$

```python
print("Ferries")
```
"""
_RTF = (
    r"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\fcharset204 Arial;}}\f0 Ferries leave "
    r"\'cf\'e0\'f0\'ee\'ec \u1055?\par \trowd\cellx1000 a\cell b\cell\row\pard Words.\par}"
)


def _mail() -> bytes:
    """A page as browsers save it with its pictures."""
    message = EmailMessage()
    message["Subject"] = "=?utf-8?B?" + base64.b64encode("Гавань".encode()).decode() + "?="
    message["From"] = "<Saved by a browser>"
    message["Date"] = "Sat, 09 Mar 2024 10:00:00 +0200"
    message.set_content(_PAGE, subtype="html", cte="quoted-printable")
    message.make_mixed()
    message.add_attachment(b"\x89PNG", "image", "png")
    return bytes(message)


def _texts() -> Iterator[tuple[str, bytes]]:
    yield "utf16.txt", _RUSSIAN.encode("utf-16")
    # what is not said is guessed
    for name in ("cp1251", "koi8-r", "cp866", "mac-cyrillic"):
        yield f"{name}.txt", _RUSSIAN.encode(name, "replace")
    yield "latin.txt", ("Der Fährmann wäscht früh. Größe und Übung. " * 9).encode("cp1252")
    yield "japanese.txt", ("港の船は四時に出ます。冬は三時です。" * 9).encode("shift_jis")
    yield "chinese.txt", ("港口的船四点开。冬天三点开。" * 9).encode("gb18030")
    yield "rich.rtf.txt", _RTF.encode()
    yield "rich.txt", ("1. One\n\n\t\u2022 two\r\n\r\n" + _RUSSIAN).encode()


def _pages() -> Iterator[tuple[str, bytes]]:
    yield "rich.html", _PAGE.encode()
    for name in ("windows-1251", "koi8-u", "big5", "euc-jp", "iso-2022-jp", "x-mac-cyrillic"):
        page = f"<meta charset={name}><title>T</title><p>Words that are read. {{}}"
        words = "港" if name in {"big5", "euc-jp", "iso-2022-jp"} else "Гавань"
        python = {"x-mac-cyrillic": "mac-cyrillic"}.get(name, name)
        yield f"{name}.html", page.format(words).encode(python)
    yield "unsaid.htm", ("<title>Гавань</title><p>" + _RUSSIAN).encode("cp1251")
    yield "plain.xhtml.html", b"<?xml version='1.0' encoding='utf-8'?>" + _PAGE.encode()
    yield "saved.mht.html", _mail()
    yield "rich.md", _MARKDOWN.encode()
    yield "toml.md", b"+++\ntitle = 'T'\ndate = 2024-03-09\n+++\nWords."
    yield "guessed.md", ("# Гавань\n\n" + _RUSSIAN).encode("cp1251")


def _without_font(name: bytes) -> bytes:
    """Two columns and a table in a font that is not in the file: its like is looked for."""
    lines = [(72 + 260 * (n % 2), 700 - 9 * n, f"Line {n} leaves, 4 p.m.") for n in range(40)]
    lines += [(72 + 50 * (n % 5), 300 - 14 * (n // 5), f"{n}.50") for n in range(25)]
    drawn = b"".join(b"BT /F 8 Tf %d %d Td (%s) Tj ET " % (x, y, t.encode()) for x, y, t in lines)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/TrueType/BaseFont/" + name + b"/Encoding/WinAnsiEncoding>>",
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, made) for n, made in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


def _papers() -> Iterator[tuple[str, bytes]]:
    lines = [(72, 700 - 20 * n, 10 + n % 3, f"Line {n}: the ferry leaves.") for n in range(20)]
    yield "rich.pdf", pdf(lines, lines, title="Ferries")
    fonts = ("Times-Roman", "Courier-BoldOblique", "Symbol", "ZapfDingbats", "Arial", "SimSun")
    for font in fonts:
        yield f"{font}.pdf", _without_font(font.encode())
    yield "empty.pdf", pdf([])
    body = "".join(
        (
            wordml.paragraph("Harbours", wordml.style("Heading1")),
            wordml.paragraph("Ferries leave at four."),
            wordml.table(wordml.row(wordml.cell("a"), wordml.cell("b"))),
        )
    )
    yield "rich.docx", wordml.package(body)
    yield "long.docx", docx_of(*["Ferries leave at four."] * 300, _RUSSIAN)


SAMPLES = {name: data for some in (_texts(), _pages(), _papers()) for name, data in some}


def _outcome(read: Callable[[], Document]) -> Document | str:
    try:
        return read()
    except DocumentError as error:
        return str(error)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(FOLDER) as reader:
        yield reader


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_is_read_as_it_is_without_the_walls(name: str, reader: Reader) -> None:
    data = SAMPLES[name]
    without = _outcome(lambda: readers.read(readers.File(name), data))
    assert without != readers.BROKEN
    assert _outcome(lambda: reader.read(name, data)) == without
