"""What a file holds, by its content; its name is only what somebody called it."""

from __future__ import annotations

import re

from index import readers
from index.errors import DocumentError
from index.readers import archive

__all__ = ["refuse_disguised"]

_OFFICE = {
    "word/document.xml": ".docx",
    "xl/workbook.xml": ".xlsx",
    "ppt/presentation.xml": ".pptx",
}
_TAG = re.compile(rb"<\0?[!a-z]", re.I)
_KIND = {
    ".htm": ".html",
    ".markdown": ".md",
    ".text": ".txt",
}
_TEXT = {".html", ".md", ".txt"}


def refuse_disguised(name: str, data: bytes) -> None:
    """Raise DocumentError where a file is not what its suffix says, or hides another archive.

    A text that can be decoded may be called plain text or Markdown, whatever it holds.
    """
    suffix = readers.kind(name)
    suffix = _KIND.get(suffix, suffix)
    found = _kind(data)
    if found in (suffix, None) and suffix not in _TEXT:
        # what is none of the known is for its reader to refuse, by name
        pass
    elif found != suffix and (found is not None or suffix not in _TEXT):
        raise DocumentError(f"named {suffix}, but its content is that of {found}; name it so")
    if suffix == ".html" and not _TAG.search(data):
        raise DocumentError("named .html, but has no tags; name it .txt")
    if found == ".docx" and (part := archive.nested(data)):
        raise DocumentError(f"its part {part} is an archive; save it without embedded files")


def _kind(data: bytes) -> str | None:
    """The suffix of a file by its first bytes, None for text and for what is not known."""
    if b"%PDF-" in data[:1024]:
        return ".pdf"
    if data.startswith(b"PK\x03\x04"):
        names = archive.parts(data)
        return next((kind for name, kind in _OFFICE.items() if name in names), ".zip")
    return None
