"""The confined process, as its callers use it."""

from __future__ import annotations

import json
import logging
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index import readers
from index.errors import DocumentError, ReaderError
from index.intake import contents, recognition, server
from index.intake.codec import decode
from index.intake.kits import Kit
from index.intake.limits import UPLOAD, Limits
from index.intake.process import Process
from index.readers import formats
from index.readers.held import Held
from index.readers.scan.installed import PICTURE, SCANNED
from index.types import Document, Picture

if TYPE_CHECKING:
    from index.readers.pdf.views import View

__all__ = ["Reader", "Waiting", "stop"]

Waiting = Callable[[int, int], None]
"""Called several times a second while a file is read: how many of its pages or other parts are
read, and how many it has; zeros if that is not known.
"""

_log = logging.getLogger(__name__)

# Seconds for the process to start, and to end a reader that is late.
_SPARE = 30.0
_LONGEST_REASON = 1_000
_SCANS = Kit.SCANS | Kit.PAGES
_PNG = b"\x89PNG\r\n\x1a\n"
# How often a file is given to a new process after the old one was killed.
_TRIES = 2

_running: set[Reader] = set()
_guard = Lock()


def stop() -> None:
    """End all reading of this process at once; callers that wait get ReaderError."""
    with _guard:
        for reader in _running:
            reader.stopped = True


class Reader:
    """Reads files, each in a confined process. Use it from one thread, in a `with` statement.

    The process that starts the readers begins with the first file, and is kept for a while after
    the last.
    """

    def __init__(self, limits: Limits = UPLOAD) -> None:
        self.stopped = False
        self._limits = limits
        self._process: Process | None = None

    def __enter__(self) -> Self:
        with _guard:
            _running.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with _guard:
            _running.discard(self)
        if self._process:
            self._process.give_back()
            self._process = None

    def read(
        self,
        name: str,
        data: bytes,
        limits: Limits | None = None,
        waiting: Waiting | None = None,
    ) -> Document:
        """Read a file into a document; DocumentError says why there is none, ReaderError that no
        file can be read now.

        `name` is the document's id; no file of that name is opened. An exception from `waiting`
        ends the reading.
        """
        limits = limits or self._limits
        _refuse(name, data, limits)
        suffix, recognises = readers.kind(name), bool(recognition.languages())
        if suffix in formats.PICTURES:
            if not recognises:
                raise DocumentError(PICTURE, "picture_unread")
            return self._read(name, data, limits, waiting, _SCANS)
        kit = Kit.FEW if suffix in formats.FEW else Kit.ALL
        try:
            document = self._read(name, data, limits, waiting, kit)
        except DocumentError as error:
            if recognises and str(error) == SCANNED:
                return self._read(name, data, limits, waiting, _SCANS)
            raise
        if recognises and any(omission.kind == "scan" for omission in document.omissions):
            # what the other pages say is worth having, whatever becomes of these
            with suppress(DocumentError):
                return self._read(name, data, limits, waiting, _SCANS)
        return document

    def _read(
        self,
        name: str,
        data: bytes,
        limits: Limits,
        waiting: Waiting | None,
        kit: Kit,
    ) -> Document:
        if Kit.SCANS in kit:
            limits = replace(limits, seconds=limits.scan_seconds)
        kind, rest = self._ask(kit, name, data, limits, waiting)
        if kind == server.DOCUMENT:
            return self._document(name, rest, limits)
        raise _refusal(kind, rest, name, limits)

    def inside(self, name: str, data: bytes, waiting: Waiting | None = None) -> list[Held]:
        """Return the files in an archive or a mail; errors and `waiting` as in `read`."""
        _refuse(name, data, self._limits)
        kind, rest = self._ask(Kit.ALL, name, data, self._limits, waiting, inside=True)
        if kind == server.HELD:
            with suppress(ValueError):
                return contents.decode(rest)
        raise _refusal(kind, rest, name, self._limits)

    def picture(self, data: bytes, views: Sequence[View], *, scans: bool = False) -> Picture:
        """Return pages of a PDF file with the quoted words marked; errors as in `read`.

        With `scans` some of them were read from pictures; so are files that are pictures.
        """
        asked = [[view.number, view.text, view.marks] for view in views]
        kind, rest = self._ask(
            _SCANS if scans else Kit.PAGES, "a.pdf", data, self._limits, None, views=asked
        )
        if kind == server.PICTURE and rest[1:].startswith(_PNG):
            return Picture(rest[1:], views[0].number + 1, marked=rest[:1] == b"1")
        if kind == server.REFUSED:
            raise DocumentError(rest.decode(errors="replace")[:_LONGEST_REASON])
        raise DocumentError("the page cannot be drawn; open the file itself", "page_not_drawn")

    def walls(self) -> Mapping[str, bool]:
        """Return which of files, network, processes and memory the reading process is really
        kept from.
        """
        kind, rest = self._ask(Kit.FEW, None, b"", self._limits, None)
        return dict(json.loads(rest)) if kind == server.WALLS else {}

    def _document(self, name: str, data: bytes, limits: Limits) -> Document:
        try:
            document = decode(data)
        except ValueError:
            raise DocumentError(readers.BROKEN, "reader_broke") from None
        over = len(document.sentences) > limits.sentences or len(document.text) > limits.characters
        if document.id != name or over:
            raise DocumentError(readers.BROKEN, "reader_broke")
        return document

    def _ask(
        self,
        kit: Kit,
        name: str | None,
        data: bytes,
        limits: Limits,
        waiting: Waiting | None,
        **more: object,
    ) -> tuple[bytes, bytes]:
        """Return the kind of the answer and the rest of it."""
        said = {"name": name, "limits": asdict(limits), **more}
        head = json.dumps(said).encode() + b"\n"
        until = time.monotonic() + limits.seconds + _SPARE
        languages = recognition.languages() if Kit.SCANS in kit else ""
        at = 0, 0

        def report(done: int, whole: int) -> None:
            nonlocal at
            # the reader may have been taken over
            at = min(done, whole), whole

        def wait() -> None:
            if self.stopped:
                raise ReaderError(
                    "reading was stopped, as citebot is ending; try again", "reading_stopped"
                )
            if waiting:
                waiting(*at)
            if time.monotonic() > until:
                raise TimeoutError

        for _ in range(_TRIES):
            try:
                if self._process and kit not in self._process.kit:
                    self._end()
                self._process = self._process or Process.take(kit, languages)
                answer, ended = self._process.exchange([head, data], wait, report)
            except TimeoutError:
                self._end()
                raise _late(limits) from None
            except (EOFError, OSError):
                # someone ended the process that starts the readers
                self._end()
                continue
            except BaseException:
                self._end()
                raise
            if ended in (server.LATE, -signal.SIGXCPU):
                raise _late(limits)
            # the system does that if memory runs out
            if ended == -signal.SIGKILL:
                return server.MEMORY, b""
            return (answer[:1], answer[1:]) if ended == 0 else (b"", b"")
        return b"", b""

    def _end(self) -> None:
        if self._process:
            self._process.end()
            self._process = None


