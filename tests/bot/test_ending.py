"""How a command ends: with its exit code and all that it wrote, whatever its threads still do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# The thread is the model that is being loaded: it neither ends nor can be stopped.
BUSY = """
import logging, sys, threading
from bot.terminal.ending import end, exit_code
logging.basicConfig(stream=sys.stderr, format="%(message)s")
threading.Thread(target=threading.Event().wait).start()
def work():
    print("an answer")
    logging.warning("a warning")
    {work}
end(exit_code(work))
"""


@pytest.mark.parametrize(
    ("work", "code", "said"),
    [
        ("pass", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit('no such file')", 1, "no such file\n"),
        ("raise ValueError('odd')", 1, "ValueError: odd\n"),
        ("raise KeyboardInterrupt", 1, "KeyboardInterrupt\n"),
    ],
)
def test_a_thread_at_work_changes_no_exit_code(work: str, code: int, said: str) -> None:
    done = _run(BUSY.format(work=work))
    assert done.returncode == code
    assert done.stdout == "an answer\n"
    assert done.stderr.startswith("a warning\n")
    assert done.stderr.endswith(said)


def test_output_that_cannot_be_written_is_a_failure() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", BUSY.format(work="pass")],
            stdout=full,
            stderr=subprocess.PIPE,
            # written at the end, as it is without this setting
            env={**os.environ, "PYTHONUNBUFFERED": ""},
            text=True,
        )
    assert (done.returncode, done.stderr) == (1, "a warning\n")


# The loop waits in native code for what never comes.
STUCK = """
import asyncio, os
from bot.running.signals import told_to_end
from bot.terminal import ending
ending._PATIENCE = 0.1
async def main():
    with told_to_end(lambda: ending.end_soon(0)):
        print("ready", flush=True)
        os.read(os.pipe()[0], 1)
asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_although_the_loop_is_stuck(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STUCK], stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout
            assert program.stdout.readline() == "ready\n"
            program.send_signal(number)
            assert program.wait(30) == 0
        finally:
            program.kill()


# The program takes long to load.
LOADING = """
import sys, time
from bot import __main__
class Slow:
    def find_spec(self, name, *_):
        if name == "bot.terminal.cli":
            print("loading", flush=True)
            time.sleep(60)
sys.meta_path.insert(0, Slow())
sys.argv[0] = "citebot"
__main__.main()
"""


@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        ("run", signal.SIGTERM, 0),
        ("run", signal.SIGINT, 0),
        # what it was to do is not done
        ("index", signal.SIGTERM, -signal.SIGTERM),
    ],
)
def test_a_signal_ends_a_bot_that_still_loads(
    command: str, number: signal.Signals, code: int
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LOADING, command], stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout
            assert program.stdout.readline() == "loading\n"
            program.send_signal(number)
            assert program.wait(30) == code
        finally:
            program.kill()


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
