"""The updates that bots at one address took and are not done with: if one is killed, another one
does what is left.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from threading import Lock
from typing import Any

from bot.journal.storage import Storage, Transaction
from index.errors import StoreError

__all__ = ["Inbox"]

# Seconds after which a bot that does not call `left` is taken to be gone. On a machine with far too
# much to do one that lives may be silent for half a minute.
_LEASE = 40
# How often others do what a bot left behind: an update that ends every process must not go round.
_MOST = 3
# By the clock of the database: machines may have other times.
_NOW = "extract(epoch FROM clock_timestamp())"
_TAKE = (
    "INSERT INTO updates (id, at, body, lease) "  # noqa: S608 - our own words
    f"VALUES (?, ?, ?, {_NOW} + {_LEASE}) ON CONFLICT DO NOTHING"
)
_KEEP = (
    f"UPDATE updates SET lease = {_NOW} + {_LEASE} "  # noqa: S608
    "WHERE id = ANY(?) AND body IS NOT NULL"
)
_DONE = "UPDATE updates SET body = NULL, lease = NULL WHERE id = ANY(?)"
_ADOPT = (
    f"UPDATE updates SET lease = {_NOW} + {_LEASE}, tries = tries + 1 "  # noqa: S608
    f"WHERE body IS NOT NULL AND lease < {_NOW} RETURNING id, body, tries"
)


class _UndoneError(Exception):
    """Ends a transaction that was only to show whether the database takes it."""


class Inbox:
    """The updates of one bot. Usable from any thread."""

    def __init__(self, database: Storage) -> None:
        self._database = database
        self._lock = Lock()
        self._taken: set[int] = set()
        self._done: set[int] = set()
        self._adopted: set[int] = set()
        self._well = False
        self._refused: tuple[int, str] | None = None
        self.trouble: StoreError | None = None
        """The reason why the database took no update lately; None if it takes them."""

    def take(self, update: int, body: str) -> bool:
        """Take an update; return False if some bot has taken it before. StoreError if the database
        does not say: it must come again.
        """
        try:
            with self._database.writing() as transaction:
                is_new = self._insert(transaction, update, body)
        except StoreError as error:
            self._refused, self.trouble = (update, body), error
            raise
        self._refused = self.trouble = None
        if is_new:
            with self._lock:
                self._taken.add(update)
        return is_new

    def done(self, update: int) -> None:
        """Note that an update is done; `settle` writes it."""
        with self._lock:
            if update in self._taken:
                self._taken.discard(update)
                self._done.add(update)

    def settle(self) -> None:
        """Write which updates are done, once all that came of them is in the journal."""
        with self._database.softly():
            self._write_done()

    def left(self) -> list[dict[str, Any]]:
        """Say that this bot lives, and take what others have left behind, oldest first.

        After the database was away, others first get the time to say that they live, too.
        """
        self._try_again()
        try:
            with self._lock:
                mine = sorted(self._taken | self._done)
            with self._database.writing() as transaction:
                transaction.change(_KEEP, mine)
            self._write_done()
            found = list(self._adopt()) if self._well else []
        except StoreError:
            self._well = False
            # they were put off a second time, unless the journal has an answer by then: once more
            with self._lock:
                again = self._done & self._adopted
                self._done -= again
                self._adopted -= again
            return []
        self._well = True
        return found

    def _try_again(self) -> None:
        """Look whether the database would take now what it refused: one that is full can be read,
        and a bot that is not ready gets no update to try it with.
        """
        refused = self._refused
        if refused is None:
            return
        try:
            with suppress(_UndoneError), self._database.writing() as transaction:
                self._insert(transaction, *refused)
                raise _UndoneError
        except StoreError as error:
            self.trouble = error
        else:
            self._refused = self.trouble = None

    def _insert(self, transaction: Transaction, update: int, body: str) -> bool:
        return transaction.change(_TAKE, update, self._database.at(), body) == 1

    def _write_done(self) -> None:
        with self._lock:
            done = sorted(self._done)
        if done:
            self._database.catch_up()
            with self._database.writing() as transaction:
                transaction.change(_DONE, done)
            with self._lock:
                self._done.difference_update(done)
                self._adopted.difference_update(done)

    def _adopt(self) -> Iterator[dict[str, Any]]:
        with self._database.writing() as transaction:
            rows = sorted(transaction.rows(_ADOPT))
            over = [
                id
                for id, body, tries in rows
                if tries > _MOST or self._is_answered(transaction, body)
            ]
            transaction.change(_DONE, over)
        for id, body, _ in rows:
            if id not in over:
                with self._lock:
                    self._taken.add(id)
                    self._adopted.add(id)
                yield json.loads(body)

    def _is_answered(self, transaction: Transaction, body: str) -> bool:
        """Return True if an update is a message that the journal has an answer to."""
        message = json.loads(body).get("message") or {}
        chat, number = (message.get("chat") or {}).get("id"), message.get("message_id")
        if not isinstance(chat, int) or not isinstance(number, int):
            return False
        query = "SELECT 1 FROM answers WHERE chat = ? AND asked = ? LIMIT 1"
        return bool(transaction.rows(query, self._database.pseudonym(chat), number))
