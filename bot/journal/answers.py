"""The record of what was answered, shown and voted on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.journal.database import Database
from bot.journal.gaps import DOWN_VOTED, UNANSWERED, note, settle
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
    """The content of one of the bot's messages, with the id `answer`, and the message that
    `asked` it; `person` is the pseudonym of its sender.
    """

    id: int
    keys: tuple[str, ...]
    at: datetime
    person: str
    asked: int | None
    answer: int | None


class Answers(Database):
    """The part of the journal about answers."""

    _keep_questions: bool

    def answered(self, entry: Answered) -> int | None:
        """Store an answer, its text only if that is turned on; return its id, or None if the
        disk refuses or the event loop would wait.
        """
        return self._soon(lambda: self._answered(entry))

    def _answered(self, entry: Answered) -> int | None:
        person, chat, at = self.pseudonym(entry.person), self.pseudonym(entry.chat), self._at()
        question = (entry.question or None) if self._keep_questions else None
        with self._softly(), self._writing() as database:
            id = database.execute(
                "INSERT INTO answers VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    at,
                    person,
                    chat,
                    entry.place,
                    entry.outcome,
                    entry.generation,
                    entry.score,
                    entry.seconds,
                    entry.language,
                    question,
                    " ".join(entry.keys),
                    entry.asked,
                    entry.answer,
                    entry.continues,
                ),
            ).lastrowid
            # an inline question is typed letter by letter, and most of what arrives is half of one
            if question and entry.outcome is Outcome.NOTHING and entry.place != "inline":
                note(database, question, person, UNANSWERED, at, answer=id)
            return id
        return None

    def shown(self, chat: int, message: int) -> Shown | None:
        """Return what stands in this message of the bot's now, if the journal knows it."""
        return self._one("answer = ? ORDER BY id DESC", chat, message)

    def answer_to(self, chat: int, message: int, person: int) -> Shown | None:
        """Return the answer to this person's message, if it is the latest they asked in this
        chat.
        """
        latest = self._one(
            "person = ? AND NOT continues AND place != 'verify' ORDER BY id DESC",
            chat,
            self.pseudonym(person),
        )
        return latest if latest and latest.asked == message else None

    def was_answered(self, chat: int, message: int) -> bool:
        """Return True if this message of a person's has an answer."""
        return self._one("asked = ?", chat, message) is not None

    def asked_today(self, person: int) -> int:
        """Return how many questions and checked texts of this person were answered since
        midnight UTC, without inline questions, which arrive letter by letter.
        """
        midnight = self._at() // 86_400 * 86_400
        with self._softly():
            [(count,)] = self._rows(
                "SELECT count(*) FROM answers WHERE person = ? AND at >= ? AND NOT continues "
                "AND place != 'inline'",
                self.pseudonym(person),
                midnight,
            )
            return int(count)
        return 0

    def vote(self, answer: int, person: int, *, up: bool, reason: str | None = None) -> None:
        """Store a vote; another of the same person replaces it. A vote on a deleted answer is
        dropped.
        """
        self._soon(lambda: self._vote(answer, person, up=up, reason=reason))

    def _vote(self, answer: int, person: int, *, up: bool, reason: str | None) -> None:
        with self._softly(), self._writing() as database:
            row = database.execute(
                "SELECT question, person FROM answers WHERE id = ?", (answer,)
            ).fetchone()
            if row is None:
                return
            database.execute(
                "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?, ?)",
                (answer, self.pseudonym(person), up, reason, self._at()),
            )
            question, asker = row
            if question is None:
                return
            if not up:
                note(database, question, asker, DOWN_VOTED, self._at(), answer=answer)
            settle(database)

    def votes(self, answer: int) -> tuple[int, int]:
        """Return how many people voted an answer up, and how many down."""
        with self._softly():
            [(up, down)] = self._rows(
                "SELECT coalesce(sum(up), 0), coalesce(sum(NOT up), 0) FROM votes WHERE answer = ?",
                answer,
            )
            return up, down
        return 0, 0

    def _one(self, condition: str, chat: int, *values: object) -> Shown | None:
        with self._softly():
            rows = self._rows(
                f"SELECT id, keys, at, person, asked, answer FROM answers "  # noqa: S608
                f"WHERE chat = ? AND {condition} LIMIT 1",
                self.pseudonym(chat),
                *values,
            )
            for id, keys, at, person, asked, answer in rows:
                return Shown(id, tuple(keys.split()), self._when(at), person, asked, answer)
        return None
