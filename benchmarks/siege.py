"""The bot in a memory cgroup of 2 GB, with every hostile file in `knowledge/`.

    python -m benchmarks.siege [MINUTES [FIRST]]

Needs Linux, root, and cgroups that can be written (version 1 or 2). A small index is there first.
Then every file of `tests/hostile` is put beside its document, the bot is started in the cgroup and
asked every two seconds, and after MINUTES (or once it has read all of them) it is sent SIGTERM.
A file may take two minutes: FIRST leaves out the first files, those that an earlier run has read.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from benchmarks.systems import ROOT
from tests.botapi import BotApi, Chat
from tests.hostile.heavy import everything

__all__ = ["main"]

_LIMIT = 2 * 2**30
_CGROUPS = Path("/sys/fs/cgroup")
_QUESTION, _ANSWER = "When does the last ferry leave?", "The last ferry leaves at four."
_EVERY, _PATIENCE = 2.0, 30.0
# a build reads the files in the order of their names: once it comes to this one, it has read all
_FIRST, _LAST = "ferries.txt", "zzz.txt"


class _Cgroup:
    """A memory cgroup of this run, of either version."""

    def __init__(self) -> None:
        self.path = _place() / f"citebot-siege-{os.getpid()}"
        self.path.mkdir()
        self._v1 = (self.path / "memory.limit_in_bytes").exists()
        limit = "memory.limit_in_bytes" if self._v1 else "memory.max"
        (self.path / limit).write_text(str(_LIMIT))
        # what does not fit must not go to a disk
        for swap in ("memory.swap.max", "memory.swappiness"):
            with suppress(OSError):
                (self.path / swap).write_text("0")

    def usage(self) -> int:
        """Bytes that are charged now, the cache of files among them."""
        name = "memory.usage_in_bytes" if self._v1 else "memory.current"
        return int((self.path / name).read_text())

    def anonymous(self) -> int:
        """Bytes of the processes themselves."""
        stat = (self.path / "memory.stat").read_text()
        found = re.search(r"^(?:total_rss|anon) (\d+)$", stat, re.MULTILINE)
        return int(found[1]) if found else 0

    def killed(self) -> int | None:
        """How many processes the kernel has ended for lack of memory, if it counts them."""
        name = "memory.oom_control" if self._v1 else "memory.events"
        found = re.search(r"^oom_kill (\d+)$", (self.path / name).read_text(), re.MULTILINE)
        return int(found[1]) if found else None

    def processes(self) -> list[str]:
        return (self.path / "cgroup.procs").read_text().split()


def _place() -> Path:
    return _CGROUPS / "memory" if (_CGROUPS / "memory").is_dir() else _CGROUPS


def main() -> None:
    """Run it once and print what came of it."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    with tempfile.TemporaryDirectory() as made, BotApi() as api:
        home = Path(made)
        folder, data = home / "knowledge", home / "data"
        folder.mkdir()
        (folder / _FIRST).write_text(_ANSWER)
        settings = {
            "CITEBOT_TELEGRAM_TOKEN": api.token,
            "CITEBOT_TELEGRAM_API": api.url,
            "CITEBOT_KNOWLEDGE": str(folder),
            "CITEBOT_DATA": str(data),
            "CITEBOT_PORT": "0",
        }
        environment = {**os.environ, **settings}
        subprocess.run(
            [sys.executable, "-m", "bot", "index"], cwd=ROOT, env=environment, check=True
        )
        for name, content in everything():
            (folder / name).write_bytes(content)
        names = sorted(path.name for path in folder.iterdir() if path.name != _FIRST)
        for name in names[:first]:
            (folder / name).unlink()
        chosen = names[first:]
        size = sum((folder / name).stat().st_size for name in chosen)
        (folder / _LAST).write_text("The last file.")
        print(f"{len(chosen)} hostile files, {size / 2**20:,.0f} MB", flush=True)
        with _besieged(environment, home / "log") as (cgroup, program):
            over = partial(_is_over, home / "log", chosen)
            _watch(api, cgroup, program, minutes, over)
            _end(cgroup, program)
        log = (home / "log").read_text(errors="replace")
        read = _read(home / "log", chosen)
        print(
            f"read {read} of {len(chosen)}, a reason for {log.count('Not read: ')} of them"
            + (f"; go on with FIRST {first + read}" if read < len(chosen) else "")
        )
        # kept for a closer look
        Path(tempfile.gettempdir(), "citebot-siege.log").write_text(log)


