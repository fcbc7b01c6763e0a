"""Files of the formats that are not text, made for a test."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx
from docx.document import Document as Word

__all__ = ["Text", "docx_of", "pdf", "rewritten", "word", "zipped"]

Text = tuple[float, float, float, str]
"""Where a line of a page begins, from the left and from below; its size; its words."""

_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
_CMAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Letters def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""


def pdf(
    *pages: Sequence[Text | str],
    title: str | bytes | None = None,
    locked: bool = False,
    codes: Mapping[str, int] | None = None,
    field: tuple[float, float, str] | None = None,
) -> bytes:
    """A PDF of these pages; one without lines has no text layer. `locked` asks for a password.

    A plain string of a page draws what it says in PDF's own operators. `codes` are characters that
    the font maps to other codes; `field` is one on the first page, with its place and value.
    """
    encoded = {ord(character): code for character, code in (codes or {}).items()}
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
    )
    letters = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW 500 /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font, letters, _stream(_CMAP)]
    if field:
        x, y, value = field
        objects[0] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>"
        box = f"/Rect [{x} {y} {x + 150} {y + 16}] /V ({value}) /T (n) /F 4"
        objects.append(f"<< /Type /Annot /Subtype /Widget /FT /Tx {box} >>".encode())
    kids: list[bytes] = []
    for page in pages:
        shown = "\n".join(
            item if isinstance(item, str) else _shown(*item, encoded) for item in page
        )
        objects.append(_stream(shown.encode()))
        fields = b"/Annots [6 0 R] " if field and not kids else b""
        resources = fields + b"/Resources << /Font << /F 3 0 R >> >> >>"
        objects.append(_PAGE % len(objects) + resources)
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(kids), b" ".join(kids))
    trailer = b"/Root 1 0 R"
    if title:
        units = title if isinstance(title, bytes) else title.encode("utf-16-be")
        objects.append(b"<< /Title <feff%b> >>" % units.hex().encode())
        trailer += b" /Info %d 0 R" % len(objects)
    if locked:
        # keys of zeros fit no password, the empty one included
        key = b"0" * 64
        trailer += b" /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
        trailer += b"/O <%b> /U <%b> >>" % (key, key)
    return _file(objects, trailer)


def _shown(x: float, y: float, size: float, words: str, codes: Mapping[int, int]) -> str:
    code = words.translate(codes).encode("utf-16-be").hex()
    return f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm <{code}> Tj ET"


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(data), data)


def _file(objects: Sequence[bytes], trailer: bytes) -> bytes:
    data, table = b"%PDF-1.7\n", b"0000000000 65535 f \n"
    for number, body in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    size = len(objects) + 1
    return data + b"xref\n0 %d\n%btrailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        trailer,
        len(data),
    )


def word(document: Word) -> bytes:
    """The bytes of a Word document."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def docx_of(*paragraphs: str) -> bytes:
    """A Word document of these paragraphs."""
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    return word(document)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A `.zip` of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def rewritten(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The archive with these parts in place of its own, or beside them."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return stream.getvalue()
