"""The time of each editor's last notice, and who wants quiet; kept across restarts."""

from __future__ import annotations

import datetime
from pathlib import Path

from index.stores.pointers import Pointer

__all__ = ["Heard"]

_QUIET, _AT = "quiet", "at"


class Heard:
    """A small file with a line for each fact: `at:ID:TIME` and `quiet:ID:DAY`."""

    def __init__(self, path: Path) -> None:
        self._pointer = Pointer(path)

    def last(self, editor: int) -> datetime.datetime | None:
        """Return when an editor last got a notice; StoreError if the file cannot be read."""
        try:
            return datetime.datetime.fromisoformat(self._facts().get((_AT, editor), ""))
        except ValueError:
            return None

    def told(self, editor: int, now: datetime.datetime) -> None:
        """Note that an editor gets a notice now."""
        self._write((_AT, editor), now.isoformat())

    def is_quiet(self, editor: int, now: datetime.datetime) -> bool:
        """Return True if an editor wants nothing more on the day of `now`, in local time."""
        return self._facts().get((_QUIET, editor)) == _day(now)

    def be_quiet(self, editor: int, now: datetime.datetime) -> None:
        """Note that an editor wants nothing more on the day of `now`."""
        self._write((_QUIET, editor), _day(now))

    def _facts(self) -> dict[tuple[str, int], str]:
        facts: dict[tuple[str, int], str] = {}
        for word in self._pointer.read():
            what, _, rest = word.partition(":")
            editor, _, value = rest.partition(":")
            if what in (_QUIET, _AT) and editor.isdecimal():
                facts[what, int(editor)] = value
        return facts

    def _write(self, key: tuple[str, int], value: str) -> None:
        facts = {**self._facts(), key: value}
        self._pointer.write(*(f"{what}:{id}:{value}" for (what, id), value in facts.items()))


def _day(now: datetime.datetime) -> str:
    return now.astimezone().date().isoformat()
