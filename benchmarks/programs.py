"""The program of a checkout, run once, with the time and the memory it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "index"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of the processors, the most megabytes held, and the exit code."""

    clock: float
    processor: float
    megabytes: float
    code: int


def index(checkout: Path, knowledge: Path, data: Path) -> Cost:
    """Run `citebot index` of a checkout."""
    settings = {"CITEBOT_KNOWLEDGE": str(knowledge), "CITEBOT_DATA": str(data)}
    began = time.perf_counter()
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "index"],
        cwd=checkout,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        time.perf_counter() - began,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
        program.returncode,
    )
