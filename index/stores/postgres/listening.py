"""Hearing at once that another generation serves, without asking at each question."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from threading import Event, Lock, Thread

import psycopg
from psycopg import sql

from index.errors import StoreError
from index.stores.postgres.database import Connection, Database

__all__ = ["CHANNEL", "Listener"]

CHANNEL = "citebot_generation"
"""The channel that announces the id of each generation that begins to serve."""

CURRENT = "SELECT value FROM state WHERE name = 'current'"

# Seconds between two looks whether the connection still hears, and that what was heard is believed
# after such a look: a network may be cut without a sign.
_LOOK, _BELIEVED = 2.0, 5.0
# Seconds to wait before a lost connection is made again: twice as long each time, up to the last. A
# standby hears nothing at all.
_AGAIN, _LAST = 0.5, 60.0


class Listener:
    """Knows the current generation of a database from the first question on.

    It believes itself only once it has heard its own voice: a pooler in between may swallow what
    is notified. Until then, and when the connection is lost, each question asks.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._over = Event()
        self._current: str | None = None
        self._until = 0.0
        self._thread: Thread | None = None

    def current(self) -> str | None:
        """The id of the current generation."""
        with self._lock:
            if self._thread is None:
                # as those of the pool: it waits for the network, and nobody waits for it
                self._thread = Thread(target=self._listen, name="citebot-listener", daemon=True)
                self._thread.start()
            elif self.hears:
                return self._current
        [[current]] = self._database.rows(CURRENT)
        return None if current is None else str(current)

    @property
    def hears(self) -> bool:
        """True if it need not ask just now."""
        return time.monotonic() < self._until

    def note(self, current: str) -> None:
        """Know that this generation is current: it was made so here."""
        with self._lock:
            self._current = current

    def close(self) -> None:
        """Stop listening; the next question begins again."""
        with self._lock:
            self._over.set()
            self._over, self._until, self._thread = Event(), 0.0, None

    def _listen(self) -> None:
        over, wait = self._over, _AGAIN
        while not over.is_set():
            began = time.monotonic()
            with suppress(psycopg.Error, StoreError, OSError):
                connection = self._database.connect()
                try:
                    self._hear(connection, over)
                finally:
                    connection.close()
            held = time.monotonic() - began > _BELIEVED
            wait = _AGAIN if held else min(2 * wait, _LAST)
            over.wait(wait)

    def _hear(self, connection: Connection, over: Event) -> None:
        """Listen while the connection holds and is not closed."""
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        # a pooler may bring notices of others, by chance
        own, proven = secrets.token_hex(8), False
        while not over.is_set():
            # what is notified by another connection comes the way that all notices come
            if not proven:
                self._database.notify(CHANNEL, own)
            for notice in connection.notifies(timeout=_LOOK, stop_after=1):
                proven |= notice.payload == own
            [[current]] = connection.execute(CURRENT).fetchall()
            with self._lock:
                if over is self._over and proven:
                    self._current = current
                    self._until = time.monotonic() + _BELIEVED
