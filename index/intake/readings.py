"""The results of reading files, stored in the data directory until the file changes."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache, partial
from importlib import metadata
from pathlib import Path, PurePosixPath

from index import readers
from index.errors import DocumentError
from index.intake import recognition
from index.intake.codec import decode, encode
from index.intake.limits import FOLDER, UPLOAD
from index.intake.reader import Reader, Waiting
from index.readers import held
from index.readers.held import Held
from index.types import Anchor, Document

__all__ = ["FolderReader", "Readings"]

_log = logging.getLogger(__name__)

# An upload waits for its editor, and then for the next build; after that it is read again.
_KEPT_SECONDS = 7 * 24 * 3600
_KEPT_BYTES = 256 * 1024 * 1024
# Of the files that cannot be read, so many are named.
_NAMED = 5
_PARSERS = ("lxml", "markdown-it-py", "olefile", "pypdfium2", "PyYAML", "xlfmt", "xlrd")


Watching = Callable[[str, int, int], None]
"""Called several times a second while a file is read: its id, how many of its pages or of the files
in it are read, and how many it has; zeros if that is not known.
"""


class FolderReader:
    """Reads files of the folder, and takes files out of others, each in a confined process.

    `failures` has the reasons of what failed before, by key, and `seen` the keys that were asked
    for; `write` stores the failures.
    """

    def __init__(
        self,
        reader: Reader,
        failures: dict[str, str],
        watching: Watching,
        write: Callable[[], None],
    ) -> None:
        self.seen: set[str] = set()
        self.known: Callable[[str, str], Document | None] | None = None
        self._reader = reader
        self._failures = failures
        self._watching = watching
        self._write = write

    def __call__(self, file: readers.File) -> Document:
        """Read a file; DocumentError if it cannot be read, or could not before."""
        data = file.load()
        digest = hashlib.sha256(data).hexdigest()
        if self.known and (known := self.known(file.id, digest)):
            return known
        with self._remembered(file, digest):
            _log.info("Reading %s", readers.printable(file.id))
            return _placed(self._reader.read(file.id, data, waiting=self._at(file)), file)
        raise AssertionError("it is read or raises")

    def inside(self, file: readers.File) -> list[readers.File]:
        """Return the files in a file; DocumentError if they cannot be taken out."""
        data = file.load()
        with self._remembered(file, hashlib.sha256(data).hexdigest(), "inside"):
            return _files(file, self._reader.inside(file.id, data, self._at(file)))
        raise AssertionError("it is taken apart or raises")

    def _at(self, file: readers.File) -> Waiting:
        return partial(self._watching, file.id)

    @contextmanager
    def _remembered(self, file: readers.File, digest: str, what: str = "") -> Iterator[None]:
        """Raise the failure of before, or remember the one that comes."""
        key = f"{digest}{PurePosixPath(file.id).suffix.lower()}{what}"
        self.seen.add(key)
        if key in self._failures:
            raise DocumentError(self._failures[key])
        try:
            yield
        except DocumentError as error:
            _log.warning("Not read: %s: %s", readers.printable(file.id), error)
            self._failures[key] = str(error)
            # at once: the next file may end the whole process
            self._write()
            raise


class Readings:
    """The documents read from uploads, for the next build, and the files that cannot be read.

    A document is stored by the file's digest, its id and the version of the readers; a failure by
    digest, kind and version, so that it is not tried again before one of them changes.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self._folder = data / "readings"
        self._failures = data / "unread.json"

    def upload(
        self, id: str, data: bytes, watching: Watching | None = None
    ) -> tuple[list[Document], list[tuple[str, str]]]:
        """Read an untrusted file and the files in it, each once: the documents, and what cannot be
        read with the reasons; DocumentError if that is all of it.
        """
        documents: list[Document] = []
        failed: list[tuple[str, str]] = []
        waiting, room, whole = [readers.File(id, held=data)], held.Room(), 0
        watch = watching or _ignore
        with Reader(UPLOAD) as reader:
            while waiting:
                file = waiting.pop()
                watch(id, max(whole - len(waiting) - 1, 0), whole)
                at = partial(watch, file.id)
                try:
                    if held.is_document(file.id):
                        documents.append(self._upload(file, reader, at))
                    if held.holds(file.id):
                        inside = _files(file, reader.inside(file.id, file.load(), at))
                        waiting += reversed(room.taken(inside))
                        whole += len(inside)
                except DocumentError as error:
                    if file.id == id:
                        raise
                    failed.append((file.id, str(error)))
        if not documents:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in failed[:_NAMED])
            raise DocumentError(reasons or "it contains no documents; add some")
        return documents, failed

    @contextmanager
    def folder(self, watching: Watching, *, afresh: bool = False) -> Iterator[FolderReader]:
        """Return a reader of files of the folder.

        If `afresh`, files that failed before are tried again. Failures are stored at the end.
        """
        failures: dict[str, str] = {} if afresh else dict(self._failed())
        with Reader(FOLDER) as reader:
            found = FolderReader(reader, failures, watching, lambda: self._write_failed(failures))
            found.known = None if afresh else self._kept
            yield found
        if failures.keys() - found.seen:
            self._write_failed({key: failures[key] for key in failures if key in found.seen})

    def forget_old(self) -> None:
        """Remove what no build has used, and the oldest entries when they take too much room."""
        now, room = time.time(), _KEPT_BYTES
        for path in sorted(self._folder.glob("*"), key=_age, reverse=True):
            with suppress(OSError):
                found = path.stat()
                room -= found.st_size
                if room < 0 or abs(now - found.st_mtime) > _KEPT_SECONDS:
                    path.unlink()

    def _upload(self, file: readers.File, reader: Reader, waiting: Waiting) -> Document:
        data = file.load()
        digest = hashlib.sha256(data).hexdigest()
        if (known := self._kept(file.id, digest)) is not None:
            return known
        _log.info("Reading %s", readers.printable(file.id))
        document = _placed(reader.read(file.id, data, waiting=waiting), file)
        self._keep(document)
        return document

    def _kept(self, id: str, digest: str) -> Document | None:
        with suppress(OSError, ValueError):
            checked = self._path(id, digest).read_bytes()
            check, packed = checked[:32], checked[32:]
            if hashlib.sha256(packed).digest() == check:
                document = decode(packed)
                if (document.id, document.digest) == (id, digest):
                    return document
        return None

    def _keep(self, document: Document) -> None:
        packed = encode(document)
        path = self._path(document.id, document.digest)
        # if the disk refuses, the file is read again
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(path, hashlib.sha256(packed).digest() + packed)
        self.forget_old()

    def _path(self, id: str, digest: str) -> Path:
        key = "\0".join((digest, id, _version()))
        return self._folder / hashlib.sha256(key.encode(errors="replace")).hexdigest()

    def _failed(self) -> Mapping[str, str]:
        with suppress(OSError, ValueError, TypeError, AttributeError):
            found = json.loads(self._failures.read_bytes())
            if found["version"] == _version():
                return {str(key): str(reason) for key, reason in found["files"].items()}
        return {}

    def _write_failed(self, failures: Mapping[str, str]) -> None:
        with suppress(OSError):
            words = json.dumps({"version": _version(), "files": failures}, ensure_ascii=False)
            _write(self._failures, words.encode(errors="replace"))


