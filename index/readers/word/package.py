"""The parts of a Word file and their references to each other, as Word itself finds them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.errors import DocumentError
from index.readers import archive
from index.readers.word.wordml import W

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Package", "Relation", "is_word", "opened"]

_MAIN = re.compile(r"(?:.*/)?word/document\d*\.xml")
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of Office before 2007, and of encrypted files
_PROJECT = "_VBA_PROJECT".encode("utf-16-le")
_MACROS = (b"vbaproject", b"macroenabled")
# The strict ISO form of the format has other namespaces for the same elements.
_STRICT = "http://purl.oclc.org/ooxml/"
_PLAIN = {
    f"{_STRICT}wordprocessingml/main": "wordprocessingml/2006/main",
    f"{_STRICT}officeDocument/math": "officeDocument/2006/math",
    f"{_STRICT}officeDocument/relationships": "officeDocument/2006/relationships",
    f"{_STRICT}drawingml/main": "drawingml/2006/main",
    f"{_STRICT}spreadsheetml/main": "spreadsheetml/2006/main",
    f"{_STRICT}presentationml/main": "presentationml/2006/main",
}


@dataclass(frozen=True, slots=True)
class Relation:
    """A reference from one part to another: its id, its kind (`styles`), the other part's name."""

    id: str
    kind: str
    target: str


class Package:
    """The parts of a file by their names, in small letters and with `/`.

    A reference to a missing part, such as a lost picture, costs only that part.
    """

    def __init__(self, data: bytes) -> None:
        archive.check(data)
        self._archive = archive.Archive(data)
        self._names = {_plain(name): name for name in self._archive.names}
        self.main = self._main()

    def part(self, name: str) -> bytes | None:
        """Return the bytes of a part, None if it is missing; DocumentError if it is damaged."""
        name = _plain(name)
        return self._archive.part(self._names[name]) if name in self._names else None

    def xml(self, name: str) -> Element | None:
        """Return the root of a part, None if it is missing or not XML.

        Raises DocumentError if it declares a document type, which could name entities.
        """
        data = self.part(name)
        return None if data is None else _parse(data, name)

    def relations(self, name: str) -> Iterator[Relation]:
        """Return the references of a part to others that exist."""
        folder, file = posixpath.split(_plain(name))
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        for relation in () if root is None else root:
            target = _resolved(folder, relation.get("Target") or "")
            if relation.get("TargetMode") != "External" and target in self._names:
                kind = (relation.get("Type") or "").rpartition("/")[2]
                yield Relation(relation.get("Id") or "", kind, target)

    def related(self, kind: str) -> Element | None:
        """Return the root of the first part of this kind that the main part refers to, if any."""
        for relation in self.relations(self.main):
            if relation.kind == kind:
                return self.xml(relation.target)
        return None

    @property
    def document(self) -> str:
        """Return the name of the part that the others belong to, of any kind; empty if there is
        none.
        """
        found = (each.target for each in self.relations("") if each.kind == "officeDocument")
        return next(found, "")

    @property
    def has_macros(self) -> bool:
        """Return True if there is a macro project, whatever its name."""
        types = (self.part("[Content_Types].xml") or b"").replace(b"\0", b"").lower()
        if any(sign in types for sign in _MACROS):
            return True
        if any(name.endswith("vbaproject.bin") for name in self._names):
            return True
        return any(
            _PROJECT in self._archive.part(name)
            for name in self._names.values()
            if self._archive.part(name, len(_OLD)) == _OLD
        )

    def _main(self) -> str:
        """Return the name of the part that holds the text of a Word document, empty if there is
        none.
        """
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and _is_text(self.xml(relation.target)):
                return relation.target
        return next(filter(_MAIN.fullmatch, sorted(self._names)), "")


def opened(data: bytes) -> Package:
    """Open the package in a file; DocumentError says why there is none that may be read."""
    if data.startswith(_OLD):
        raise DocumentError(
            "it is encrypted or of an old Word; save it as .docx without password", "encrypted_docx"
        )
    if not data.startswith(b"PK"):
        raise DocumentError("not a Word document; save it as .docx", "not_docx")
    package = Package(data)
    if not package.main:
        raise DocumentError("not a Word document; save it as .docx", "not_docx")
    if package.has_macros:
        raise DocumentError("it holds macros; save it as .docx without them", "macros_docx")
    return package


def is_word(data: bytes) -> bool:
    """Return True if an archive is a Word document, whatever its parts are called."""
    return bool(Package(data).main)


def _is_text(root: Element | None) -> bool:
    return root is not None and root.tag == W + "document"


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower().lstrip("/")


def _resolved(folder: str, target: str) -> str:
    """Return the name of the part at an address, relative to the folder of the part that names
    it.
    """
    target = unquote(target.replace("\\", "/").partition("#")[0])
    return _plain(posixpath.normpath(posixpath.join("/", folder, target)))


def _parse(data: bytes, name: str) -> Element | None:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, LookupError):
        return None
    if root.getroottree().docinfo.doctype:
        raise DocumentError(
            f"its part {name} declares XML entities; export it again", "xml_entities", part=name
        )
    if any(space.startswith(_STRICT) for space in root.nsmap.values()):
        _loosen(root)
    return root


def _loosen(root: Element) -> None:
    """Give the elements and attributes of the strict form their usual names."""
    for element in root.iter():
        element.tag = _loose(element.tag)
        for name, said in element.items():
            if name.startswith("{" + _STRICT):
                del element.attrib[name]
                element.set(_loose(name), said)


def _loose(name: str) -> str:
    space, _, local = name[1:].partition("}")
    if name.startswith("{") and space in _PLAIN:
        return f"{{http://schemas.openxmlformats.org/{_PLAIN[space]}}}{local}"
    return name
