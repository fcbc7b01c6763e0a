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
    """An open question: how it was last written, of how many people, when, and of which kind."""

    id: int
    question: str
    people: int
    asked: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A chat to be told when a gap is answered, and the language to speak there."""

    chat: int
    language: str


class Gaps(Database):
    """The part of the journal about what is missing.

    What a person is told has been done is done or raises StoreError.
    """

    def ask_editors(self, question: str, person: int, answer: int | None = None) -> int:
        """Keep a question because its asker wants the editors to see it; the gap's id.

        Told by one person twice it is one; told by several, one gap of several people.
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
        """Tell this person here when the gap is answered; False if it is closed or gone."""
        with self._writing() as database:
            return bool(
                database.execute(
                    "INSERT OR REPLACE INTO awaiting SELECT id, ?, ?, ? FROM gaps "
                    "WHERE id = ? AND closed IS NULL",
                    (self.pseudonym(person), chat, language, gap),
                ).rowcount
            )

    def awaiting(self, gap: int) -> list[Awaiting]:
        """Who is to be told when this gap is answered."""
        rows = self._rows("SELECT chat, language FROM awaiting WHERE gap = ? ORDER BY chat", gap)
        return [Awaiting(*row) for row in rows]

    def settle_with(self, gap: int, chat: int) -> bool:
        """Take this chat off those to be told of a gap; whether it was still among them, so that
        only one who asks is to tell it.
        """
        with self._writing() as database:
            query = "DELETE FROM awaiting WHERE gap = ? AND chat = ?"
            return bool(database.execute(query, (gap, chat)).rowcount)

    def rejected(self, gap: int) -> frozenset[str]:
        """The keys of the passages that were shown for a gap's question and voted down."""
        rows = self._rows(
            "SELECT keys FROM askers JOIN answers ON answers.id = askers.answer WHERE gap = ? "
            "AND EXISTS (SELECT 1 FROM votes WHERE votes.answer = answers.id AND NOT up)",
            gap,
        )
        return frozenset(key for (keys,) in rows for key in keys.split())

    def gaps(self) -> list[Gap]:
        """The open gaps, those of most people first, of those the latest."""
        rows = self._rows(
            # the greater kind by the alphabet is `unanswered`
            "SELECT id, (SELECT question FROM askers WHERE gap = id ORDER BY at DESC LIMIT 1), "
            "count(*), max(at), max(kind) FROM gaps JOIN askers ON gap = id WHERE closed IS NULL "
            "GROUP BY id ORDER BY count(*) DESC, max(at) DESC, id DESC"
        )
        return [
            Gap(id, question, people, self._when(at), kind)
            for id, question, people, at, kind in rows
        ]

    def close_gap(self, gap: int) -> None:
        """Take a gap off the list, and forget where to tell of it: read `awaiting` before."""
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
    """Put a question of a person (a pseudonym) among the open gaps, within a transaction."""
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
    """Drop down-voted questions that no one votes down any more, and gaps that no one asks."""
    database.execute(
        "DELETE FROM askers WHERE kind = ? AND NOT told AND NOT EXISTS "
        "(SELECT 1 FROM votes WHERE votes.answer = askers.answer AND NOT up)",
        (DOWN_VOTED,),
    )
    database.execute("DELETE FROM gaps WHERE id NOT IN (SELECT gap FROM askers)")
