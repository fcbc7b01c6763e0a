"""The systems as processes, and the environment that the peers live in."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.peers import multilingual
from benchmarks.peers.protocol import TOP
from benchmarks.sets import PublicSet
from index.model.encoder import Encoder
from index.model.origin import LARGE, SMALL

__all__ = [
    "CACHE",
    "ENGLISH",
    "PRODUCT",
    "PYTORCH",
    "REQUIREMENTS",
    "ROOT",
    "SYSTEMS",
    "Found",
    "Reply",
    "Session",
    "System",
    "SystemFailedError",
    "prepare",
    "python",
]

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".benchmark"
"""The peers' environment and what a run has finished; git ignores it."""

REQUIREMENTS = ROOT / "benchmarks" / "requirements.txt"
PYTORCH = CACHE / "models" / "multilingual-pytorch"
"""The multilingual model for the peers."""
_TORCH = "torch==2.13.0"
# the CPU build: the plain Linux wheel carries gigabytes of CUDA
_TORCH_CPU = ("--index-url", "https://download.pytorch.org/whl/cpu", "--retries", "0")


@dataclass(frozen=True, slots=True)
class System:
    """One row of the tables; `titled`: its files begin with the article's title.

    `model` is the name of the model it uses, empty for its own. `here` if it runs in the product's
    environment, not in that of the peers. `root` is the checkout whose code runs.
    """

    name: str
    label: str
    module: str
    titled: bool = False
    ours: bool = False
    model: str = ""
    here: bool = False
    root: Path = ROOT

    def fingerprint(self) -> str:
        """A digest of what decides its answers: its own code, and its libraries' versions."""
        files = [
            ROOT / "benchmarks" / "sets.py",
            *(ROOT / "benchmarks" / "peers").glob("proto*.py"),
        ]
        files.append(ROOT / "benchmarks" / "peers" / f"{self.module}.py")
        files += sorted((ROOT / "index").rglob("*.py")) if self.ours else [REQUIREMENTS]
        digest = hashlib.sha256(self.model.encode())
        for file in files:
            digest.update(file.read_bytes())
        return digest.hexdigest()[:16]


