"""The rules of access go along with a copy of the index."""

from __future__ import annotations

from pathlib import Path

from bot.access import Reservations
from bot.access.remembered import Remembered
from index.stores import Notes

__all__ = ["bring"]

_RULES = "access.toml"


def bring(ours: Notes, theirs: Notes, data: Path | None, *, to_folder: bool) -> None:
    """Bring along what is reserved, before the documents are there: a copy without it would show
    them to everybody. Rules that the target has stay.

    `data` is the data directory copied from, None if that is a database; `to_folder` says that the
    target is one.
    """
    memory = Remembered(theirs)
    memory.learn(Remembered(ours).stored())
    rules = data / _RULES if data else None
    if rules and rules.exists():
        for folder in Reservations.read(rules).folders:
            memory.add(folder, {}, {})
        # bots on a database have a file each, and do not start without one
        if to_folder and theirs.read(_RULES) is None:
            theirs.write({_RULES: rules.read_bytes()})
    if memory.names():
        memory.write()
