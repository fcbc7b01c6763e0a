"""The record of what was answered and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.journal.gaps import UNANSWERED, note
from bot.journal.storage import Storage
from index.types import Outcome

__all__ = ["Answered", "Answers", "Shown"]


@dataclass(frozen=True, slots=True)
class Answered:
    """One answered question: who asked, where, and what was shown.

    `keys` are those of the passages shown, in order; `asked` and `answer` are the ids of the two
    messages. `continues` if these are further passages of an answer, not a new question. A checked
    text (`verify`) counts towards the person's day, but is not a question either.
    """

    person: int
    chat: int
    place: Literal["private", "group", "inline", "guest", "verify"]
    outcome: Outcome
    generation: str
    score: float | None
    seconds: float
    question: str
    language: str
    keys: tuple[str, ...] = ()
    asked: int | None = None
    answer: int | None = None
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The passages in a message of the bot's, whose id is `answer`, and which message `asked` it;
    `person` is the pseudonym of the one who asked.
    """

    id: int
    keys: tuple[str, ...]
    at: datetime
    person: str
    asked: int | None
    answer: int | None


_COLUMNS = (
    "at, person, chat, place, outcome, generation, score, seconds, language, question, keys, "
    "asked, answer, continues"
)


class Answers:
    """The answers that were given, each with the keys of its passages."""

    def __init__(self, database: Storage, *, keep_questions: bool) -> None:
        self._database = database
        self._keep_questions = keep_questions

    def add(self, entry: Answered) -> int | None:
        """Store an answer, with the question's text only if that is turned on; return its id, or
        None if the disk refuses or the event loop would wait.
        """
        return self._database.soon(lambda: self._add(entry))

    def _add(self, entry: Answered) -> int | None:
        database = self._database
        person, chat = database.pseudonym(entry.person), database.pseudonym(entry.chat)
        at = database.at()
        question = (entry.question or None) if self._keep_questions else None
        with database.softly(), database.writing() as transaction:
            [(id,)] = transaction.rows(
                f"INSERT INTO answers ({_COLUMNS}) "  # noqa: S608, the names are above
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                at,
                person,
                chat,
                entry.place,
                entry.outcome.value,
                entry.generation,
                entry.score,
                entry.seconds,
                entry.language,
                question,
                " ".join(entry.keys),
                entry.asked,
                entry.answer,
                entry.continues,
            )
            # an inline question is typed letter by letter, and most of what arrives is half of one
            if question and entry.outcome is Outcome.NOTHING and entry.place != "inline":
                note(transaction, question, person, UNANSWERED, at, answer=id)
            return int(id)
        return None

    def shown(self, chat: int, message: int) -> Shown | None:
        """Return what this message of the bot's shows now, if the journal knows it."""
        return self._one("answer = ? ORDER BY id DESC", chat, message)

    def answer_to(self, chat: int, message: int, person: int) -> Shown | None:
        """Return the answer to this person's message, if it is the latest they asked in this
        chat.
        """
        latest = self._one(
            "person = ? AND NOT continues AND place != 'verify' ORDER BY id DESC",
            chat,
            self._database.pseudonym(person),
        )
        return latest if latest and latest.asked == message else None

    def was_answered(self, chat: int, message: int) -> bool:
        """Return True if this message of a person's has an answer."""
        return self._one("asked = ?", chat, message) is not None

    def asked_today(self, person: int) -> int:
        """Return how many questions and checked texts of this person were answered since
        midnight UTC, without inline questions, which arrive letter by letter.
        """
        database = self._database
        midnight = database.at() // 86_400 * 86_400
        with database.softly():
            [(count,)] = database.rows(
                "SELECT count(*) FROM answers WHERE person = ? AND at >= ? AND NOT continues "
                "AND place != 'inline'",
                database.pseudonym(person),
                midnight,
            )
            return int(count)
        return 0

    def _one(self, condition: str, chat: int, *values: object) -> Shown | None:
        database = self._database
        with database.softly():
            rows = database.rows(
                f"SELECT id, keys, at, person, asked, answer FROM answers "  # noqa: S608
                f"WHERE chat = ? AND {condition} LIMIT 1",
                database.pseudonym(chat),
                *values,
            )
            for id, keys, at, person, asked, answer in rows:
                return Shown(id, tuple(keys.split()), database.when(at), person, asked, answer)
        return None
