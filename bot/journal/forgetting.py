"""Delete what a person wants forgotten and what is past its retention, to the last byte."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from bot.journal.gaps import settle
from bot.journal.storage import Storage
from index.errors import StoreError

__all__ = ["DAYS", "TEXT_DAYS", "Forgetting", "Forgotten"]

TEXT_DAYS = 30
"""Days that the text of a question is kept if the operator turned that on."""

DAYS = 90
"""Days that everything else is kept, and the text of what people told the editors."""

_DAY = 86_400.0
# The most seconds between two purges of a bot that runs, with room for a few that failed.
_EXPECTED = 7 * _DAY

# Rows that are deleted in one transaction, and the seconds from one to the next: others write then.
_BATCH, _PAUSE = 100, 0.004
_TIDY = 20  # transactions after which the log is emptied: a long one takes long

# Votes before the answers they refer to.
_OF_A_PERSON = (
    ("votes", "person"),
    ("answers", "person"),
    ("askers", "person"),
    ("awaiting", "person"),
    ("languages", "who"),
    ("inactive", "chat"),
)


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


class Forgetting:
    """Deletes from the journal. It takes seconds, in which others read and write: use a thread."""

    def __init__(self, database: Storage, *, keep_questions: bool) -> None:
        self._database = database
        self._keep_questions = keep_questions
        self._alone = Lock()
        # bytes of what was deleted may still be in the file
        self._unwritten = False

    def forget(self, person: int) -> Forgotten:
        """Delete everything stored about a person; what others told stays.

        A journal that was set aside as damaged is deleted whole. StoreError if that fails.
        """
        database = self._database
        who = database.pseudonym(person)
        # postponed writes may be theirs
        database.catch_up()
        if not self._knows(who) and not self._unwritten:
            self._drop_damaged()
            return Forgotten(0, 0, 0, 0, 0)
        self._unwritten = True
        with database.writing() as transaction:
            *counts, _ = [
                transaction.change(
                    f"DELETE FROM {table} WHERE {column} = ?",  # noqa: S608, names from above
                    who,
                )
                for table, column in _OF_A_PERSON
            ]
            settle(transaction)
        self._drop_damaged()
        self._rewrite()
        return Forgotten(*counts)

    def purge(self) -> None:
        """Delete what is past its retention. Run it at the start, and once a day.

        After a pause, or if the clock jumped, what became old meanwhile is deleted the next day: a
        clock that is wrong for a while costs nothing.
        """
        with self._database.softly():
            self._database.catch_up()
        now = self._trusted()
        steps: Sequence[Callable[[], None]] = (
            lambda: self._delete_old(now),
            lambda: self._drop_damaged(older_than=now - TEXT_DAYS * _DAY),
            self._rewrite,
        )
        for step in steps:
            with self._database.softly():
                step()

    def _trusted(self) -> float:
        """Return what the clock shows, or the earlier time of the last purge if the two are further
        apart than a bot that runs lets them be; note what it shows.
        """
        now = last = self._database.at()
        with self._database.softly():
            for (value,) in self._database.rows("SELECT value FROM kept WHERE name = 'purged'"):
                last = float(bytes(value))
            with self._database.writing() as transaction:
                transaction.change(
                    "INSERT INTO kept VALUES ('purged', ?) "
                    "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    str(now).encode(),
                )
        return now if abs(now - last) <= _EXPECTED else min(now, last)

    def _delete_old(self, now: float) -> None:
        old, old_text = now - DAYS * _DAY, now - TEXT_DAYS * _DAY
        # turned off, it also applies to what was kept before
        unwanted = old_text if self._keep_questions else now
        self._unwritten = True
        no_text = "UPDATE answers SET question = NULL"
        self._each("answers", "at <= ? AND question IS NOT NULL", unwanted, statement=no_text)
        askers = "at <= ? OR (at <= ? AND NOT told)"
        self._each("askers", askers, old, unwanted, key="gap")
        self._each("answers", "at <= ?", old)
        self._each("gaps", "closed <= ?", old_text)
        with self._database.writing() as transaction:
            transaction.change("DELETE FROM inactive WHERE at <= ?", old)
            # `(gap, person) NOT IN (...)` would miss a pseudonym that looks like a number
            transaction.change(
                "DELETE FROM awaiting WHERE NOT EXISTS (SELECT 1 FROM askers "
                "WHERE askers.gap = awaiting.gap AND askers.person = awaiting.person)"
            )
            settle(transaction)

    def _each(
        self, table: str, condition: str, *values: float, key: str = "id", statement: str = ""
    ) -> None:
        """Change or delete the rows of a condition, in steps that no one has to wait for."""
        change = statement or f"DELETE FROM {table}"  # noqa: S608, names of ours, here and below
        steps = self._database.rows(
            f"SELECT min({key}), max({key}) FROM {table} WHERE {condition} "  # noqa: S608
            f"GROUP BY {key} / {_BATCH}",
            *values,
        )
        for number, (first, last) in enumerate(steps):
            if number % _TIDY == 0:
                self._database.tidy()
            with self._database.writing() as transaction:
                transaction.change(
                    f"{change} WHERE {key} BETWEEN ? AND ? AND ({condition})", first, last, *values
                )
            time.sleep(_PAUSE)

    def _knows(self, who: str) -> bool:
        """Return True if anything is stored under a pseudonym: there is something to rewrite."""
        return any(
            self._database.rows(
                f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1",  # noqa: S608, names from above
                who,
            )
            for table, column in _OF_A_PERSON
        )

    def _rewrite(self) -> None:
        with self._alone:
            # what is deleted from here on is removed by another rewrite
            self._unwritten = False
            try:
                self._database.forget_bytes()
            except StoreError:
                self._unwritten = True
                raise

    def _drop_damaged(self, older_than: float = math.inf) -> None:
        self._database.drop_damaged(older_than)
