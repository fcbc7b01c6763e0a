"""The database of the journal: a file of SQLite, or PostgreSQL."""

from __future__ import annotations

import hmac
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from index.errors import StoreError

__all__ = ["Storage", "Transaction"]

_log = logging.getLogger(__name__)

_SILENCE = 60.0  # seconds between two complaints about the same database

Written = TypeVar("Written")


class Transaction(Protocol):
    """One transaction: all of its statements take effect, or none."""

    def change(self, query: str, *values: object) -> int:
        """Run a statement; return how many rows it changed."""

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query, or those that a statement returns."""


class Storage(ABC):
    """A database of the journal, safe to use from any thread. Statements have a `?` for each value
    and are such as SQLite and PostgreSQL both understand.

    `secret` is the key of the buttons.
    """

    secret: bytes
    _key: bytes

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._complained = -_SILENCE

    @property
    @abstractmethod
    def size(self) -> int:
        """The bytes that the journal takes on disk."""

    def pseudonym(self, id: int) -> str:
        """Return the name under which a person or chat is stored: 16 hexadecimal digits."""
        return hmac.digest(self._key, str(id).encode(), "sha256").hex()[:16]

    def at(self) -> float:
        """The time now, in seconds since 1970."""
        return self._now().timestamp()

    def when(self, at: float) -> datetime:
        """The time of so many seconds since 1970, in UTC."""
        return datetime.fromtimestamp(at, UTC)

    @abstractmethod
    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query; StoreError if they cannot be read."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Transaction]:
        """One transaction; StoreError if it is refused. Keep it short: others wait for it."""

    @abstractmethod
    def soon(self, write: Callable[[], Written]) -> Written | None:
        """Do a write that no one waits for; None if it is left to a thread."""

    @abstractmethod
    def catch_up(self) -> None:
        """Wait until what was left to a thread is done."""

    @abstractmethod
    def tidy(self) -> None:
        """Clear up between many writes."""

    @contextmanager
    def softly(self) -> Iterator[None]:
        """Continue without what is refused: no answer waits for it."""
        try:
            yield
        except StoreError as error:
            now = self.at()
            if now - self._complained >= _SILENCE:
                self._complained = now
                _log.error("The journal goes on without: %s", error)

    @abstractmethod
    def forget_bytes(self) -> None:
        """Leave no byte of what was deleted; StoreError if that fails."""

    @abstractmethod
    def drop_damaged(self, older_than: float) -> None:
        """Remove a journal that was set aside as damaged before this time."""

    @abstractmethod
    def close(self) -> None:
        """Release what it holds open; later writes are dropped."""
