"""Mail (`.eml`, `.msg`): who wrote when about what, and the words of the message."""

from __future__ import annotations

from pathlib import PurePosixPath

from index.readers.mail import eml, msg
from index.readers.mail.letter import Letter, write
from index.types import Document

__all__ = ["letter", "read"]


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a message; its subject is the title, its date that of the mail.

    If a message has two forms, the formatted one is read. Attachments are read on their own, see
    index.readers.held. Raises DocumentError if it is not a message.
    """
    return write(letter(id, data), id, digest)


def letter(id: str, data: bytes) -> Letter:
    """Read the message in a file, by its suffix; DocumentError if there is none."""
    parse = msg.parse if PurePosixPath(id).suffix.lower() == ".msg" else eml.parse
    return parse(data)
