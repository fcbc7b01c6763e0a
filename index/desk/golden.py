"""The golden questions of the data directory, in the file that `citebot evaluate` reads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.desk import evaluate
from index.desk.evaluate import Golden
from index.errors import GoldenError

__all__ = ["GoldenFile"]


class GoldenFile:
    """One JSON object a line; without the file there are no questions.

    A line that is not changed stays as it was written, whatever else it holds. Two writers at once
    must be kept apart by the caller.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> list[Golden]:
        """The questions in their order; GoldenError names a line that is wrong."""
        return [golden for golden, _ in self._read()]

    def add(self, new: Sequence[Golden]) -> list[Golden]:
        """Keep these questions in place of those of the same ids; what was replaced.

        A question may stand there more than once, with several places that answer it, if all come
        in one call.
        """
        kept = self._read()
        written = dict(kept)
        groups: dict[str, dict[Golden, str]] = {golden.id: {} for golden, _ in kept}
        for golden, line in kept:
            groups[golden.id][golden] = line
        for id in dict.fromkeys(golden.id for golden in new):
            groups[id] = {
                golden: written.get(golden) or golden.model_dump_json(exclude_none=True)
                for golden in new
                if golden.id == id
            }
        now = [line for group in groups.values() for line in group.values()]
        if now != [line for _, line in kept]:
            _replace(self._path, now)
        staying = {golden for group in groups.values() for golden in group}
        return [golden for golden in written if golden not in staying]

    def remove(self, id: str) -> list[Golden]:
        """Forget the question of this id; what stood under it."""
        kept = self._read()
        removed = [golden for golden, _ in kept if golden.id == id]
        if removed:
            _replace(self._path, [line for golden, line in kept if golden.id != id])
        return removed

    def export(self, path: Path) -> int:
        """Write the questions into a file of one's own, as they stand here; their number."""
        lines = [line for _, line in self._read()]
        _replace(path, lines)
        return len(lines)

    def _read(self) -> list[tuple[Golden, str]]:
        if not self._path.exists():
            return []
        return [
            (evaluate.parse(line, f"{self._path}, line {number}"), line)
            for number, line in evaluate.lines(self._path)
        ]


def _replace(path: Path, lines: Iterable[str]) -> None:
    """Put these lines in place of the file's, whole or not at all."""
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("w", encoding="utf-8") as stream:
            stream.writelines(f"{line}\n" for line in lines)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    except OSError as error:
        raise GoldenError(f"{path}: {error.strerror}; check its rights and free space") from None
