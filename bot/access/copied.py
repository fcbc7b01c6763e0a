"""What is reserved goes along with a copy of the index."""

from __future__ import annotations

from pathlib import Path

from bot.access import Reservations
from bot.access.remembered import Remembered
from index.stores import Notes

__all__ = ["bring"]

_RULES, _REMEMBERED = "access.toml", "reserved.json"


def bring(ours: Notes, theirs: Notes, data: Path | None, *, to_folder: bool) -> None:
    """Bring along what is reserved, before the documents are there: a copy without it would show
    them to everybody. Rules that the target has stay.

    `data` is the data directory copied from, None if that is a database; `to_folder` says that the
    target is one.
    """
    if theirs.read(_REMEMBERED) is None and (known := ours.read(_REMEMBERED)):
        theirs.write({_REMEMBERED: known})
    rules = data / _RULES if data else None
    if rules is None or not rules.exists():
        return
    if not to_folder:
        # a bot there has a file of its own, and does not start without one
        memory = Remembered(theirs)
        for folder in Reservations.read(rules).folders:
            memory.add(folder, {}, {})
        memory.write()
    elif theirs.read(_RULES) is None:
        theirs.write({_RULES: rules.read_bytes()})
