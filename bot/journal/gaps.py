"""Questions the documents did not answer, for the editors."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.journal.database import Database
from index.types import Outcome

__all__ = ["DOWN_VOTED", "UNANSWERED", "Awaiting", "Gap", "Gaps", "note", "settle"]

UNANSWERED = "unanswered"
DOWN_VOTED = "down-voted"


@dataclass(frozen=True, slots=True)
class Gap:
    """An open question: its latest wording, how many people asked it, when, and of which kind."""

    id: int
    question: str
    people: int
    asked: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A chat to notify when a gap is answered, and its language."""

    chat: int
    language: str


class Gaps(Database):
    """The part of the journal about unanswered questions.

    Writes whose success is reported to a person succeed or raise StoreError.
    """

    def ask_editors(self, question: str, person: int, answer: int | None = None) -> int:
        """Store a question because its asker wants the editors to see it; return the gap's id.

        Told twice by one person it counts once; told by several people it is one gap of several
        people.
        """
        with self._writing() as database:
            outcomes = database.execute("SELECT outcome FROM answers WHERE id = ?", (answer,))
            known = outcomes.fetchone()
            kind = UNANSWERED if known is None or known[0] == Outcome.NOTHING else DOWN_VOTED
            return note(
                database,
                question,
                self.pseudonym(person),
                kind,
                self._at(),
                answer=answer if known else None,
                told=True,
            )

    def notify(self, gap: int, person: int, chat: int, language: str) -> bool:
        """Store that this person wants to be notified here when the gap is answered; return
        False if it is closed or gone.
        """
        with self._writing() as database:
            return bool(
                database.execute(
                    "INSERT OR REPLACE INTO awaiting SELECT id, ?, ?, ? FROM gaps "
                    "WHERE id = ? AND closed IS NULL",
                    (self.pseudonym(person), chat, language, gap),
                ).rowcount
            )

    def awaiting(self, gap: int) -> list[Awaiting]:
        """Return the chats to notify when this gap is answered."""
        rows = self._rows("SELECT chat, language FROM awaiting WHERE gap = ? ORDER BY chat", gap)
        return [Awaiting(*row) for row in rows]

    def settle_with(self, gap: int, chat: int) -> bool:
        """Remove this chat from those to notify of a gap; return whether it was still among
        them, so that only one caller notifies it.
        """
        with self._writing() as database:
            query = "DELETE FROM awaiting WHERE gap = ? AND chat = ?"
            return bool(database.execute(query, (gap, chat)).rowcount)

    def rejected(self, gap: int) -> frozenset[str]:
        """Return the keys of the passages that were shown for a gap's question and voted down."""
        rows = self._rows(
            "SELECT keys FROM askers JOIN answers ON answers.id = askers.answer WHERE gap = ? "
            "AND EXISTS (SELECT 1 FROM votes WHERE votes.answer = answers.id AND NOT up)",
            gap,
        )
        return frozenset(key for (keys,) in rows for key in keys.split())

    def gaps(self) -> list[Gap]:
        """Return the open gaps, those of most people first, of equals the latest first."""
        rows = self._rows(
            # the kind that is last in the alphabet is `unanswered`
            "SELECT id, (SELECT question FROM askers WHERE gap = id ORDER BY at DESC LIMIT 1), "
            "count(*), max(at), max(kind) FROM gaps JOIN askers ON gap = id WHERE closed IS NULL "
            "GROUP BY id ORDER BY count(*) DESC, max(at) DESC, id DESC"
        )
        return [
            Gap(id, question, people, self._when(at), kind)
            for id, question, people, at, kind in rows
        ]

    def close_gap(self, gap: int) -> None:
        """Remove a gap from the list, and forget whom to notify: read `awaiting` before."""
        with self._writing() as database:
            database.execute(
                "UPDATE gaps SET closed = ? WHERE id = ? AND closed IS NULL", (self._at(), gap)
            )
            database.execute("DELETE FROM awaiting WHERE gap = ?", (gap,))


def note(
    database: sqlite3.Connection,
    question: str,
    person: str,
    kind: str,
    at: float,
    *,
    answer: int | None,
    told: bool = False,
) -> int:
    """Add a question of a person (a pseudonym) to the open gaps, within a transaction."""
    folded = " ".join(question.casefold().split()).strip(" ?!.…¿¡")
    database.execute("INSERT OR IGNORE INTO gaps (folded) VALUES (?)", (folded,))
    [(gap,)] = database.execute(
        "SELECT id FROM gaps WHERE folded = ? AND closed IS NULL", (folded,)
    )
    database.execute(
        "INSERT INTO askers VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "question = excluded.question, kind = max(kind, excluded.kind), "
        "told = max(told, excluded.told), answer = excluded.answer, at = excluded.at",
        (gap, person, question, kind, told, answer, at),
    )
    return int(gap)


def settle(database: sqlite3.Connection) -> None:
    """Remove questions that no one votes down any longer, and gaps that no one asks."""
    database.execute(
        "DELETE FROM askers WHERE kind = ? AND NOT told AND NOT EXISTS "
        "(SELECT 1 FROM votes WHERE votes.answer = askers.answer AND NOT up)",
        (DOWN_VOTED,),
    )
    database.execute("DELETE FROM gaps WHERE id NOT IN (SELECT gap FROM askers)")
