"""The journal in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.journal.storage import Storage
from index.types import Outcome

__all__ = ["Numbers", "Statistics"]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts since a moment; `median` and `slow` are the seconds within which 50 % and 95 % of the
    answers came, None if nothing was asked.
    """

    questions: int
    people: int
    outcomes: dict[Outcome, int]
    up: int
    down: int
    median: float | None
    slow: float | None


class Numbers:
    """Counts of questions, people, outcomes and votes."""

    def __init__(self, database: Storage) -> None:
        self._database = database

    def since(self, moment: datetime) -> Statistics:
        """Return the counts since a moment; StoreError if they cannot be read."""
        start, rows = moment.timestamp(), self._database.rows
        asked = "FROM answers WHERE at >= ? AND NOT continues AND place != 'verify'"
        [(questions, people)] = rows(f"SELECT count(*), count(DISTINCT person) {asked}", start)
        outcomes = dict(rows(f"SELECT outcome, count(*) {asked} GROUP BY outcome", start))
        [(up, down)] = rows(
            "SELECT count(*) FILTER (WHERE up), count(*) FILTER (WHERE NOT up) FROM votes "
            "WHERE at >= ?",
            start,
        )
        return Statistics(
            questions,
            people,
            {outcome: outcomes.get(outcome, 0) for outcome in Outcome},
            up,
            down,
            self._within(50, asked, start, questions),
            self._within(95, asked, start, questions),
        )

    def _within(self, percent: int, asked: str, start: float, questions: int) -> float | None:
        # the nearest rank
        rank = -(-questions * percent // 100) - 1
        rows = self._database.rows(
            f"SELECT seconds {asked} ORDER BY seconds LIMIT 1 OFFSET ?", start, max(rank, 0)
        )
        return float(rows[0][0]) if rows else None
