"""The bot's memory in one SQLite file: under pseudonyms, for a time, and until forgotten."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.journal.answers import Answered, Answers, Shown
from bot.journal.gaps import DOWN_VOTED, UNANSWERED, Awaiting, Gap, Gaps, settle
from bot.journal.people import People
from bot.journal.statistics import Numbers, Statistics
from index.errors import StoreError

__all__ = [
    "DAYS",
    "DOWN_VOTED",
    "TEXT_DAYS",
    "UNANSWERED",
    "Answered",
    "Awaiting",
    "Forgotten",
    "Gap",
    "Journal",
    "Shown",
    "Statistics",
]

TEXT_DAYS = 30
"""Days that the text of a question is kept if the operator turned that on."""

DAYS = 90
"""Days that everything else is kept, and the text of what people told the editors."""

_DAY = 86_400.0
# The most seconds between two purges of a bot that runs, with room for a few that failed.
_EXPECTED = 7 * _DAY

# Votes before the answers they refer to.
_OF_A_PERSON = (
    ("votes", "person"),
    ("answers", "person"),
    ("askers", "person"),
    ("awaiting", "person"),
    ("languages", "who"),
    ("inactive", "chat"),
)


def _utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of a person's data was deleted."""

    votes: int
    answers: int
    questions: int
    notifications: int
    settings: int

    @property
    def total(self) -> int:
        """The number of entries in all."""
        return self.answers + self.votes + self.questions + self.notifications + self.settings


class Journal(Answers, Gaps, People, Numbers):
    """The bot's memory; safe to use from any thread, each write one short transaction.

    On the event loop, calls never wait for another thread, except those whose success is reported
    to a person: use a thread for these.

    A full or read-only disk stops no answer: optional entries (answers, votes, moves, the purge)
    are then not stored, a log says so once a minute, and look-ups find nothing. `ask_editors`,
    `notify`, `set_language`, `close_gap` and `forget`, whose success is reported to a person,
    succeed or raise StoreError.
    """

    def __init__(
        self, path: Path, *, keep_questions: bool = False, now: Callable[[], datetime] = _utc
    ) -> None:
        self._keep_questions = keep_questions
        super().__init__(path, now)

    def forget(self, person: int) -> Forgotten:
        """Delete everything stored about a person, to the last byte; what others told stays.

        A journal that was set aside as damaged is deleted whole. Slow: run it in a thread.
        """
        who = self.pseudonym(person)
        with self._holding():
            # postponed writes may be theirs
            self._catch_up()
            if not self._knows(who) and not self._unwritten:
                self._drop_damaged()
                return Forgotten(0, 0, 0, 0, 0)
            with self._writing() as database:
                *counts, _ = [
                    database.execute(f"DELETE FROM {table} WHERE {column} = ?", (who,)).rowcount  # noqa: S608
                    for table, column in _OF_A_PERSON
                ]
                settle(database)
            self._drop_damaged()
            self._rewrite()
        return Forgotten(*counts)

    def _knows(self, who: str) -> bool:
        """Return True if anything is stored under a pseudonym: if not, there is nothing to
        rewrite.
        """
        return any(
            self._rows(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", who)  # noqa: S608
            for table, column in _OF_A_PERSON
        )

    def purge(self) -> None:
        """Delete what is past its retention, and texts that may no longer be kept.

        Run it at the start and once a day, in a thread: it is slow. After a pause, or if the clock
        jumped, what became old meanwhile is deleted the next day: a clock that is wrong for a while
        costs nothing.
        """
        with self._holding():
            self._purge(self._trusted())

    def _trusted(self) -> float:
        """Return what the clock shows, or the earlier time of the last purge if it is further from
        that than a bot that runs lets it be; note what it shows.
        """
        now = last = self._at()
        with self._softly():
            for (value,) in self._rows("SELECT value FROM kept WHERE name = 'purged'"):
                last = float(value)
            with self._writing() as database:
                database.execute("INSERT OR REPLACE INTO kept VALUES ('purged', ?)", (now,))
        return now if abs(now - last) <= _EXPECTED else min(now, last)

    def _purge(self, now: float) -> None:
        old, old_text = now - DAYS * _DAY, now - TEXT_DAYS * _DAY
        # turned off, it also applies to what was kept before
        unwanted = old_text if self._keep_questions else now
        with self._softly(), self._writing() as database:
            for statement, values in (
                (
                    "UPDATE answers SET question = NULL WHERE at <= ? AND question NOTNULL",
                    (unwanted,),
                ),
                ("DELETE FROM askers WHERE at <= ? OR (at <= ? AND NOT told)", (old, unwanted)),
                ("DELETE FROM answers WHERE at <= ?", (old,)),
                ("DELETE FROM inactive WHERE at <= ?", (old,)),
                ("DELETE FROM gaps WHERE closed <= ?", (old_text,)),
                (
                    "DELETE FROM awaiting WHERE (gap, person) NOT IN "
                    "(SELECT gap, person FROM askers)",
                    (),
                ),
            ):
                database.execute(statement, values)
            settle(database)
        with self._softly():
            self._drop_damaged(older_than=old_text)
        with self._softly():
            self._rewrite()

    def _drop_damaged(self, older_than: float = math.inf) -> None:
        try:
            if self.damaged.exists() and self.damaged.stat().st_mtime <= older_than:
                self.damaged.unlink()
        except OSError as error:
            raise StoreError(f"{self.damaged}: {error.strerror}; delete it yourself") from None
