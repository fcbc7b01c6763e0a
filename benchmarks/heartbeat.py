"""Run the program with a heart that beats on its event loop: `python -m benchmarks.heartbeat FILE
run`. FILE gets a line for each second, see `Second`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["LONG", "Second", "read", "summary"]

LONG = 0.05
"""Seconds that nothing may block the loop for."""

_BEAT = 0.005


@dataclass
class Second:
    """The beats of about a second, which ended `at` (the system's monotonic clock).

    `longest` is the most seconds that a beat was late, and `worked` the processor time of the
    loop's thread in it: a late beat of little work is the machine's, if others had the cores.
    `slowest` is the most seconds that one call of the loop took, `call` the call if it was long.
    `busiest` is the most processor time that one call took, `work` that call: on a machine whose
    cores are taken, only this is the program's own.
    """

    at: float = 0.0
    beats: int = 0
    over: int = 0
    longest: float = 0.0
    worked: float = 0.0
    slowest: float = 0.0
    call: str = ""
    busiest: float = 0.0
    work: str = ""


def read(file: Path, since: float) -> list[Second]:
    """Return the seconds that ended after a moment."""
    found = [Second(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]
    return [second for second in found if second.at >= since]


def summary(seconds: Sequence[Second]) -> str:
    """Return what the heart did, as a line."""
    if not seconds:
        return "heartbeat: none"
    worst = max(seconds, key=lambda second: second.longest)
    over, beats = (sum(getattr(s, name) for s in seconds) for name in ("over", "beats"))
    slowest = max(seconds, key=lambda second: second.slowest)
    busiest = max(seconds, key=lambda second: second.busiest)
    return (
        f"heartbeat: the loop was late by {1000 * worst.longest:.0f} ms at most "
        f"({1000 * worst.worked:.0f} ms of it its own work), {over} of {beats} beats by more than "
        f"{1000 * LONG:.0f} ms; the slowest call took {1000 * slowest.slowest:.0f} ms"
        f"{slowest.call and ': '}{slowest.call}; the most processor time of one call was "
        f"{1000 * busiest.busiest:.0f} ms: {busiest.work}"
    )


class _Heart:
    """Beats on the loop that runs first."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._second = Second()

    async def beat(self) -> None:
        with self._file.open("w", encoding="utf-8") as written:
            last = time.monotonic()
            while True:
                began, worked = time.monotonic(), time.thread_time()
                await asyncio.sleep(_BEAT)
                late = time.monotonic() - began - _BEAT
                second = self._second
                second.beats += 1
                second.over += late > LONG
                if late > second.longest:
                    second.longest, second.worked = late, time.thread_time() - worked
                if began - last > 1:
                    last = second.at = began
                    self._second = Second()
                    written.write(json.dumps(asdict(second)) + "\n")
                    written.flush()

    def watch(self) -> None:
        """Time every call of the loop."""
        run, beating = asyncio.Handle._run, list[asyncio.Task[None]]()

        def timed(handle: Any) -> None:
            if not beating:
                beating.append(asyncio.get_running_loop().create_task(self.beat()))
            began, before = time.monotonic(), time.thread_time()
            run(handle)
            took, worked = time.monotonic() - began, time.thread_time() - before
            if worked > self._second.busiest:
                self._second.busiest, self._second.work = worked, repr(handle)[:300]
            if took > self._second.slowest:
                self._second.slowest = took
                self._second.call = repr(handle)[:300] if took > LONG else ""

        asyncio.Handle._run = timed  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    _Heart(Path(sys.argv.pop(1))).watch()
    from bot.terminal.cli import main  # after the loop's calls are timed

    main()