def _refuse(name: str, data: bytes, limits: Limits) -> None:
    readers.kind(name)
    if len(data) > limits.bytes:
        raise DocumentError(
            f"{len(data) / 1024**2:,.1f} MB is too large; the limit is "
            f"{limits.bytes / 1024**2:,.0f} MB, split the file",
            "file_large",
            size=f"{len(data) / 1024**2:,.1f}",
            most=f"{limits.bytes / 1024**2:,.0f}",
        )
    if name != readers.storable(name):
        raise DocumentError("its name is not UTF-8; rename it", "file_name")


def _refusal(kind: bytes, rest: bytes, name: str, limits: Limits) -> DocumentError:
    """Return the reason for an answer that is none of what was asked for."""
    match kind:
        case server.REFUSED:
            return DocumentError(rest.decode(errors="replace")[:_LONGEST_REASON])
        case server.MEMORY:
            megabytes = limits.memory // 1024**2
            return DocumentError(
                f"reading it takes more than {megabytes:,} MB of memory; split it",
                "reading_memory",
                megabytes=f"{megabytes:,}",
            )
        case server.BROKEN:
            what = rest.decode(errors="replace")[:80]
            _log.warning("The reader broke on %s (%s)", readers.printable(name), what)
    return DocumentError(readers.BROKEN, "reader_broke")


def _late(limits: Limits) -> DocumentError:
    return DocumentError(
        f"reading it takes longer than {limits.seconds:g} seconds; split it",
        "reading_slow",
        seconds=f"{limits.seconds:g}",
    )
