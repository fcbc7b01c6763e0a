"""HTTP connections with time limits: uvicorn alone waits for a head and a body for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["Impatient"]

# Seconds for a whole request, and then for its answer.
_RECEIVE, _ANSWER = 10.0, 30.0

# Connections at once; Telegram opens at most 100. Each takes a file descriptor, and without any
# left no database can be opened.
_MOST = 200


class Impatient(H11Protocol):
    """A connection that is cut if its request or its answer is late.

    If there are too many, the one that has kept the bot waiting longest makes room for the next.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > _MOST:
            waiting = [other for other in self.connections if isinstance(other, Impatient)]
            longest = min(waiting, key=lambda other: (not other._is_receiving, other._since))
            longest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self._wait()

    @property
    def _is_receiving(self) -> bool:
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _wait(self) -> None:
        self._forget()
        self._since = self.loop.time()
        self._timer = self.loop.call_later(_RECEIVE, self._received)

    def _received(self) -> None:
        if self._is_receiving:
            self.transport.abort()
        else:
            self._timer = self.loop.call_later(_ANSWER, self.transport.abort)

    def _forget(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
