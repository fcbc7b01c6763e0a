"""The bot's memory: under pseudonyms, for a time, and until forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.journal.answers import Answered, Answers, Shown
from bot.journal.database import Database
from bot.journal.forgetting import DAYS, TEXT_DAYS, Forgetting, Forgotten
from bot.journal.gaps import DOWN_VOTED, UNANSWERED, Awaiting, Gap, Gaps
from bot.journal.inbox import Inbox
from bot.journal.people import People
from bot.journal.recent import Recent
from bot.journal.statistics import Numbers, Statistics
from bot.journal.storage import Storage
from bot.journal.votes import Votes

__all__ = [
    "DAYS",
    "DOWN_VOTED",
    "TEXT_DAYS",
    "UNANSWERED",
    "Answered",
    "Awaiting",
    "Forgotten",
    "Gap",
    "Inbox",
    "Journal",
    "Recent",
    "Shown",
    "Statistics",
]


def _utc() -> datetime:
    return datetime.now(UTC)


class Journal:
    """The bot's memory: a few parts over one database, safe to use from any thread.

    A full or read-only disk stops no answer: optional entries (answers, votes, moves, the purge)
    are then not stored, a log says so once a minute, and look-ups find nothing. Everything of
    `gaps`, `people.set_language` and `forget`, whose success is reported to a person, succeeds or
    raises StoreError.
    """

    def __init__(
        self,
        path: Path,
        *,
        database_url: str | None = None,
        keep_questions: bool = False,
        now: Callable[[], datetime] = _utc,
    ) -> None:
        """It is in the file `path`, or in the PostgreSQL database of an address."""
        self._database = database = _storage(path, database_url, now)
        self.answers = Answers(database, keep_questions=keep_questions)
        self.votes = Votes(database)
        self.gaps = Gaps(database)
        self.people = People(database)
        self.numbers = Numbers(database)
        self.recent = Recent(database) if database_url else None
        """The last minutes as all bots of the database know them; None if the journal is a file."""
        self.inbox = Inbox(database) if database_url else None
        """The updates that these bots took; None if the journal is a file."""
        self._forgetting = Forgetting(database, keep_questions=keep_questions)
        self.secret = database.secret
        self.forget = self._forgetting.forget
        self.purge = self._forgetting.purge

    @property
    def size(self) -> int:
        """The bytes that it takes on the disk."""
        return self._database.size

    def close(self) -> None:
        """Close the file; later writes are dropped."""
        self._database.close()


def _storage(path: Path, url: str | None, now: Callable[[], datetime]) -> Storage:
    if url is None:
        return Database(path, now)
    from bot.journal.shared import SharedStorage

    return SharedStorage(url, now)
