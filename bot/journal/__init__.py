"""What the bot remembers, in one SQLite file: under pseudonyms, for a time, and until forgotten."""

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
"""Days that everything else is kept, and the text of what someone told the editors."""

_DAY = 86_400.0

# Votes before the answers they go with.
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
    """How much of a person's was deleted."""

    votes: int
    answers: int
    questions: int
    notifications: int
    settings: int

    @property
    def total(self) -> int:
        """How many entries in all."""
        return self.answers + self.votes + self.questions + self.notifications + self.settings


class Journal(Answers, Gaps, People, Numbers):
    """The bot's memory; safe to use from any thread, each write one short transaction. In the event
    loop nothing waits for another thread but what a person is told has been done: for that, use a
    thread.

    A full or read-only disk stops no answer: what no one waits for (answers, votes, moves, the
    purge) is then not kept, once a minute a log says so, and what is looked up is not found. What a
    person is told has been done (`ask_editors`, `notify`, `set_language`, `close_gap`, `forget`) is
    done or raises StoreError.
    """

    def __init__(
        self, path: Path, *, keep_questions: bool = False, now: Callable[[], datetime] = _utc
    ) -> None:
        self._keep_questions = keep_questions
        super().__init__(path, now)

    def forget(self, person: int) -> Forgotten:
        """Delete all that is kept of a person, to the last byte; what others told stays.

        A journal that was set aside as damaged goes whole. Takes a while: run it in a thread.
        """
        who = self.pseudonym(person)
        with self._holding():
            # what is left for later may be theirs
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
        """Return True if anything is kept under a pseudonym: if not, there is nothing to
        rewrite.
        """
        return any(
            self._rows(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", who)  # noqa: S608
            for table, column in _OF_A_PERSON
        )

    def purge(self) -> None:
        """Delete what is older than it may be, and texts that may not be kept any more.

        For the start and once a day; takes a while, run it in a thread.
        """
        with self._holding():
            self._purge()

    def _purge(self) -> None:
        now = self._at()
        old, old_text = now - DAYS * _DAY, now - TEXT_DAYS * _DAY
        # turned off, it holds for what was kept before, too
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
