"""Processes that a test runs the program in, kills or starves: forks of one that is ready."""

from __future__ import annotations

import multiprocessing
import os
import random
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["CONTEXT", "kill_at_random", "run_program"]

CONTEXT = multiprocessing.get_context("forkserver")
"""Forks of a process that has the libraries loaded, so that the time goes into what is tested.

There is one such process for all, and it loads what the last request before its start named.
"""
CONTEXT.set_forkserver_preload(["tests.warm"])
_KILLED = 12
_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
_SECONDS = 120


def run_program(
    *arguments: str, settings: Mapping[str, str], lines: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` with these arguments, settings and lines of standard input.

    It is a process of its own, with an environment, streams and an exit code, that need not import
    anything. Raises TimeoutError if it does not end.
    """
    command = ["citebot", *arguments]
    kept = {name: value for name, value in os.environ.items() if name[:8] != "CITEBOT_"}
    with tempfile.TemporaryDirectory() as folder:
        stdin, stdout, stderr = (Path(folder) / name for name, _ in _STREAMS)
        stdin.write_text(lines, encoding="utf-8")
        process = CONTEXT.Process(
            target=_program, args=(command, kept | dict(settings), Path.cwd(), Path(folder))
        )
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{command} has not ended; so far: {stderr.read_text()}")
        said = (path.read_text(encoding="utf-8") for path in (stdout, stderr))
        return subprocess.CompletedProcess(command, process.exitcode, *said)


def kill_at_random(
    work: Callable[..., None], *arguments: Any, rounds: float, seed: int
) -> Iterator[None]:
    """Run `work` again and again, kill it each time within so many of its rounds, and yield.

    It is given `arguments`, a number that is larger each time, and a connection to send "begun" to
    when it is ready and "done" after each round. The first, which shows how long a round takes, is
    killed after one.
    """
    dice = random.Random(seed)
    pace = 0.0
    for attempt in range(1 + _KILLED):
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=work, args=(*arguments, 1 + attempt * 100, theirs))
        process.start()
        theirs.close()
        assert ours.recv() == "begun"
        began = time.monotonic()
        if attempt == 0:
            assert ours.recv() == "done"
            pace = time.monotonic() - began
        else:
            process.join(timeout=dice.uniform(0, rounds * pace))
        process.kill()
        process.join()
        process.close()
        ours.close()
        yield


def _program(
    command: list[str], environment: Mapping[str, str], where: Path, streams: Path
) -> None:
    """Be the program: nothing of this process is left when it ends."""
    os.chdir(where)
    os.environ.clear()
    os.environ.update(environment)
    for number, (name, mode) in enumerate(_STREAMS):
        with (streams / name).open(mode) as stream:
            os.dup2(stream.fileno(), number)
        setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    sys.argv = command
    runpy.run_module("bot", run_name="__main__")
