"""Word files made by hand, as other programs than Word write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

__all__ = ["cell", "package", "paragraph", "row", "run", "style", "table"]

_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{name}"'
    for prefix, name in [
        ("w", "wordprocessingml/2006/main"),
        ("m", "officeDocument/2006/math"),
        ("r", "officeDocument/2006/relationships"),
        ("mc", "markup-compatibility/2006"),
    ]
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)


def run(words: str, properties: str = "") -> str:
    """A run of these words, or of the elements in them."""
    inner = words if words.startswith("<") else f'<w:t xml:space="preserve">{words}</w:t>'
    return f"<w:r><w:rPr>{properties}</w:rPr>{inner}</w:r>"


def paragraph(words: str, properties: str = "", runs: str = "") -> str:
    """A paragraph of these words, or of the elements in them."""
    inner = words if words.startswith("<") else run(words, runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def cell(words: str, properties: str = "", runs: str = "") -> str:
    """A cell of a table: these words, or the blocks in them."""
    inner = words if words.startswith("<w:p>") else paragraph(words, runs=runs)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "", runs: str = "") -> str:
    """A row of a table."""
    inner = "".join(c if c.startswith("<w:tc>") else cell(c, runs=runs) for c in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def table(*rows: str, properties: str = "") -> str:
    """A table of these rows."""
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def style(name: str) -> str:
    """The properties of a paragraph in one of Word's own styles."""
    return f'<w:pStyle w:val="{name}"/>'


def package(
    *body: str,
    main: str = "word/document.xml",
    related: Mapping[str, tuple[str, str | bytes]] | None = None,
    relations: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    title: str = "",
    strict: bool = False,
) -> bytes:
    """A Word file of these blocks.

    `related` are kinds of relation with the name and the content of the part, whose XML needs no
    declaration of namespaces; `relations` are more of them as they stand.
    """
    folder, _, file = main.rpartition("/")
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations({"officeDocument": main, "core-properties": "core.xml"}),
        main: f"<w:document><w:body>{''.join(body)}</w:body></w:document>",
        f"{folder}/_rels/{file}.rels": _relations(
            {kind: name for kind, (name, _) in (related or {}).items()}, relations
        ),
        **{f"{folder}/{name}": part for name, part in (related or {}).values()},
        **(parts or {}),
    }
    if title:
        content["core.xml"] = (
            f'<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></p>'
        )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, _strict(part) if strict else _spaced(part))
    return stream.getvalue()


def _relations(targets: Mapping[str, str], more: str = "") -> str:
    each = "".join(
        f'<Relationship Id="{kind}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{each}{more}</Relationships>"
    )


def _spaced(part: str | bytes) -> str | bytes:
    if isinstance(part, bytes) or not part.startswith("<w:"):
        return part
    tag, end, rest = part.partition(">")
    return f"{tag} {_SPACES}{end}{rest}"


def _strict(part: str | bytes) -> str | bytes:
    spaced = _spaced(part)
    if isinstance(spaced, bytes):
        return spaced
    for name in ("wordprocessingml/2006/main", "officeDocument/2006/math"):
        loose = name.replace("2006/", "")
        spaced = spaced.replace(
            f"http://schemas.openxmlformats.org/{name}", f"http://purl.oclc.org/ooxml/{loose}"
        )
    return spaced.replace(_KINDS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
