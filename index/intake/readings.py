"""The results of reading files, stored in the data directory until the file changes."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib import metadata
from pathlib import Path, PurePosixPath

from index import readers
from index.errors import DocumentError
from index.intake import recognition
from index.intake.codec import decode, encode
from index.intake.limits import FOLDER, UPLOAD
from index.intake.reader import Reader
from index.types import Document

__all__ = ["Readings"]

_log = logging.getLogger(__name__)

# An upload waits for its editor, and then for the next build; after that it is read again.
_KEPT_SECONDS = 7 * 24 * 3600
_KEPT_BYTES = 256 * 1024 * 1024
_PARSERS = ("lxml", "markdown-it-py", "olefile", "pypdfium2", "PyYAML", "xlfmt", "xlrd")


class Readings:
    """The documents read from uploads, for the next build, and the files that cannot be read.

    A document is stored by the file's digest, its id and the version of the readers; a failure by
    digest, kind and version, so that it is not tried again before one of them changes.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / "readings"
        self._failures = data / "unread.json"

    def upload(self, id: str, data: bytes) -> Document:
        """Read an untrusted file once; DocumentError says why it is refused."""
        digest = hashlib.sha256(data).hexdigest()
        if (known := self._kept(id, digest)) is not None:
            return known
        _log.info("Reading %s", readers.printable(id))
        with Reader(UPLOAD) as reader:
            document = reader.read(id, data)
        self._keep(document)
        return document

    @contextmanager
    def folder(
        self, waiting: Callable[[], None], *, afresh: bool = False
    ) -> Iterator[Callable[[readers.File], Document]]:
        """Return a function that reads files of the folder; `waiting` is called several times a
        second.

        That function reads one file or raises DocumentError. If `afresh`, files that failed before
        are tried again. Failures are stored at the end.
        """
        failures: dict[str, str] = {} if afresh else dict(self._failed())
        seen = set()
        with Reader(FOLDER) as reader:

            def read(file: readers.File) -> Document:
                data = file.load()
                digest = hashlib.sha256(data).hexdigest()
                if not afresh and (known := self._kept(file.id, digest)):
                    return known
                key = f"{digest}{PurePosixPath(file.id).suffix.lower()}"
                seen.add(key)
                if key in failures:
                    raise DocumentError(failures[key])
                _log.info("Reading %s", readers.printable(file.id))
                try:
                    return reader.read(file.id, data, waiting=waiting)
                except DocumentError as error:
                    _log.warning("Not read: %s: %s", readers.printable(file.id), error)
                    failures[key] = str(error)
                    # at once: the next file may end the whole process
                    self._write_failed(failures)
                    raise

            yield read
        if failures.keys() - seen:
            self._write_failed({key: failures[key] for key in failures if key in seen})

    def forget_old(self) -> None:
        """Remove what no build has used, and the oldest entries when they take too much room."""
        now, room = time.time(), _KEPT_BYTES
        for path in sorted(self._folder.glob("*"), key=_age, reverse=True):
            with suppress(OSError):
                found = path.stat()
                room -= found.st_size
                if room < 0 or abs(now - found.st_mtime) > _KEPT_SECONDS:
                    path.unlink()

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
