"""The files that a question enters: `python -m benchmarks.entered`.

The real bot answers two questions against the server of the tests. The second is counted, so that
nothing of the start is; what ticks beside it is in the count.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from types import FrameType

from index.library import Library
from tests.bot import serving as running
from tests.botapi import BotApi

__all__ = ["main"]

_ROOT = Path(running.__file__).resolve().parent.parent.parent


def main() -> None:
    """Print how many files of `bot` and of `index` the question entered, and which."""
    entered = set[str]()
    counting = False

    def enter(frame: FrameType, event: str, _: object) -> None:
        if counting and event == "call":
            entered.add(frame.f_code.co_filename)

    with tempfile.TemporaryDirectory() as folder, BotApi() as api:
        (Path(folder) / "knowledge").mkdir()
        (Path(folder) / "knowledge" / "a.txt").write_text("The lighthouse has 118 steps.")
        library = Library(knowledge=Path(folder) / "knowledge", data=Path(folder) / "data")
        library.desk.index.build()
        threading.setprofile(enter)
        with running.serving(api, library, data=Path(folder) / "data"):
            person = api.private(api.user("Ann", language_code="en"))
            for asked in range(2):
                counting = asked == 1
                person.say("How many steps does the lighthouse have?")
                while len(person.replies()) <= asked:
                    time.sleep(0.05)
            counting = False
        threading.setprofile(None)
    for name in ("bot", "index"):
        files = sorted(
            Path(file).relative_to(_ROOT).as_posix()
            for file in entered
            if file.startswith(f"{_ROOT / name}/")
        )
        print(f"{name}: {len(files)}", *files, sep="\n  ")


if __name__ == "__main__":
    main()
