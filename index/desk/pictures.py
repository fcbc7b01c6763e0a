"""Pictures of pages with the quoted words marked, from the documents' files."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import TYPE_CHECKING

from index import readers
from index.errors import DocumentError
from index.intake import FOLDER, Reader
from index.stores import OpenGeneration
from index.types import Document, Picture, Span

if TYPE_CHECKING:
    from index.readers.pdf.views import View

__all__ = ["Pictures"]

_LIMITS = replace(FOLDER, seconds=20.0, reply=16 * 1024 * 1024)
# A sentence seldom runs over more than two pages, a passage neither.
_MOST_PAGES = 3
_KEPT = 24 * 1024 * 1024  # bytes; a picture has some 300 KB

_Key = tuple[str, str, tuple[Span, ...]]


class Pictures:
    """Draws pages, and keeps the last pictures of a generation. Safe to use from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: OrderedDict[_Key, Picture] = OrderedDict()
        self._lock = Lock()

    def picture(self, generation: OpenGeneration, id: str, marks: Sequence[Span]) -> Picture:
        """The pages that these ranges of a document stand on, with their words marked.

        Raises DocumentError if there are none, or if the file is not the one that was indexed.
        """
        key = generation.generation.id, id, tuple(marks)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        document = generation.document(id)
        if document is None:
            raise DocumentError("it is no longer in the index; ask again", "document_gone")
        views = _views(document, marks)
        if not views:
            raise DocumentError("only the pages of a PDF can be shown", "page_pdf_only")
        data = self._load(document)
        with Reader(_LIMITS) as reader:
            made = reader.picture(data, views, scans=_is_recognised(document))
        self._keep(key, made)
        return made

    def file(self, id: str) -> bytes:
        """Return the bytes of a document's file, or of its part of an archive or a mail;
        DocumentError if it is gone.
        """
        if (data := self._held(id)) is None:
            raise DocumentError("its file is no longer in the documents' folder", "file_gone")
        return data

    def _load(self, document: Document) -> bytes:
        """The file that the document was read from; DocumentError if there is none, or another."""
        data = self.file(document.id)
        if hashlib.sha256(data).hexdigest() != document.digest:
            raise DocumentError(
                "its file has changed since it was indexed; ask again in a while", "file_changed"
            )
        return data

    def _held(self, id: str) -> bytes | None:
        """Return the bytes of a file of the folder, or of one in an archive or a mail there."""
        for outer in (id, *map(str, PurePosixPath(id).parents)):
            if (self._folder / outer).is_file():
                break
        else:
            return None
        data = readers.File(outer, self._folder / outer, self._folder).load()
        with Reader(_LIMITS) as reader:
            while outer != id:
                inside = {f"{outer}/{file.name}": file.data for file in reader.inside(outer, data)}
                found = [name for name in inside if id == name or id.startswith(f"{name}/")]
                if not found:
                    return None
                outer, data = found[0], inside[found[0]]
        return data

    def _keep(self, key: _Key, made: Picture) -> None:
        with self._lock:
            # what was removed from the documents is not kept longer than they are
            for other in [other for other in self._kept if other[0] != key[0]]:
                del self._kept[other]
            self._kept[key] = made
            while len(self._kept) > 1 and sum(len(one.png) for one in self._kept.values()) > _KEPT:
                self._kept.popitem(last=False)


def _is_recognised(document: Document) -> bool:
    return any(anchor.kind == "ocr" for anchor in document.anchors)


def _views(document: Document, marks: Sequence[Span]) -> list[View]:
    """The first pages that the ranges touch, each with its part of them."""
    # the readers of PDF take .2 s to import, which each question at a terminal would pay
    from index.readers.pdf.views import View

    found: list[View] = []
    for number, page in enumerate(document.pages):
        parts = tuple(
            (max(mark.start, page.start) - page.start, min(mark.end, page.end) - page.start)
            for mark in marks
            if max(mark.start, page.start) < min(mark.end, page.end)
        )
        if parts:
            found.append(View(number, page.of(document.text), parts))
    return found[:_MOST_PAGES]
