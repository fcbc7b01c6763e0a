"""Files -> documents. One module a format; every offset points into the reading text."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from index.errors import DocumentError, KnowledgeError
from index.readers import html, markdown, pdf, text, word
from index.types import Document

__all__ = ["MAX_BYTES", "File", "find", "kind", "read"]

# A text of this size has about ten million words; what is larger is an export or a mistake.
MAX_BYTES = 64 * 1024 * 1024

_READERS: dict[str, Callable[[str, bytes, str], Document]] = {
    ".txt": text.read,
    ".text": text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".pdf": pdf.read,
    ".docx": word.read,
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of the documents' folder: its path below it, with `/`, and where it is."""

    id: str
    path: Path

    def load(self) -> bytes:
        """The file's bytes; DocumentError says why they cannot be had."""
        kind(self.id)
        try:
            found = self.path.stat()
            # a pipe or a device would wait for ever
            if not stat.S_ISREG(found.st_mode):
                raise DocumentError("not a regular file; put a plain file in its place")
            if found.st_size > MAX_BYTES:
                raise DocumentError(
                    f"{found.st_size / 1024**2:,.0f} MB is too large; the limit is "
                    f"{MAX_BYTES // 1024**2} MB, split the file"
                )
            return self.path.read_bytes()
        except OSError as error:
            raise DocumentError(f"cannot be read: {error.strerror}; check its rights") from None


def kind(name: str) -> str:
    """The suffix of a file's name in small letters; DocumentError where it is of no reader."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in _READERS:
        kinds = ", ".join(sorted(_READERS))
        raise DocumentError(f"this kind of file is not read; convert it to one of {kinds}")
    return suffix


def find(folder: Path) -> list[File]:
    """The files below `folder`, sorted by path; hidden ones and hidden folders are left out.

    Raises KnowledgeError where the folder is missing or cannot be listed.
    """
    if not folder.is_dir():
        raise KnowledgeError(
            f"{folder}: no such folder; make it and put documents in it, or set CITEBOT_KNOWLEDGE"
        )
    files = []
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith("."):
                path = Path(parent, name)
                files.append(File(path.relative_to(folder).as_posix(), path))
    return sorted(files, key=lambda file: file.id)


def read(file: File, data: bytes) -> Document:
    """The document in `data`, the bytes of `file`; DocumentError says why there is none."""
    try:
        file.id.encode()
    except UnicodeEncodeError:
        raise DocumentError("its name is not UTF-8; rename it") from None
    reader = _READERS[kind(file.id)]
    return reader(file.id, data, hashlib.sha256(data).hexdigest())


def _refuse(error: OSError) -> None:
    raise KnowledgeError(f"{error.filename}: {error.strerror}; check the folder's rights")
