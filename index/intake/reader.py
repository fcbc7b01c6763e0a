"""The confined process, from the side of the one who wants files read."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from index import readers
from index.errors import DocumentError, ReaderError
from index.intake import server
from index.intake.codec import decode
from index.intake.frames import LENGTH, read_exactly, write_all
from index.intake.limits import UPLOAD, Limits
from index.types import Document

__all__ = ["Reader", "stop"]

_log = logging.getLogger(__name__)

# Seconds for the process to start, and to end a reader that is late.
_SPARE = 30.0
_LONGEST_REASON = 1_000
# How often a file is given to a new process if the one that hands files out was killed.
_TRIES = 2

_running: set[Reader] = set()
_guard = Lock()


def stop() -> None:
    """End all reading of this process at once; whoever waits for it gets ReaderError."""
    with _guard:
        for reader in _running:
            reader.stopped = True


class Reader:
    """Reads files, each in a confined process of its own. To be used by one thread, in a `with`.

    The process that hands the files out starts with the first one and ends with this, or with the
    thread that started it.
    """

    def __init__(self, limits: Limits = UPLOAD) -> None:
        self.stopped = False
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with _guard:
            _running.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        with _guard:
            _running.discard(self)
        self._end()

    def read(
        self,
        name: str,
        data: bytes,
        limits: Limits | None = None,
        waiting: Callable[[], None] | None = None,
    ) -> Document:
        """The document in a file; DocumentError says why there is none, ReaderError that no file
        can be read now.

        `name` is the document's id: nothing is opened by it. `waiting` is called several times a
        second; what it raises ends the reading.
        """
        limits = limits or self._limits
        readers.kind(name)
        if len(data) > limits.bytes:
            raise DocumentError(
                f"{len(data) / 1024**2:,.1f} MB is too large; the limit is "
                f"{limits.bytes / 1024**2:,.0f} MB, split the file"
            )
        if name != readers.storable(name):
            raise DocumentError("its name is not UTF-8; rename it")
        kind, rest = self._ask(name, data, limits, waiting)
        match kind:
            case server.DOCUMENT:
                return self._document(name, rest, limits)
            case server.REFUSED:
                raise DocumentError(rest.decode(errors="replace")[:_LONGEST_REASON])
            case server.MEMORY:
                megabytes = limits.memory // 1024**2
                raise DocumentError(
                    f"reading it takes more than {megabytes:,} MB of memory; split it"
                )
            case server.BROKEN:
                what = rest.decode(errors="replace")[:80]
                _log.warning("The reader broke on %s (%s)", readers.printable(name), what)
        raise DocumentError(readers.BROKEN)

    def walls(self) -> Mapping[str, bool]:
        """Which of files, network, processes and memory the reading process is really kept from."""
        kind, rest = self._ask(None, b"", self._limits, None)
        return dict(json.loads(rest)) if kind == server.WALLS else {}

    def _document(self, name: str, data: bytes, limits: Limits) -> Document:
        try:
            document = decode(data)
        except ValueError:
            raise DocumentError(readers.BROKEN) from None
        over = len(document.sentences) > limits.sentences or len(document.text) > limits.characters
        if document.id != name or over:
            raise DocumentError(readers.BROKEN)
        return document

    def _ask(
        self,
        name: str | None,
        data: bytes,
        limits: Limits,
        waiting: Callable[[], None] | None,
    ) -> tuple[bytes, bytes]:
        """The kind of the answer and the rest of it."""
        head = json.dumps({"name": name, "limits": asdict(limits)}).encode() + b"\n"
        until = time.monotonic() + limits.seconds + _SPARE

        def wait() -> None:
            if self.stopped:
                raise ReaderError("reading was stopped, as citebot is ending; try again")
            if waiting:
                waiting()
            if time.monotonic() > until:
                raise TimeoutError

        for _ in range(_TRIES):
            try:
                answer, ended = self._exchange(LENGTH.pack(len(head) + len(data)) + head, data, wait)
            except TimeoutError:
                self._end()
                raise DocumentError(_late(limits)) from None
            except (EOFError, OSError):
                # somebody ended the process that hands files out
                self._end()
                continue
            except BaseException:
                self._end()
                raise
            if ended in (server.LATE, -signal.SIGXCPU):
                raise DocumentError(_late(limits))
            return (answer[:1], answer[1:]) if ended == 0 else (b"", b"")
        return b"", b""

    def _exchange(
        self, head: bytes, data: bytes, wait: Callable[[], None]
    ) -> tuple[bytes, int]:
        child = self._started()
        assert child.stdin and child.stdout  # noqa: S101 - both are pipes
        given, said = child.stdin.fileno(), child.stdout.fileno()
        write_all(given, head, wait)
        write_all(given, data, wait)
        answer = bytearray()
        while size := LENGTH.unpack(read_exactly(said, LENGTH.size, wait))[0]:
            answer += read_exactly(said, size, wait)
        [ended] = server.ENDED.unpack(read_exactly(said, server.ENDED.size, wait))
        return bytes(answer), ended

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            try:
                self._child = subprocess.Popen(
                    # -P: the folder it is started in holds no modules
                    [sys.executable, "-P", "-m", "index.intake", str(os.getpid())],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                    bufsize=0,
                )
            except OSError as error:
                raise ReaderError(
                    f"the process that reads files cannot be started ({error.strerror}); free "
                    "some memory and try again"
                ) from None
            assert self._child.stdin  # noqa: S101 - a pipe
            os.set_blocking(self._child.stdin.fileno(), False)
        return self._child

    def _end(self) -> None:
        """End the process; the one that reads a file for it ends with it."""
        if self._child:
            self._child.kill()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe:
                    with suppress(OSError):
                        pipe.close()
            self._child.wait()
            self._child = None


def _late(limits: Limits) -> str:
    return f"reading it takes longer than {limits.seconds:g} seconds; split it"


def _environment() -> Mapping[str, str]:
    """No secrets, and the way to this package, wherever it was started from."""
    home = str(Path(__file__).parents[2])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        # a process that has threads cannot take a namespace of its own
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
