"""The files of the public sets: `python -m benchmarks.fetch --data PATH`.

Each file of benchmarks/sets.toml is compared with its SHA-256. A missing one that stands whole at
an address is fetched; of one that was cut from a larger file, the address of that file and what
was taken are printed. A file with another digest is never used or replaced.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import data
from benchmarks.systems import ROOT

__all__ = ["Listed", "State", "listed", "look", "main"]

_LIST = ROOT / "benchmarks" / "sets.toml"
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a set: its path below the data, the SHA-256 of what was measured, its licence, and
    the address it comes from; `cut` says what it has of the file there, empty if it has all.
    """

    path: str
    address: str
    sha256: str
    licence: str
    cut: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What is so of a file: `is_right` if it is the one that was measured, else what to know."""

    file: Listed
    is_right: bool
    words: str


def listed() -> tuple[Listed, ...]:
    """Return every file of the sets."""
    return tuple(Listed(**row) for row in tomllib.loads(_LIST.read_text(encoding="utf-8"))["file"])


def look(file: Listed, folder: Path, *, fetch: bool = True) -> State:
    """Return the state of a file below `folder`; fetch it first if it is missing and can be had."""
    place = folder / file.path
    if place.exists():
        if _sha256(place.read_bytes()) == file.sha256:
            return State(file, True, "as measured")
        return State(file, False, f"not what was measured (SHA-256 {file.sha256})")
    if file.cut:
        return State(file, False, f"missing; cut from {file.address}: {file.cut}")
    if not fetch:
        return State(file, False, f"missing; at {file.address}")
    try:
        reply = httpx.get(file.address, follow_redirects=True, timeout=_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        return State(file, False, f"missing; {file.address}: {error or type(error).__name__}")
    if _sha256(reply.content) != file.sha256:
        return State(file, False, f"missing; another file is at {file.address} now")
    _write(place, reply.content)
    return State(file, True, f"fetched from {file.address}")


def main(arguments: Sequence[str] | None = None, files: Sequence[Listed] | None = None) -> int:
    """Print the state of every file; 1 if one is missing or another than was measured."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fetch",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    data.add_folder(parser)
    parser.add_argument("--look", action="store_true", help="fetch nothing")
    options = parser.parse_args(arguments)
    states = [
        look(file, options.data, fetch=not options.look)
        for file in (listed() if files is None else files)
    ]
    for state in states:
        print(f"{state.file.path} ({state.file.licence}): {state.words}")
    wrong = sum(not state.is_right for state in states)
    if wrong:
        print(f"{wrong} of {len(states)} files are missing or others", file=sys.stderr)
    return int(wrong > 0)


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.part")
    part.write_bytes(content)
    # a fetch that is broken off leaves no file under this name
    part.replace(place)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
