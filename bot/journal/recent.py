"""The last minutes as all bots at one address know them: who asked how often, and what was asked
before. In tables of the shared database that its log and its copies leave out.
"""

from __future__ import annotations

from bot.journal.storage import Storage

__all__ = ["Recent"]

_MINUTE, _DAY = 60.0, 86_400.0
_TURN = 600.0  # seconds that a question may be followed up; as in one process


class Recent:
    """Knowledge that several bots share for minutes. If the database does not answer, each goes on
    with what it knows itself.
    """

    def __init__(self, database: Storage) -> None:
        self._database = database

    def wait(self, counter: str, who: int, most: int) -> float:
        """Return the seconds until one more may be counted of `most` in a minute, 0 if it may
        now.
        """
        database, now = self._database, self._database.at()
        with database.softly():
            query = (
                "SELECT at FROM moments WHERE counter = ? AND who = ? AND at > ? "
                "ORDER BY at DESC LIMIT 1 OFFSET ?"
            )
            asked = counter, database.pseudonym(who), now - _MINUTE, most - 1
            for (at,) in database.rows(query, *asked):
                return max(0.0, float(at) + _MINUTE - now)
        return 0.0

    def count(self, counter: str, who: int) -> None:
        """Count one event."""
        database = self._database
        self._write(
            "INSERT INTO moments (counter, who, at) VALUES (?, ?, ?)",
            counter,
            database.pseudonym(who),
            database.at(),
        )

    def before(self, chat: int, person: int, replied: int | None = None) -> str | None:
        """Return the question that a new one may depend on, or None: that of the answer it replies
        to, else the person's own last one in this chat.
        """
        database = self._database
        since, place = database.at() - _TURN, database.pseudonym(chat)
        query = "SELECT question FROM turns WHERE chat = ? AND {} = ? AND at > ? "
        of = [("answer", replied)] if replied is not None else []
        with database.softly():
            for column, value in (*of, ("person", database.pseudonym(person))):
                latest = query.format(column) + "ORDER BY at DESC LIMIT 1"
                for (question,) in database.rows(latest, place, value, since):
                    return str(question)
        return None

    def remember(self, chat: int, person: int, question: str, answer: int | None) -> None:
        """Store a question, and the id of the message that answered it."""
        database = self._database
        self._write(
            "INSERT INTO turns (chat, person, answer, question, at) VALUES (?, ?, ?, ?, ?)",
            database.pseudonym(chat),
            database.pseudonym(person),
            answer,
            question.replace("\0", ""),
            database.at(),
        )

    def forget(self, person: int) -> None:
        """Delete all questions of a person."""
        self._write("DELETE FROM turns WHERE person = ?", self._database.pseudonym(person))

    def clear(self) -> None:
        """Delete what is past its time. Run it every minute."""
        now = self._database.at()
        with self._database.softly(), self._database.writing() as transaction:
            transaction.change("DELETE FROM moments WHERE at <= ?", now - _MINUTE)
            transaction.change("DELETE FROM updates WHERE at <= ?", now - _DAY)
            transaction.change("DELETE FROM turns WHERE at <= ?", now - _TURN)

    def _write(self, query: str, *values: object) -> None:
        with self._database.softly(), self._database.writing() as transaction:
            transaction.change(query, *values)
