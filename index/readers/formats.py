"""The table of formats: from a suffix to the reader of such files, loaded on first use."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from index.types import Document

__all__ = ["FEW", "NAMED", "PICTURES", "READERS", "reader"]

READERS = {
    ".csv": "sheets:read_csv",
    ".docx": "word:read",
    ".eml": "mail:read",
    ".epub": "book:read",
    ".htm": "html:read",
    ".html": "html:read",
    ".jpeg": "scan.pictures:read",
    ".jpg": "scan.pictures:read",
    ".json": "chat:read",
    ".markdown": "markdown:read",
    ".md": "markdown:read",
    ".mht": "saved:read",
    ".mhtml": "saved:read",
    ".msg": "mail:read",
    ".ods": "sheets:read_ods",
    ".odt": "odt:read",
    ".pdf": "pdf:read",
    ".png": "scan.pictures:read",
    ".pptx": "slides:read",
    ".rtf": "text:read",
    ".srt": "subtitles:read",
    ".text": "text:read",
    ".tsv": "sheets:read_csv",
    ".txt": "text:read",
    ".vtt": "subtitles:read",
    ".xls": "sheets:read_xls",
    ".xlsx": "sheets:read_xlsx",
    ".zip": "zipped:read",
}
"""For each suffix, the module below index.readers and the function in it."""

NAMED = (".csv", ".docx", ".epub", ".html", ".md", ".pdf", ".pptx", ".txt", ".xlsx")
"""The suffixes to suggest to people who have another kind of file."""

PICTURES = frozenset([".jpeg", ".jpg", ".png"])
"""The suffixes of files that are documents only where Tesseract is installed."""

FEW = frozenset([".docx", ".htm", ".html", ".markdown", ".md", ".pdf", ".text", ".txt"])
"""The suffixes of most folders: the process that reads files loads other readers on demand."""


def reader(suffix: str) -> Callable[[str, bytes, str], Document]:
    """Return the function that reads files of this suffix: id, bytes and digest -> the document."""
    module, _, name = READERS[suffix].partition(":")
    read: Callable[[str, bytes, str], Document] = getattr(
        importlib.import_module(f"index.readers.{module}"), name
    )
    return read
