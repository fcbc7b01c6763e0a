"""The data of buttons: signed, for one chat, for one person or all, and for a limited time. Pure.

The data of a pressed button comes from the person's program, which may send anything.
"""

from __future__ import annotations

import base64
import hmac
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["LIFETIME", "Action", "Button", "Buttons"]

LIFETIME = 30 * 24 * 3600.0
"""Seconds that a button works: as long as the journal knows the message above it."""

# version, action, minute it was made, owner (0: everyone), then the payload, then the MAC
_HEAD = struct.Struct(">BBIq")
_VERSION = 1
_MAC = 8
_MOST = 64  # bytes of callback data that Telegram takes


class Action(IntEnum):
    """The action of a button; the numbers are in messages already sent, so they never change."""

    EXAMPLE = 1
    MORE = 2
    WHOLE = 3
    READ = 4
    BACK = 5
    GOOD = 6
    BAD = 7
    REASON = 8
    TELL = 9
    NOTIFY = 10
    AGAIN = 11
    LANGUAGE = 12
    FORGET = 13
    SOURCES = 14
    FILE = 15
    NOTHING = 16
    CHECK = 17
    PAGE = 18
    TABLE = 19
    ADD = 20
    REPLACE = 21
    CANCEL = 22
    REINDEX = 23
    REMOVABLE = 24
    CHOOSE = 25
    REMOVE = 26
    TRASH = 27
    RESTORE = 28
    PREVIEW = 29
    CHANGES = 30
    QUESTIONS = 31
    PUBLISH = 32
    FORCE = 33
    DISCARD = 34
    ROLLBACK = 35
    THRESHOLDS = 36
    FORCE_THRESHOLDS = 37
    GAPS = 40
    GAP = 41
    PIN = 42
    OTHER_WORDS = 43
    NOT_OURS = 44
    SHOW = 45
    RESTORE_EARLIER = 46


@dataclass(frozen=True, slots=True)
class Button:
    """A pressed button: its action, its payload, and its owner (None: everyone)."""

    action: Action
    payload: str
    owner: int | None


class Buttons:
    """Makes and reads the data of buttons with one secret."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock

    def data(self, action: Action, payload: str = "", *, chat: int, owner: int | None) -> str:
        """Return the data of a button; `payload` is at most 34 letters, digits, `-` and `_`."""
        body = _HEAD.pack(_VERSION, action, int(self._clock() // 60), owner or 0)
        signed = body + self._mac(body, payload, chat)
        data = base64.urlsafe_b64encode(signed).decode().rstrip("=") + payload
        if len(data) > _MOST:
            raise ValueError(f"the payload {payload!r} is too long for a button")
        return data

    def read(self, data: str, chat: int) -> Button | None:
        """Return the content of a button; None if it is not ours, of another chat, altered, or
        too old.
        """
        signed, payload = data[:_SIGNED], data[_SIGNED:]
        try:
            raw = base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
            body, mac = raw[: _HEAD.size], raw[_HEAD.size :]
            version, number, minute, owner = _HEAD.unpack(body)
            action = Action(number)
            genuine = hmac.compare_digest(mac, self._mac(body, payload, chat))
        # not base64, not of this length, no such action, or not even Unicode
        except (ValueError, struct.error):
            return None
        if version != _VERSION or not genuine:
            return None
        if self._clock() - minute * 60 > LIFETIME:
            return None
        return Button(action, payload, owner or None)

    def _mac(self, body: bytes, payload: str, chat: int) -> bytes:
        message = body + payload.encode() + struct.pack(">q", chat)
        return hmac.digest(self._secret, message, "sha256")[:_MAC]


_SIGNED = -(-(_HEAD.size + _MAC) * 4 // 3)
