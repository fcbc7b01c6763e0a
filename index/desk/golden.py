"""The golden questions of the data directory, in the file format of `citebot evaluate`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from index.desk import lines
from index.desk.evaluate import Golden
from index.errors import GoldenError, StoreError
from index.stores.pointers import Pointer

__all__ = ["GoldenFile"]


class GoldenFile:
    """One JSON object per line.

    A missing file means no questions, unless there were some before: then GoldenError, since a new
    index could not be compared. A line that does not change stays exactly as it was written. The
    caller must allow only one writer at a time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = Pointer(path.with_name("GOLDEN"))

    def all(self) -> list[Golden]:
        """Return the questions in order; GoldenError names a wrong line."""
        return [golden for golden, _ in self._read()]

    def add(self, new: Sequence[Golden]) -> list[Golden]:
        """Store these questions in place of those with the same ids; return what was replaced.

        A question may occur more than once, with several places that answer it, if all come in one
        call.
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
        """Remove the question of this id; return what was stored for it."""
        kept = self._read()
        removed = [golden for golden, _ in kept if golden.id == id]
        if removed:
            left = [line for golden, line in kept if golden.id != id]
            self._remember(len(left))
            _replace(self._path, left)
        return removed

    def export(self, path: Path) -> int:
        """Write the questions into another file, unchanged; return their number."""
        lines = [line for _, line in self._read()]
        _replace(path, lines)
        return len(lines)

    def _read(self) -> list[tuple[Golden, str]]:
        found = [
            (lines.parse(line, f"{self._path}, line {number}"), line)
            for number, line in (lines.lines(self._path) if self._path.exists() else ())
        ]
        if found:
            self._remember(len(found))
        elif (before := next(iter(self._known.read()), "0")) != "0":
            raise GoldenError(
                f"{self._path} has no questions any more, and had {before}; take it from a backup, "
                f"or delete {self._known.path} if there are to be none",
                "golden_lost",
                path=self._path,
                before=before,
                known=self._known.path,
            )
        return found

    def _remember(self, number: int) -> None:
        """Note how many questions there are, so that a lost file is noticed."""
        # on a disk that is read-only nothing is published either
        with suppress(OSError, StoreError):
            if self._known.read() != (str(number),):
                self._known.write(str(number))


def _replace(path: Path, lines: Iterable[str]) -> None:
    """Replace the lines of the file, whole or not at all."""
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("w", encoding="utf-8") as stream:
            stream.writelines(f"{line}\n" for line in lines)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    except OSError as error:
        raise GoldenError(
            f"{path}: {error.strerror}; check its rights and free space",
            "write_refused",
            path=path,
            reason=error.strerror,
        ) from None
