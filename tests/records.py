"""What the desk recorded, as the file has it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Record", "records"]


@dataclass(frozen=True)
class Record:
    """One line of the file."""

    when: str
    by: str
    action: str
    what: str
    before: str | None
    after: str | None


def records(file: Path, limit: int = 50) -> list[Record]:
    """The newest records, newest first; a torn line is left out."""
    found = []
    for line in reversed(file.read_bytes().splitlines() if file.exists() else []):
        try:
            found.append(Record(**json.loads(line)))
        except ValueError:
            continue
    return found[:limit]
