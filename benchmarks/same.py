"""Whether two checkouts answer alike: `python -m benchmarks.same OTHER DOCUMENTS QUESTIONS`.

`OTHER` is a checkout, `DOCUMENTS` a folder of documents and `QUESTIONS` a file with a question per
line. Both build an index of their own and `ask --json`; answers that differ by a byte are shown.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.systems import ROOT

__all__ = ["main"]

_SHOWN = 5  # differences that are shown
_SECONDS = re.compile(r'"seconds":[\d.e-]+,')


def answers(checkout: Path, documents: Path, questions: Path) -> list[str]:
    """Return a line of JSON for each question, from the program of a checkout."""
    with tempfile.TemporaryDirectory() as data:
        settings = {"CITEBOT_KNOWLEDGE": str(documents.resolve()), "CITEBOT_DATA": data}
        given = {**os.environ, **settings, "PYTHONPATH": str(checkout.resolve())}
        # -P: the working directory must not come before the checkout
        program = [sys.executable, "-P", "-c", "from bot.terminal.cli import main; main()"]
        subprocess.run([*program, "index"], env=given, cwd=data, check=True)  # noqa: S603, ours
        with questions.open("rb") as lines:
            found = subprocess.run(  # noqa: S603, ours
                [*program, "ask", "--json"],
                env=given,
                cwd=data,
                stdin=lines,
                stdout=subprocess.PIPE,
                check=False,
            )
    # how long each took is not part of the answer
    return [_SECONDS.sub("", line) for line in found.stdout.decode().splitlines()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; return 1 if an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("other", "documents", "questions"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args(arguments)
    ours, theirs = (
        answers(checkout, given.documents, given.questions) for checkout in (ROOT, given.other)
    )
    differ = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    print(f"{len(ours)} answers, {len(differ)} differ")
    for one, other in differ[:_SHOWN]:
        print(f"here:  {one}\nthere: {other}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