def _ignore(id: str, done: int, whole: int) -> None:
    pass


def _version() -> str:
    """Return a digest of the readers' own code and the versions of the parsers."""
    tesseract = recognition.tesseract()
    return _code() + (f" {tesseract.version} {tesseract.names}" if tesseract else "")


@cache
def _code() -> str:
    digest = hashlib.sha256()
    root = Path(readers.__file__).parent
    for path in sorted([*root.rglob("*.py"), *(root.parent / "text").glob("*.py")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for package in _PARSERS:
        with suppress(metadata.PackageNotFoundError):
            digest.update(f"{package} {metadata.version(package)}\0".encode())
    return digest.hexdigest()


def _files(outer: readers.File, inside: Sequence[Held]) -> list[readers.File]:
    """Return the files in a file; those of an archive that is attached to mail are so, too."""
    return [
        readers.File(
            f"{outer.id}/{file.name}",
            refused=file.refused,
            held=file.data,
            mail=outer.mail if file.mail is None else file.mail,
        )
        for file in inside
    ]


def _placed(document: Document, file: readers.File) -> Document:
    """Return the document with the mail that it is attached to."""
    if file.mail is None:
        return document
    return replace(document, anchors=(Anchor(0, "mail", file.mail), *document.anchors))


def _age(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def _write(path: Path, data: bytes) -> None:
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        new.write_bytes(data)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
