"""The process that starts the readers: started, used, kept for the next caller, ended."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from index.errors import ReaderError
from index.intake import server
from index.intake.frames import LENGTH, read_exactly, write_all
from index.intake.kits import Kit
from index.readers.pace import Report

__all__ = ["Process", "end_idle"]

# It takes about a second to start, and some 50 MB: it stays idle this long.
_IDLE_SECONDS = 30.0


class Process:
    """One such process. It ends with the thread that started it, at the latest."""

    _guard = threading.Lock()
    _idle: Process | None = None

    def __init__(self, kit: Kit, languages: str) -> None:
        """Raises ReaderError if the system starts no more processes."""
        self.kit, self.languages = kit, languages
        self._environment = _environment()
        self._since = 0.0
        try:
            self._child = subprocess.Popen(  # noqa: S603 - this very Python
                # -P: the folder it starts in holds no modules
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "index.intake",
                    str(os.getpid()),
                    str(kit.value),
                    languages,
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                bufsize=0,
            )
        except OSError as error:
            raise ReaderError(
                f"the process that reads files cannot be started ({error.strerror}); free some "
                "memory and try again",
                "reader_start",
                reason=error.strerror,
            ) from None
        self._pipes = _pipes(self._child)
        os.set_blocking(self._pipes[0].fileno(), False)

    @classmethod
    def take(cls, kit: Kit, languages: str = "") -> Process:
        """Return the idle process if it is fit and has what is in the kit, else a new one.

        `languages` are those that are read in pictures.
        """
        with cls._guard:
            idle, cls._idle = cls._idle, None
        if idle:
            if idle._is_fit() and kit in idle.kit and idle.languages == languages:
                return idle
            idle.end()
        return cls(kit, languages)

    def give_back(self) -> None:
        """Keep the process for the next caller; it must not owe an answer."""
        self._since = time.monotonic()
        with Process._guard:
            before, Process._idle = Process._idle, self
        if before:
            before.end()
        timer = threading.Timer(_IDLE_SECONDS, end_idle)
        timer.daemon = True
        timer.start()

    def exchange(
        self, request: list[bytes], wait: Callable[[], None], report: Report
    ) -> tuple[bytes, int]:
        """Return the answer, and how the reader ended; EOFError or OSError if the process is gone.

        `wait` is called several times a second; if it raises, the process must be ended. `report`
        is called with how far the reading is.
        """
        given, said = (pipe.fileno() for pipe in self._pipes)
        write_all(given, LENGTH.pack(sum(map(len, request))), wait)
        for part in request:
            write_all(given, part, wait)
        answer = bytearray()
        while size := LENGTH.unpack(read_exactly(said, LENGTH.size, wait))[0]:
            if size == server.REPORT:
                report(*server.PACE.unpack(read_exactly(said, server.PACE.size, wait)))
            else:
                answer += read_exactly(said, size, wait)
        [ended] = server.ENDED.unpack(read_exactly(said, server.ENDED.size, wait))
        return bytes(answer), ended

    def end(self) -> None:
        """End the process, and the reader it has started."""
        self._child.kill()
        for pipe in self._pipes:
            with suppress(OSError):
                pipe.close()
        self._child.wait()

    def _is_fit(self) -> bool:
        return self._child.poll() is None and self._environment == _environment()


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise AssertionError("both are pipes")
    return child.stdin, child.stdout


def end_idle(least: float = _IDLE_SECONDS) -> None:
    """End the process that has been idle for this many seconds."""
    with Process._guard:
        idle = Process._idle
        if idle is None or time.monotonic() - idle._since < least:
            return
        Process._idle = None
    idle.end()


def _forget() -> None:
    """A copy of this process has no children."""
    Process._guard = threading.Lock()
    Process._idle = None


atexit.register(end_idle, 0.0)
os.register_at_fork(after_in_child=_forget)


def _environment() -> Mapping[str, str]:
    """Return an environment without secrets that finds this package from any folder."""
    home = str(Path(__file__).parents[2])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        # a process that has threads cannot take a namespace of its own
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
        # where Tesseract finds its languages
        **{name: os.environ[name] for name in ("TESSDATA_PREFIX",) if name in os.environ},
    }
