"""The journal in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.journal.database import Database
from index.types import Outcome

__all__ = ["Numbers", "Statistics"]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts since a moment.

    `median` and `slow` are the seconds within which 50 % and 95 % of the answers came, None if
    nothing was asked; `days` has each UTC day with questions, in order.
    """

    questions: int
    people: int
    outcomes: dict[Outcome, int]
    up: int
    down: int
    median: float | None
    slow: float | None
    days: dict[date, int]


class Numbers(Database):
    """The part of the journal that counts."""

    def statistics(self, since: datetime) -> Statistics:
        """Return the counts since a moment; StoreError if they cannot be read."""
        start = since.timestamp()
        asked = "FROM answers WHERE at >= ? AND NOT continues AND place != 'verify'"
        [(questions, people)] = self._rows(
            f"SELECT count(*), count(DISTINCT person) {asked}", start
        )
        outcomes = dict(self._rows(f"SELECT outcome, count(*) {asked} GROUP BY outcome", start))
        [(up, down)] = self._rows(
            "SELECT coalesce(sum(up), 0), coalesce(sum(NOT up), 0) FROM votes WHERE at >= ?", start
        )
        days = self._rows(f"SELECT date(at, 'unixepoch') day, count(*) {asked} GROUP BY day", start)
        return Statistics(
            questions,
            people,
            {outcome: outcomes.get(outcome, 0) for outcome in Outcome},
            up,
            down,
            self._within(50, asked, start, questions),
            self._within(95, asked, start, questions),
            {date.fromisoformat(day): count for day, count in days},
        )

    def _within(self, percent: int, asked: str, start: float, questions: int) -> float | None:
        # the nearest rank
        rank = -(-questions * percent // 100) - 1
        rows = self._rows(
            f"SELECT seconds {asked} ORDER BY seconds LIMIT 1 OFFSET ?", start, max(rank, 0)
        )
        return float(rows[0][0]) if rows else None
