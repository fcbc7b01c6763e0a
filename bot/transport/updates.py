"""The HTTP client that fetches updates: one bad answer must not end the polling."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

from telegram import Update
from telegram.request import HTTPXRequest

__all__ = ["PollingRequest", "readable"]

_log = logging.getLogger(__name__)
_BAD_GATEWAY = 502
_NUMBERS = range(-(2**63), 2**63)  # a database and a button take no others


class PollingRequest(HTTPXRequest):
    """A client for getUpdates only; whatever comes back, the library can work with it.

    An update that the library cannot read is replaced by an empty one of the same id, so that the
    offset moves past it: the library parses a batch as a whole, and would ask for the same one for
    ever. A 404, which the library takes for a rejected token, and an invalid answer become a 502.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        if status == 404:
            return _failure("getUpdates was not found (404)")
        if status != 200:
            return status, body
        try:
            updates = json.loads(body.decode(errors="replace"))["result"]
            found = list(readable(updates))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            return _failure(f"the answer to getUpdates cannot be read ({type(error).__name__})")
        if updates and not found:
            return _failure("no update of the batch has an id")
        return status, json.dumps({"ok": True, "result": found}).encode()


def readable(updates: list[object]) -> Iterator[dict[str, Any]]:
    """Return the updates that have an id, each as the library can read it, or empty.

    Half a character, which no encoder takes, becomes a question mark: it is as long in UTF-16.
    """
    for given in updates:
        update = json.loads(json.dumps(given, ensure_ascii=False).encode(errors="replace"))
        id = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(update, dict) or not isinstance(id, int):
            _log.error("An update without an id was dropped")
        elif reason := _unreadable(update):
            _log.error("The update %d cannot be read (%s) and was skipped", id, reason)
            yield {"update_id": id}
        else:
            yield update


def _unreadable(update: Any) -> str | None:
    """Return why the library cannot read an update, None if it can. The reason quotes nothing of
    it.
    """
    try:
        parsed = Update.de_json(update, None)
        for whose in (parsed.effective_chat, parsed.effective_user):
            if whose and type(whose.id) is not int:
                return "an id that is no number"
        if any(number not in _NUMBERS for number in _numbers(update)):
            return "a number that is too large"
    except Exception as error:  # the library raises anything
        return type(error).__name__
    return None


def _numbers(part: object) -> Iterator[int]:
    """Return the whole numbers in an update, at any depth."""
    if isinstance(part, int):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _numbers(inner)


def _failure(description: str) -> tuple[int, bytes]:
    return _BAD_GATEWAY, json.dumps({"ok": False, "description": description}).encode()
