"""From files to documents. One module per format; every offset points into the reading text."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from index.errors import DocumentError, KnowledgeError
from index.readers import formats
from index.types import Document

__all__ = [
    "BROKEN",
    "MAX_BYTES",
    "File",
    "find",
    "is_leftover",
    "kind",
    "leftovers",
    "printable",
    "read",
    "storable",
]

# A text of this size has about ten million words; a larger one is an export or a mistake.
MAX_BYTES = 64 * 1024 * 1024

BROKEN = "the reader broke on it; export it again, or convert it to plain text"

_IRREGULAR = "not a regular file; put a plain file in its place"
_NOT_UTF_8 = "its name is not UTF-8; rename it"
_LEADS_OUT = "a link that leads out of the folder; put the file itself here"
_LEADS_NOWHERE = "a link that leads nowhere; put the file itself here"
_FOLDER_LINK = "a link to a folder outside; put the folder itself here"
_HIDDEN_FOLDER = "a link to a hidden folder; put the folder itself here"
_LEFTOVERS = {"desktop.ini", "thumbs.db", "ehthumbs.db"}


@dataclass(frozen=True, slots=True)
class File:
    """A file of the documents' folder: its path below it, with `/`, and where it is.

    `root` is the folder that its bytes must lie in, None for anywhere. `refused` is the reason if
    it must not be opened at all. `held` are its bytes if it was taken out of another file, and
    `mail` the subject of that if it is mail.
    """

    id: str
    path: Path = Path()
    root: Path | None = None
    refused: str | None = None
    held: bytes | None = None
    mail: str | None = None

    def load(self) -> bytes:
        """Return the file's bytes; DocumentError says why they cannot be read."""
        if self.refused:
            raise DocumentError(self.refused)
        kind(self.id)
        if self.held is not None:
            return self.held
        try:
            path = self._inside()
            if not stat.S_ISREG(path.stat().st_mode):
                raise DocumentError(_IRREGULAR, "irregular")
            # never wait for a pipe or follow a link that has taken its place since
            with open(path, "rb", opener=_open) as stream:
                found = os.fstat(stream.fileno())
                if not stat.S_ISREG(found.st_mode):
                    raise DocumentError(_IRREGULAR, "irregular")
                if found.st_size > MAX_BYTES:
                    raise DocumentError(
                        f"{found.st_size / 1024**2:,.0f} MB is too large; the limit is "
                        f"{MAX_BYTES // 1024**2} MB, split the file",
                        "file_large",
                        size=f"{found.st_size / 1024**2:,.0f}",
                        most=MAX_BYTES // 1024**2,
                    )
                return stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise DocumentError(
                f"cannot be read: {error.strerror}; check its rights",
                "unreadable",
                reason=error.strerror,
            ) from None

    def _inside(self) -> Path:
        """Return the real path, if it is below the root and not hidden there."""
        try:
            path = self.path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            if self.path.is_symlink():
                raise DocumentError(_LEADS_NOWHERE, "link_nowhere") from None
            raise error if isinstance(error, OSError) else OSError(errno.ELOOP, "") from None
        if self.root is None:
            return path
        root = self.root.resolve()
        if not path.is_relative_to(root):
            raise DocumentError(_LEADS_OUT, "link_outside")
        if any(part.startswith(".") for part in path.relative_to(root).parts):
            raise DocumentError("a link to a hidden file; put the file itself here", "link_hidden")
        return path


def kind(name: str) -> str:
    """Return the suffix of a file's name in small letters; DocumentError if no reader has it."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in formats.READERS:
        kinds = ", ".join(formats.NAMED)
        raise DocumentError(
            f"this kind of file cannot be read; convert it to one of {kinds}",
            "file_kind",
            kinds=kinds,
        )
    return suffix


def find(folder: Path) -> list[File]:
    """Find the files below `folder`, sorted by path, without hidden ones and without leftovers of
    editors and systems.

    A folder that cannot be listed, or a link to one elsewhere, is included as refused; a link to a
    folder of the tree adds nothing. Raises KnowledgeError if `folder` itself is missing or cannot
    be listed.
    """
    if not folder.is_dir():
        raise KnowledgeError(
            f"{folder}: no such folder; make it and put documents in it, or set CITEBOT_KNOWLEDGE",
            "folder_missing",
            folder=folder,
        )
    files: list[File] = []

    def unlisted(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise KnowledgeError(
                f"{folder}: {error.strerror}; check the folder's rights",
                "folder_rights",
                reason=error.strerror,
                path=folder,
            )
        reason = f"this folder cannot be listed: {error.strerror}; check its rights"
        files.append(_file(folder, Path(error.filename), reason))

    for parent, folders, names in os.walk(folder, onerror=unlisted):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            path = Path(parent, name)
            if path.is_symlink() and (refused := _refused_link(path, folder)):
                files.append(_file(folder, path, refused))
        documents = [n for n in names if not n.startswith(".") and not is_leftover(n)]
        files += [_file(folder, Path(parent, name)) for name in documents]
    return _apart(files)


def _refused_link(path: Path, root: Path) -> str | None:
    """Return why a link to a folder is refused; None if it leads to one whose files are read
    anyway.
    """
    target, inside = path.resolve(), root.resolve()
    if not target.is_relative_to(inside):
        return _FOLDER_LINK
    hidden = any(part.startswith(".") for part in target.relative_to(inside).parts)
    return _HIDDEN_FOLDER if hidden else None


def is_leftover(name: str) -> bool:
    """Return True if a file is what an editor or a system left beside a document."""
    name = name.lower()
    return name in _LEFTOVERS or name.startswith("~$") or name.endswith(("~", ".bak", ".tmp"))


def leftovers(folder: Path) -> int:
    """Return how many files of the folder are skipped as leftovers."""
    return sum(
        is_leftover(name) and not name.startswith(".")
        for _, _, names in os.walk(folder)
        for name in names
    )


def storable(name: str) -> str:
    r"""Return a name as UTF-8 can hold it: other bytes become escapes, such as `\udcff`."""
    return name.encode(errors="backslashreplace").decode()


def printable(name: str) -> str:
    r"""Return a name on one line, for a log: characters that cannot be printed become escapes,
    such as `\n`.
    """
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in name)


def read(file: File, data: bytes) -> Document:
    """Read `data`, the bytes of `file`, into a document; DocumentError says why there is none."""
    try:
        file.id.encode()
    except UnicodeEncodeError:
        raise DocumentError(_NOT_UTF_8, "file_name") from None
    reader = formats.reader(kind(file.id))
    try:
        return reader(file.id, data, hashlib.sha256(data).hexdigest())
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        # parsers raise anything; only the class of the error is known
        raise DocumentError(BROKEN, "reader_broke") from error


def _file(folder: Path, path: Path, refused: str | None = None) -> File:
    name = path.relative_to(folder).as_posix()
    id = storable(name)
    return File(id, path, folder, refused or (_NOT_UTF_8 if id != name else None))


def _apart(files: list[File]) -> list[File]:
    """Sort the files and give each its own id: two names may print alike."""
    apart: dict[str, File] = {}
    for file in sorted(files, key=lambda file: (file.refused is not None, file.id)):
        id = file.id
        while id in apart:
            id += "\ufffd"
        apart[id] = replace(file, id=id)
    return sorted(apart.values(), key=lambda file: file.id)


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