@contextmanager
def _besieged(
    environment: dict[str, str], log: Path
) -> Iterator[tuple[_Cgroup, subprocess.Popen[bytes]]]:
    """The bot in a cgroup of its own, which is removed at the end."""
    cgroup = _Cgroup()
    enter = f"echo $$ > {cgroup.path}/cgroup.procs; exec {sys.executable} -m bot run"
    with log.open("wb") as stream:
        program = subprocess.Popen(  # noqa: S603 - our own module
            ["/bin/sh", "-c", enter], cwd=ROOT, env=environment, stderr=stream
        )
    try:
        yield cgroup, program
    finally:
        program.kill()
        program.wait()
        deadline = time.monotonic() + _PATIENCE
        while cgroup.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        cgroup.path.rmdir()


def _read(log: Path, names: Sequence[str]) -> int:
    """Return how many files the bot is done with; the one that it named last may be unfinished."""
    named = re.findall(r": Reading ([^\s/]+)", log.read_text(errors="replace"))
    return bisect_left(names, named[-1]) if named else 0


def _is_over(log: Path, names: Sequence[str]) -> bool:
    return _read(log, names) == len(names)


def _watch(
    api: BotApi,
    cgroup: _Cgroup,
    program: subprocess.Popen[bytes],
    minutes: float,
    done: Callable[[], bool],
) -> None:
    """Ask again and again until it is done or the time is over, and print how it was."""
    # it has to start first
    _reply(api.private(api.user("First", language_code="en")))
    until = time.monotonic() + 60 * minutes
    took: list[float] = []
    wrong, most, most_own = 0, 0, 0
    while time.monotonic() < until and program.poll() is None and not done():
        began = time.monotonic()
        # a person of their own, within whose limits it is
        text = _reply(api.private(api.user(f"Reader {len(took)}", language_code="en")))
        took.append(time.monotonic() - began)
        wrong += _ANSWER not in text
        most, most_own = max(most, cgroup.usage()), max(most_own, cgroup.anonymous())
        time.sleep(max(0.0, _EVERY - (time.monotonic() - began)))
    took.sort()
    print(
        f"alive: {program.poll() is None}; {len(took)} questions, {wrong} not answered; median "
        f"{took[len(took) // 2]:.2f} s, 95th {took[len(took) * 95 // 100]:.2f} s, longest "
        f"{took[-1]:.2f} s\nmemory at most {most / 2**20:,.0f} MB charged, "
        f"{most_own / 2**20:,.0f} MB of processes; ended by the kernel: {cgroup.killed()}",
        flush=True,
    )


def _reply(chat: Chat) -> str:
    asked = chat.say(_QUESTION)
    with suppress(AssertionError):
        reply = chat.wait_reply(after=asked, timeout=_PATIENCE)
        return "\n".join([reply.text, *reply.quotes()])
    return ""


def _end(cgroup: _Cgroup, program: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    program.send_signal(signal.SIGTERM)
    code = _until(lambda: program.poll() is not None) and program.returncode
    print(f"exit code {code} after {time.monotonic() - began:.1f} s of SIGTERM", flush=True)
    gone = _until(lambda: not cgroup.processes())
    print(f"its processes are gone: {gone}, after {time.monotonic() - began:.1f} s", flush=True)


def _until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


if __name__ == "__main__":
    main()
