"""The common parts of OpenDocument's texts, sheets and slides: content and styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers import archive
from index.readers.word.raised import lowered, raised

if TYPE_CHECKING:
    from lxml.etree import XMLParser
    from lxml.etree import _Element as Element

__all__ = [
    "FO",
    "OFFICE",
    "PLAIN",
    "STYLE",
    "TABLE",
    "TEXT",
    "Look",
    "automatic",
    "content",
    "part",
    "shift",
    "whole",
    "words",
]

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE = (f"{{{_NAMES}{name}:1.0}}" for name in ("office", "text", "table"))
STYLE, FO = f"{{{_NAMES}style:1.0}}", f"{{{_NAMES}xsl-fo-compatible:1.0}}"
_CONTENT = "content.xml"
# Notes are read separately; comments and deleted text are not part of the document.
_ASIDE = {OFFICE + tag for tag in ("annotation", "annotation-end", "event-listeners")} | {
    TEXT + tag for tag in ("note", "tracked-changes", "ruby-text", "bookmark")
}
_LINE_ENDS = {TEXT + "line-break": "\n", TEXT + "tab": "\t"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a style looks; `shift` is above 0 for raised letters."""

    bold: bool = False
    struck: bool = False
    hidden: bool = False
    shift: int = 0


PLAIN = Look()


def content(data: bytes, kind: str) -> Element:
    """Return the content of an OpenDocument file; DocumentError if it is not one, damaged or
    encrypted.

    `kind` is the element of its body: text, spreadsheet or presentation.
    """
    from lxml import etree

    archive.check(data)
    parts = archive.Archive(data)
    if _CONTENT not in parts.names:
        raise DocumentError("not an OpenDocument file; save it again", "not_opendocument")
    if any(name.startswith(("Basic/", "Scripts/")) for name in parts.names):
        raise DocumentError("it holds macros; save it without them", "macros")
    try:
        root = etree.fromstring(parts.part(_CONTENT), _parser())
    except (etree.LxmlError, ValueError):
        encrypted = "META-INF/manifest.xml" in parts.names and b"encryption-data" in parts.part(
            "META-INF/manifest.xml"
        )
        if encrypted:
            raise DocumentError(
                "it is encrypted; save it without a password", "encrypted"
            ) from None
        raise DocumentError(
            "a damaged OpenDocument file; save it again", "opendocument_damaged"
        ) from None
    if root.find(f"{OFFICE}body/{OFFICE}{kind}") is None:
        raise DocumentError(
            f"not a {kind} of OpenDocument; give it the suffix that it has", "not_kind", kind=kind
        )
    return root


def part(parts: archive.Archive, name: str) -> Element | None:
    """The root of a part that holds XML; None if there is none, or it is damaged."""
    from lxml import etree

    try:
        return etree.fromstring(parts.part(name), _parser()) if name in parts.names else None
    except (etree.LxmlError, ValueError):
        return None


def automatic(root: Element) -> dict[str, Look]:
    """Return the looks of the styles that the content defines, by name."""
    found: dict[str, Look] = {}
    for style in root.iter(STYLE + "style"):
        look = style.find(STYLE + "text-properties")
        table = style.find(STYLE + "table-properties")
        shown = table is None or table.get(TABLE + "display") != "false"
        position = "" if look is None else look.get(STYLE + "text-position") or ""
        struck = "" if look is None else look.get(STYLE + "text-line-through-style") or ""
        found[style.get(STYLE + "name") or ""] = Look(
            bold=look is not None and look.get(FO + "font-weight") in ("bold", "700", "900"),
            struck=struck not in ("", "none"),
            hidden=not shown or (look is not None and look.get(TEXT + "display") == "none"),
            shift=shift(position),
        )
    return found


def words(element: Element, styles: dict[str, Look]) -> str:
    """Return what a paragraph shows, with its line breaks; not notes, comments or struck words."""
    return "".join(_words(element, styles, []))


def whole(value: str | None, otherwise: int) -> int:
    """Return the number in an attribute."""
    found = value and value.isascii() and value.isdigit() and len(value) < 10
    return int(value or "0") if found else otherwise


def _words(element: Element, styles: dict[str, Look], parts: list[str]) -> list[str]:
    parts.append(element.text or "")
    for child in element:
        look = styles.get(child.get(TEXT + "style-name") or "", PLAIN)
        if child.tag == TEXT + "s":
            parts.append(" " * whole(child.get(TEXT + "c"), 1))
        elif child.tag in _LINE_ENDS:
            parts.append(_LINE_ENDS[child.tag])
        elif child.tag not in _ASIDE and not look.struck and not look.hidden:
            if look.shift and child.tag == TEXT + "span":
                inner = "".join(_words(child, styles, []))
                parts.append((raised if look.shift > 0 else lowered)(inner, "".join(parts)))
            else:
                _words(child, styles, parts)
        parts.append(child.tail or "")
    return parts


def shift(position: str) -> int:
    """1 if a position of letters raises them, -1 if it lowers them, else 0."""
    first = position.split(" ", maxsplit=1)[0]
    if first in ("super", "sub"):
        return 1 if first == "super" else -1
    return -1 if first.startswith("-") else int(first not in ("", "0%"))


def _parser() -> XMLParser:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
