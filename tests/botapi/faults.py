"""Faults on demand: what the server answers wrongly, late, or not at all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .errors import ApiError
from .messages import Json

__all__ = ["ANY", "DOWNLOADS", "Fault", "Faults"]

ANY = "*"
DOWNLOADS = "download"  # stands for the fetching of files, which has no method
_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One prepared misbehaviour; `effect` tells whether the call is carried out all the same."""

    kind: Literal["answer", "cut", "hang"]
    effect: bool = False
    seconds: float = 0.0
    status: int = 200
    body: bytes = b""
    retry_after: int = 0


class Faults:
    """What waits for the next calls of a method, of any (`ANY`), or for `DOWNLOADS`."""

    def __init__(self) -> None:
        """Begin with a server that works."""
        self._queues: dict[str, list[Fault]] = {}

    def fail(
        self,
        method: str,
        code: int,
        *,
        times: int = 1,
        description: str | None = None,
        parameters: Mapping[str, int] | None = None,
        retry_after: int = 0,
    ) -> None:
        """Refuse the next calls with an error code; a 429 makes the bot wait `retry_after` s."""
        given = dict(parameters or {})
        if code == 429:
            given.setdefault("retry_after", retry_after or 1)
            words = f"Too Many Requests: retry after {given['retry_after']}"
        else:
            words = _WORDS.get(code, "Error")
        error = ApiError(code, description or words, **given)
        self._add(method, times, _answer(code, error.body(), given.get("retry_after", 0)))

    def garbage(
        self, method: str, *, times: int = 1, status: int = 200, body: bytes = b'{"ok": tr'
    ) -> None:
        """Answer the next calls with bytes that are not an answer."""
        self._add(method, times, Fault("answer", status=status, body=body))

    def hang(self, method: str, seconds: float, *, times: int = 1, effect: bool = True) -> None:
        """Let the next calls wait; then answer what took effect, or hang up if nothing may."""
        self._add(method, times, Fault("hang", effect=effect, seconds=seconds))

    def cut(self, method: str, *, times: int = 1, effect: bool = False) -> None:
        """Cut the connection of the next calls, before or after they took effect."""
        self._add(method, times, Fault("cut", effect=effect))

    def clear(self) -> None:
        """Work again."""
        self._queues.clear()

    def pending(self) -> int:
        """How many faults were prepared and not met."""
        return sum(map(len, self._queues.values()))

    def take(self, method: str) -> Fault | None:
        """The next fault for a call, the method's own first."""
        for name in (method, ANY):
            if queue := self._queues.get(name):
                return queue.pop(0)
        return None

    def _add(self, method: str, times: int, fault: Fault) -> None:
        self._queues.setdefault(method, []).extend([fault] * times)


def _answer(code: int, body: Json, retry_after: int) -> Fault:
    return Fault("answer", status=code, body=json.dumps(body).encode(), retry_after=retry_after)