PRODUCT, ENGLISH = "citebot", "citebot-english"
SYSTEMS = {
    system.name: system
    for system in (
        System(PRODUCT, "citebot", "citebot", titled=True, ours=True),
        System("citebot-untitled", "citebot, untitled", "citebot", ours=True),
        System(ENGLISH, f"citebot, {SMALL}", "citebot", titled=True, ours=True, model=SMALL),
        System("faiss", "paragraph vectors (FAISS)", "paragraph_vectors", here=True),
        System(
            "faiss-multilingual",
            f"paragraph vectors, {LARGE}",
            "paragraph_vectors",
            model=LARGE,
            here=True,
        ),
        System("bm25s", "bm25s alone", "bm25_alone"),
        System("llamaindex", "LlamaIndex, fusion", "llamaindex"),
        System("haystack", "Haystack, joined", "haystack_hybrid"),
        System("txtai", "txtai, hybrid", "txtai_hybrid"),
    )
}


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: a range of a file, its score, and the ranges marked in it; `number` of a peer's."""

    file: str
    span: tuple[int, int]
    score: float
    marks: tuple[tuple[int, int], ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The hits of one question, best first; `misquoted` counts those that are not their slice."""

    hits: tuple[Found, ...]
    seconds: float
    outcome: str | None = None
    misquoted: int = 0


class SystemFailedError(Exception):
    """A system's process ended or never began; the message holds its last words."""


class Session:
    """One system's process, from its start until the block is left."""

    def __init__(self, system: System, log: Path) -> None:
        self.system = system
        self._log = log
        executable = sys.executable if system.ours or system.here else str(python())
        with log.open("w") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own modules
                [executable, "-m", f"benchmarks.peers.{system.module}"],
                cwd=system.root,
                env=_environment() | _model(system),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )
        self.started = float(self._read()["seconds"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    @contextmanager
    def indexed(self, public: PublicSet) -> Iterator[float]:
        """Index a set in temporary folders; the seconds it took."""
        with tempfile.TemporaryDirectory(prefix="citebot-benchmark-") as folder:
            files, scratch = Path(folder, "files"), Path(folder, "scratch")
            files.mkdir()
            scratch.mkdir()
            for name, text in public.files.items():
                (files / name).write_bytes(text.encode())
            reply = self._request(
                language=public.language,
                passages=[] if self.system.ours else [each.text for each in public.paragraphs],
                files=str(files),
                scratch=str(scratch),
            )
            yield float(reply["seconds"])

    def ask(self, question: str, public: PublicSet, top: int = TOP) -> Reply:
        """The best hits of a question of the set that is indexed."""
        reply = self._request(question=question, top=top)
        if "hits" in reply:
            return _quoted(reply, public)
        hits = tuple(
            Found(each.file, each.span, score, number=number)
            for number, score in reply["ranking"]
            for each in [public.paragraphs[number]]
        )
        return Reply(hits, reply["seconds"])

    def peak(self) -> int:
        """The most memory the process has held so far, in bytes."""
        return int(self._request()["peak"])

    def _request(self, **fields: Any) -> dict[str, Any]:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(fields) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            words = self._log.read_text(errors="replace").strip().splitlines()
            raise SystemFailedError(words[-1] if words else "it ended without a word")
        reply: dict[str, Any] = json.loads(line)
        return reply


def _quoted(reply: dict[str, Any], public: PublicSet) -> Reply:
    """A reply of the product, each quotation held against the file that was written."""
    hits = []
    misquoted = 0
    for hit in reply["hits"]:
        text = public.files[hit["file"]]
        marks = hit["marks"]
        exact = hit["same"] and text[hit["start"] : hit["end"]] == hit["text"]
        exact = exact and all(text[start:end] == words for start, end, words in marks)
        misquoted += not exact
        spans = tuple((start, end) for start, end, _ in marks)
        hits.append(Found(hit["file"], (hit["start"], hit["end"]), hit["score"], spans))
    return Reply(tuple(hits), reply["seconds"], reply["outcome"], misquoted)


def python() -> Path:
    """The interpreter of the peers' environment."""
    return CACHE / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"


def prepare(systems: Sequence[System]) -> None:
    """Make the folder that git ignores, the models of those systems ready to run, and the peers'
    environment unless it is up to date.
    """
    CACHE.mkdir(exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n")
    for system in systems:
        if system.ours:
            Encoder(system.model or None, CACHE / "models").load()
        elif system.model == LARGE:
            multilingual.written(PYTORCH)
    if all(system.ours or system.here for system in systems):
        return
    stamp = CACHE / "venv" / "installed"
    wanted = REQUIREMENTS.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(
        f"installing the peers into {CACHE.name}/venv, once; this takes a few minutes", flush=True
    )
    subprocess.run([sys.executable, "-m", "venv", CACHE / "venv"], check=True)  # noqa: S603
    if not _pip(_TORCH, *_TORCH_CPU, quietly=True):
        _pip(_TORCH)
    if not _pip("--requirement", str(REQUIREMENTS)):
        raise SystemExit("the peers could not be installed; the reason stands above")
    stamp.write_text(wanted)


def _pip(*arguments: str, quietly: bool = False) -> bool:
    command = [str(python()), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    out = subprocess.DEVNULL if quietly else sys.stderr
    done = subprocess.run([*command, *arguments], stdout=out, stderr=out, check=False)  # noqa: S603
    return done.returncode == 0


def _model(system: System) -> dict[str, str]:
    """The variable that says which model a system uses."""
    if not system.model:
        return {}
    return {"BENCHMARK_MODEL": system.model if system.ours else str(PYTORCH)}


def _environment() -> dict[str, str]:
    """The environment of a system: one thread, no settings of the product, the network unused."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CITEBOT_")}
    return kept | {
        "HF_HUB_OFFLINE": "1",
        # threads that wait for each other on a busy machine would count as work
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "PYTHONUNBUFFERED": "1",
    }
