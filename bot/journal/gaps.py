"""Questions the documents did not answer, for the editors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.journal.storage import Storage, Transaction
from index.types import Outcome

__all__ = ["DOWN_VOTED", "UNANSWERED", "Awaiting", "Gap", "Gaps", "note", "settle"]

UNANSWERED = "unanswered"
DOWN_VOTED = "down-voted"

# of one kind, the questions without a vote against their answer, unless told to the editors
_VOTED_UP = (
    "kind = ? AND NOT told AND NOT EXISTS "
    "(SELECT 1 FROM votes WHERE votes.answer = askers.answer AND NOT up)"
)


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


class Gaps:
    """The open questions, and the chats to notify when one is answered.

    Calls succeed or raise StoreError: their success is reported to a person.
    """

    def __init__(self, database: Storage) -> None:
        self._database = database

    def add(self, question: str, person: int, answer: int | None = None) -> int:
        """Store a question because its asker wants the editors to see it; return the gap's id.

        Told twice by one person it counts once; told by several people it is one gap of several
        people.
        """
        database = self._database
        with database.writing() as transaction:
            known = transaction.rows("SELECT outcome FROM answers WHERE id = ?", answer)
            kind = DOWN_VOTED if known and known[0][0] != Outcome.NOTHING else UNANSWERED
            return note(
                transaction,
                question,
                database.pseudonym(person),
                kind,
                database.at(),
                answer=answer if known else None,
                told=True,
            )

    def notify(self, gap: int, person: int, chat: int, language: str) -> bool:
        """Notify this person here when the gap is answered; return False if it is closed."""
        with self._database.writing() as transaction:
            return bool(
                transaction.change(
                    "INSERT INTO awaiting (gap, person, chat, language) "
                    "SELECT id, ?, ?, ? FROM gaps WHERE id = ? AND closed IS NULL "
                    "ON CONFLICT (gap, person) DO UPDATE SET chat = excluded.chat, "
                    "language = excluded.language",
                    self._database.pseudonym(person),
                    chat,
                    language,
                    gap,
                )
            )

    def awaiting(self, gap: int) -> list[Awaiting]:
        """Return the chats to notify when this gap is answered."""
        rows = self._database.rows(
            "SELECT chat, language FROM awaiting WHERE gap = ? ORDER BY chat", gap
        )
        return [Awaiting(*row) for row in rows]

    def settle_with(self, gap: int, chat: int) -> bool:
        """Remove this chat from those to notify of a gap; return whether it was still among
        them, so that only one caller notifies it.
        """
        with self._database.writing() as transaction:
            query = "DELETE FROM awaiting WHERE gap = ? AND chat = ?"
            return bool(transaction.change(query, gap, chat))

    def rejected(self, gap: int) -> frozenset[str]:
        """Return the keys of the passages that were shown for a gap's question and voted down."""
        rows = self._database.rows(
            "SELECT keys FROM askers JOIN answers ON answers.id = askers.answer WHERE gap = ? "
            "AND EXISTS (SELECT 1 FROM votes WHERE votes.answer = answers.id AND NOT up)",
            gap,
        )
        return frozenset(key for (keys,) in rows for key in keys.split())

    def open(self) -> list[Gap]:
        """Return the open gaps, those of most people first, of equals the latest first."""
        rows = self._database.rows(
            # the kind that is last in the alphabet is `unanswered`
            "SELECT id, (SELECT question FROM askers WHERE gap = id ORDER BY at DESC LIMIT 1), "
            "count(*), max(at), max(kind) FROM gaps JOIN askers ON gap = id WHERE closed IS NULL "
            "GROUP BY id ORDER BY count(*) DESC, max(at) DESC, id DESC"
        )
        return [
            Gap(id, question, people, self._database.when(at), kind)
            for id, question, people, at, kind in rows
        ]

    def close(self, gap: int) -> None:
        """Remove a gap from the list, and forget whom to notify: read `awaiting` before."""
        with self._database.writing() as transaction:
            transaction.change(
                "UPDATE gaps SET closed = ? WHERE id = ? AND closed IS NULL",
                self._database.at(),
                gap,
            )
            transaction.change("DELETE FROM awaiting WHERE gap = ?", gap)


def note(
    transaction: Transaction,
    question: str,
    person: str,
    kind: str,
    at: float,
    *,
    answer: int | None,
    told: bool = False,
) -> int:
    """Add a question of a person (a pseudonym) to the open gaps; return the gap's id."""
    folded = " ".join(question.casefold().split()).strip(" ?!.…¿¡")
    transaction.change("INSERT INTO gaps (folded) VALUES (?) ON CONFLICT DO NOTHING", folded)
    [(gap,)] = transaction.rows("SELECT id FROM gaps WHERE folded = ? AND closed IS NULL", folded)
    transaction.change(
        "INSERT INTO askers (gap, person, question, kind, told, answer, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (gap, person) DO UPDATE SET "
        "question = excluded.question, "
        # once unanswered, it stays so: that is the greater kind by the alphabet
        "kind = CASE WHEN askers.kind > excluded.kind THEN askers.kind ELSE excluded.kind END, "
        "told = askers.told OR excluded.told, answer = excluded.answer, at = excluded.at",
        gap,
        person,
        question,
        kind,
        told,
        answer,
        at,
    )
    return int(gap)


def take_back(transaction: Transaction, answer: int) -> None:
    """Drop the question of an answer if no one votes it down any more and no one told it."""
    dropped = transaction.rows(
        f"DELETE FROM askers WHERE answer = ? AND {_VOTED_UP} RETURNING gap",  # noqa: S608, above
        answer,
        DOWN_VOTED,
    )
    for (gap,) in dropped:
        query = "DELETE FROM gaps WHERE id = ? AND id NOT IN (SELECT gap FROM askers)"
        transaction.change(query, gap)


def settle(transaction: Transaction) -> None:
    """Remove questions that no one votes down any longer, and gaps that no one asks."""
    query = f"DELETE FROM askers WHERE {_VOTED_UP}"  # noqa: S608, the words are above
    transaction.change(query, DOWN_VOTED)
    transaction.change("DELETE FROM gaps WHERE id NOT IN (SELECT gap FROM askers)")
