"""The database of the journal: a file of SQLite, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

__all__ = ["Storage", "Transaction"]

Written = TypeVar("Written")


class Transaction(Protocol):
    """One transaction: all of its statements take effect, or none."""

    def change(self, query: str, *values: object) -> int:
        """Run a statement; return how many rows it changed."""

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query, or those that a statement returns."""


class Storage(Protocol):
    """A database of the journal, safe to use from any thread. Statements have a `?` for each value
    and are such as SQLite and PostgreSQL both understand.
    """

    @property
    def secret(self) -> bytes:
        """The key of the buttons."""

    @property
    def size(self) -> int:
        """The bytes that the journal takes on disk."""

    def pseudonym(self, id: int) -> str:
        """Return the name under which a person or chat is stored: 16 hexadecimal digits."""

    def at(self) -> float:
        """The time now, in seconds since 1970."""

    def when(self, at: float) -> datetime:
        """The time of so many seconds since 1970, in UTC."""

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query; StoreError if they cannot be read."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """One transaction; StoreError if it is refused. Keep it short: others wait for it."""

    def soon(self, write: Callable[[], Written]) -> Written | None:
        """Do a write that no one waits for; None if it is left to a thread."""

    def catch_up(self) -> None:
        """Wait until what was left to a thread is done."""

    def tidy(self) -> None:
        """Clear up between many writes."""

    def softly(self) -> AbstractContextManager[None]:
        """Continue without what is refused: no answer waits for it."""

    def forget_bytes(self) -> None:
        """Leave no byte of what was deleted; StoreError if that cannot be."""

    def drop_damaged(self, older_than: float) -> None:
        """Remove a journal that was set aside as damaged before this time."""

    def close(self) -> None:
        """Release what it holds open; later writes are dropped."""
