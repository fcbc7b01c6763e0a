"""Files that hold files: archives, and mail with what is attached to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index import readers
from index.errors import DocumentError

__all__ = ["Held", "Room", "holds", "is_document", "take_out"]

_MAIL = (".eml", ".msg")
_ARCHIVE = ".zip"
# Mail that is attached to mail, an archive that is attached to that, and so on.
_DEEPEST = 5
# Of all that is in one file, at any depth.
_MOST_FILES, _MOST_BYTES = 5_000, 256 * 1024 * 1024
_CROWDED = "the archive or mail around it holds too much; add this file by itself"
_DEEP = "it is nested too deeply in other files; add it by itself"


@dataclass(frozen=True, slots=True)
class Held:
    """A file in another: its path in that, its bytes, or the reason if they cannot be read.

    `mail` is the subject of the mail that it is attached to, None if it is in an archive.
    """

    name: str
    data: bytes = b""
    refused: str | None = None
    mail: str | None = None


class Room:
    """How much of one file is still taken out, at any depth."""

    def __init__(self) -> None:
        self._files, self._bytes = _MOST_FILES, _MOST_BYTES

    def taken(self, files: Sequence[readers.File]) -> list[readers.File]:
        """Return these files of a file; those that are too deep or too much are refused."""
        found = []
        for file in files:
            self._files -= 1
            self._bytes -= len(file.held or b"")
            if self._files < 0 or self._bytes < 0:
                found.append(replace(file, refused=_CROWDED, held=None))
            elif _depth(file.id) > _DEEPEST:
                found.append(replace(file, refused=_DEEP, held=None))
            else:
                found.append(file)
        return found


def holds(id: str) -> bool:
    """Return True if a file of this name may hold others that are read."""
    return _depth(id) <= _DEEPEST and _suffix(id) in (*_MAIL, _ARCHIVE)


def is_document(id: str) -> bool:
    """Return True if a file of this name is a document itself, and not only the files in it."""
    return _suffix(id) != _ARCHIVE


def take_out(id: str, data: bytes, most: int) -> Iterator[Held]:
    """Yield the files in a file, in order; DocumentError if they unpack to over `most` bytes.

    Attachments of a kind that is not read are not among them: their mail lists them.
    """
    if _suffix(id) == _ARCHIVE:
        from index.readers import zipped

        for name, found in zipped.take_out(data, most):
            if isinstance(found, DocumentError):
                yield Held(name, refused=str(found))
            else:
                yield Held(name, found)
        return
    from index.readers import mail
    from index.readers.mail.letter import is_read

    letter = mail.letter(id, data)
    subject = letter.subject or PurePosixPath(id).name
    names: dict[str, int] = {}
    for attachment in letter.attachments:
        name = attachment.name.replace("/", "_").replace("\\", "_").lstrip(".")
        if is_read(replace(attachment, name=name)):
            names[name] = names.get(name, 0) + 1
            stem, dot, suffix = name.rpartition(".")
            # mail may have several of one name
            label = name if names[name] == 1 else f"{stem} ({names[name]}){dot}{suffix}"
            yield Held(label, attachment.data, mail=subject)


def _depth(id: str) -> int:
    """Return in how many files a file lies, itself counted if it may hold some."""
    parts = PurePosixPath(id).parts
    return sum(part.lower().endswith((*_MAIL, _ARCHIVE)) for part in parts)


def _suffix(id: str) -> str:
    return PurePosixPath(id).suffix.lower()
