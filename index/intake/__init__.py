"""Files are read in confined processes, which can do no harm; see docs/security.md."""

from __future__ import annotations

from collections.abc import Mapping

from index.intake import recognition
from index.intake.confinement import enclose, hide
from index.intake.limits import FOLDER, UPLOAD, Limits
from index.intake.reader import Reader, stop
from index.intake.readings import FolderReader, Readings
from index.types import Document

__all__ = [
    "FOLDER",
    "UPLOAD",
    "FolderReader",
    "Limits",
    "Reader",
    "Readings",
    "check",
    "enclose",
    "hide",
    "holds",
    "recognition",
    "stop",
]


def check(name: str, data: bytes, limits: Limits = UPLOAD) -> Document:
    """Read one untrusted file into a document; DocumentError says why it is refused."""
    with Reader(limits) as reader:
        return reader.read(name, data)


def holds() -> Mapping[str, bool]:
    """Return which walls around the reading process hold on this system: files, network, processes,
    memory.

    Such a process tries them itself. Empty if it cannot even start.
    """
    with Reader() as reader:
        return reader.walls()
