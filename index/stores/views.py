"""The scopes that a generation was asked in."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from index.types import Scope

__all__ = ["Views"]

# Chats that may see the same folders share a scope; a follow-up on one document makes its own.
_MOST = 64

View = TypeVar("View")


class Views(Generic[View]):
    """The views of the most recent scopes, each computed once. Safe in any thread.

    It does not refer to its generation, so that one which is replaced is freed at once.
    """

    def __init__(self) -> None:
        self._views: dict[Scope, View] = {}
        self._viewing = Lock()

    def of(self, scope: Scope, look: Callable[[Scope], View]) -> View:
        """Return the view of a scope, which `look` computes."""
        with self._viewing:
            view = self._views.pop(scope) if scope in self._views else look(scope)
            # the most recently used one is the last to go
            self._views[scope] = view
            if len(self._views) > _MOST:
                del self._views[next(iter(self._views))]
            return view
