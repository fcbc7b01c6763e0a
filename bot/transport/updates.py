"""The HTTP clients of the library, made to outlive answers that it cannot read."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

from telegram import Update
from telegram.request import HTTPXRequest

__all__ = ["PollingRequest", "SendingRequest", "readable"]

_log = logging.getLogger(__name__)
_BAD_GATEWAY = 502
_SIGNS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_ID = re.compile(rb'\{\s*"update_id"\s*:\s*(\d{1,18})\b')
_OF_AN_UPDATE = 3  # {"ok": true, "result": [{
_NUMBERS = range(-(2**63), 2**63)  # a database and a button take no others

# Ids that are looked up.
_IDS = ("message_id", "message_thread_id", "migrate_to_chat_id")

# What a message is not read without: its place, and who says it to whom.
_ESSENTIAL = {
    *("message_id", "date", "edit_date", "chat", "from", "sender_chat", "via_bot"),
    *("is_automatic_forward", "forward_origin", "message_thread_id", "is_topic_message"),
    *("ephemeral_message_id", "receiver_user"),
}

# The parts of a sent message that the bot does not look at.
_KNOWN = {"reply_to_message", "text", "entities", "reply_markup", "link_preview_options"}


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
            updates = _updates(body)
            found = list(readable(updates))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            return _failure(f"the answer to getUpdates cannot be read ({type(error).__name__})")
        if updates and not found:
            return _failure("no update of the batch has an id")
        return status, json.dumps({"ok": True, "result": found}).encode()


class SendingRequest(HTTPXRequest):
    """A client for all other methods. Of a message that was sent it leaves out the words and the
    buttons, and the message that it replies to.

    The bot knows them already. Reading them takes the library an eighth of the time of a call, and
    it may not be able to read the message of another person.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        return status, _without_known(body) if b'"message_id"' in body else body


def readable(updates: list[object]) -> Iterator[dict[str, Any]]:
    """Return the updates that have an id, each as the library can read it, or empty.

    A message loses the parts that cannot be read: its author still gets a reply. Half a character,
    which no encoder takes, becomes a question mark: it is as long in UTF-16.
    """
    for given in updates:
        id = given.get("update_id") if isinstance(given, dict) else None
        try:
            update = json.loads(json.dumps(given, ensure_ascii=False).encode(errors="replace"))
        except RecursionError:
            update = {"update_id": id, "message": "too deep"}
        if not isinstance(update, dict) or not isinstance(id, int):
            _log.error("An update without an id was dropped")
        elif reason := _unreadable(update):
            rest = _rest(update)
            done = "was read in part" if rest else "was skipped"
            _log.error("The update %d cannot be read (%s) and %s", id, reason, done)
            yield rest or {"update_id": id}
        else:
            yield update


def _updates(body: bytes) -> Any:
    """Return the updates in an answer. If it is too deep to be read whole, each is read by itself,
    and of one that is too deep only its id is left.
    """
    try:
        return json.loads(body.decode(errors="replace"))["result"]
    except RecursionError:
        if parts := [_shallow(part) for part in _parts(body)]:
            return parts
        raise


def _shallow(part: bytes) -> Any:
    try:
        return json.loads(part.decode(errors="replace"))
    except RecursionError:
        id = _ID.match(part)
        return {"update_id": int(id[1]), "message": "too deep"} if id else None


def _parts(body: bytes) -> Iterator[bytes]:
    """The objects in the list of an answer, as they came."""
    depth = start = 0
    for sign in _SIGNS.finditer(body):
        if sign[0] in b"[{":
            depth += 1
            if depth == _OF_AN_UPDATE:
                start = sign.start()
        elif sign[0] in b"]}":
            depth -= 1
            if depth == _OF_AN_UPDATE - 1:
                yield body[start : sign.end()]


def _unreadable(update: Any) -> str | None:
    """Return why the library cannot read an update, None if it can. The reason quotes nothing of
    it.
    """
    try:
        parsed = Update.de_json(update, None)
        for whose in (parsed.effective_chat, parsed.effective_user):
            if whose and type(whose.id) is not int:
                return "an id that is not a number"
        if any(type(id) is not int for id in _ids(update)):
            return "an id that is not a number"
        if any(number not in _NUMBERS for number in _numbers(update)):
            return "a number that is too large"
    except Exception as error:  # the library raises anything
        return type(error).__name__
    return None


def _rest(update: dict[str, Any]) -> dict[str, Any] | None:
    """Return an update with those parts of its message that can be read; None without one."""
    for kind in ("message", "edited_message"):
        message = update.get(kind)
        if not isinstance(message, dict):
            continue
        kept = {name: message[name] for name in _ESSENTIAL & message.keys()}
        rest = {"update_id": update["update_id"], kind: kept}
        if _unreadable(rest):
            return None
        for name in sorted(message.keys() - _ESSENTIAL):
            if not _unreadable({**rest, kind: {**kept, name: message[name]}}):
                kept[name] = message[name]
        return rest
    return None


def _ids(part: object) -> Iterator[object]:
    """Return the ids of messages in an update, at any depth."""
    if isinstance(part, dict):
        yield from (part[name] for name in _IDS if part.get(name) is not None)
    if isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _ids(inner)


def _numbers(part: object) -> Iterator[int]:
    """Return the whole numbers in an update, at any depth."""
    if isinstance(part, int):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _numbers(inner)


def _failure(description: str) -> tuple[int, bytes]:
    return _BAD_GATEWAY, json.dumps({"ok": False, "description": description}).encode()


def _without_known(body: bytes) -> bytes:
    """Return an answer without what the bot itself put into the message that was sent."""
    try:
        answer = json.loads(body)
        sent = answer["result"]
        if "message_id" not in sent:
            return body
        answer["result"] = {name: sent[name] for name in sent if name not in _KNOWN}
    except (ValueError, KeyError, TypeError, RecursionError):
        return body
    return json.dumps(answer).encode()
