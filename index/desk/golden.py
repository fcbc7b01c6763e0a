"""The golden questions beside an index, in the file format of `citebot evaluate`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from index.desk import lines
from index.desk.evaluate import Golden
from index.errors import GoldenError, StoreError
from index.stores import Notes

__all__ = ["GoldenFile"]

_LINES, _KNOWN = "golden.jsonl", "GOLDEN"


class GoldenFile:
    """One JSON object per line of a note; every bot of a database has the same.

    A missing note means no questions, unless there were some before: then GoldenError, since a new
    index could not be compared. A line that does not change stays exactly as it was written. In a
    folder the caller must allow only one writer at a time.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def all(self) -> list[Golden]:
        """Return the questions in order; GoldenError names a wrong line."""
        return [golden for golden, _ in self._read()]

    def some(self) -> list[Golden]:
        """Return the questions in order; GoldenError if there are none."""
        golden = self.all()
        if not golden:
            where = self._notes.where(_LINES)
            raise GoldenError(
                f"{where}: no questions; write one JSON object a line", "golden_none", path=where
            )
        return golden

    def add(self, new: Sequence[Golden]) -> list[Golden]:
        """Store these questions in place of those with the same ids; return what was replaced.

        A question may occur more than once, with several places that answer it, if all come in one
        call.
        """
        with self._notes.alone():
            return self._add(new)

    def _add(self, new: Sequence[Golden]) -> list[Golden]:
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
            self._notes.write({_LINES: _joined(now), _KNOWN: _number(now)})
        staying = {golden for group in groups.values() for golden in group}
        return [golden for golden in written if golden not in staying]

    def remove(self, id: str) -> list[Golden]:
        """Remove the question of this id; return what was stored for it."""
        with self._notes.alone():
            kept = self._read()
            removed = [golden for golden, _ in kept if golden.id == id]
            if removed:
                left = [line for golden, line in kept if golden.id != id]
                # first the number: whatever moment a process ends at, none looks lost
                self._notes.write({_KNOWN: _number(left), _LINES: _joined(left)})
            return removed

    def export(self, path: Path) -> int:
        """Write the questions into another file, unchanged; return their number."""
        kept = [line for _, line in self._read()]
        _replace(path, _joined(kept))
        return len(kept)

    def _read(self) -> list[tuple[Golden, str]]:
        where = self._notes.where(_LINES)
        content, read, before = b"", "", self._before()
        while read != before:
            # another machine may have written both in between: then they are read again
            read = before
            content = self._notes.read(_LINES) or b""
            before = self._before()
        found = [
            (lines.parse(line, f"{where}, line {number}"), line)
            for number, line in lines.split(content, where)
        ]
        if found and before != str(len(found)):
            # on a disk that is read-only nothing is published either
            with suppress(StoreError):
                self._notes.write({_KNOWN: _number(found)})
        elif not found and before != "0":
            raise GoldenError(
                f"{where} has no questions any more, and had {before}; restore it from a backup, "
                f"or delete {self._notes.where(_KNOWN)} if you want none",
                "golden_lost",
                path=where,
                before=before,
                known=self._notes.where(_KNOWN),
            )
        return found

    def _before(self) -> str:
        """How many questions there were when they were last written."""
        return (self._notes.read(_KNOWN) or b"0").decode(errors="replace").strip() or "0"


def _number(kept: Sequence[object]) -> bytes:
    """How many questions there are, noted so that a lost file is noticed."""
    return f"{len(kept)}\n".encode()


def _joined(kept: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in kept).encode()


def _replace(path: Path, content: bytes) -> None:
    """Replace the content of a file, whole or not at all."""
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("wb") as stream:
            stream.write(content)
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
