"""Votes on answers."""

from __future__ import annotations

from bot.journal.gaps import DOWN_VOTED, note, take_back
from bot.journal.storage import Storage

__all__ = ["Votes"]


class Votes:
    """The votes, one of each person on each answer."""

    def __init__(self, database: Storage) -> None:
        self._database = database

    def add(self, answer: int, person: int, *, up: bool, reason: str | None = None) -> None:
        """Store a vote; another of the same person replaces it. Drop it if the answer is gone."""
        self._database.soon(lambda: self._add(answer, person, up=up, reason=reason))

    def _add(self, answer: int, person: int, *, up: bool, reason: str | None) -> None:
        database = self._database
        with database.softly(), database.writing() as transaction:
            found = transaction.rows("SELECT question, person FROM answers WHERE id = ?", answer)
            if not found:
                return
            transaction.change(
                "INSERT INTO votes (answer, person, up, reason, at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (answer, person) DO UPDATE SET up = excluded.up, "
                "reason = excluded.reason, at = excluded.at",
                answer,
                database.pseudonym(person),
                up,
                reason,
                database.at(),
            )
            [(question, asker)] = found
            if question is None:
                return
            if not up:
                note(transaction, question, asker, DOWN_VOTED, database.at(), answer=answer)
            take_back(transaction, answer)
