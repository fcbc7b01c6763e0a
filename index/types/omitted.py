"""How much of its file a document leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Omitted"]


@dataclass(frozen=True, slots=True)
class Omitted:
    """The number of things left out: scanned pages that were not read, lines that cannot be read
    surely, and parts that were dropped (running heads, hidden and crossed-out words).
    """

    scanned: int = 0
    damaged: int = 0
    dropped: int = 0

    @classmethod
    def of(cls, kinds: Mapping[str, int]) -> Omitted:
        """Return the counts of omissions by their kind; see index.types.Omission."""
        damaged = kinds.get("damaged", 0) + kinds.get("unsure", 0)
        scanned = kinds.get("scan", 0)
        return cls(scanned, damaged, sum(kinds.values()) - scanned - damaged)

    @classmethod
    def by_document(cls, rows: Iterable[tuple[str, str, int]]) -> dict[str, Omitted]:
        """Return the counts by document, of rows with its id, a kind of omission and a number."""
        kinds: dict[str, dict[str, int]] = {}
        for id, kind, number in rows:
            kinds.setdefault(id, {})[kind] = number
        return {id: cls.of(found) for id, found in kinds.items()}

    @classmethod
    def all(cls, several: Iterable[Omitted]) -> Omitted:
        """Return the counts of several documents together."""
        found = list(several)
        return cls(
            sum(one.scanned for one in found),
            sum(one.damaged for one in found),
            sum(one.dropped for one in found),
        )

    @property
    def parts(self) -> int:
        """How many parts were left out in all."""
        return self.scanned + self.damaged + self.dropped
