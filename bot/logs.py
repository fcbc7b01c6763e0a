"""Logs: plain lines on standard error, without the token and without who asked what."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import secrets
import sys
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from types import TracebackType
from urllib.parse import quote

__all__ = ["Redacting", "Throttling", "pseudonym", "refer", "set_up"]

_HIDDEN = "‹token›"
_KEY = secrets.token_bytes(32)
_MINUTE, _MOST = 60.0, 10
_SAID, _KEPT = 300, 1_000  # characters compared, and messages remembered
_NUMBER = re.compile(r"\b0x[0-9a-f]+|\d+")


def set_up(token: str, *others: str, level: str = "info", form: str = "plain") -> None:
    """Log from a level on to standard error, once for the process, and hide these secrets.

    `form` is `plain` for lines of text, or `json` for one object per line.
    """
    handler = logging.StreamHandler()
    # some libraries set their own loggers to DEBUG
    handler.setLevel(level.upper())
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_Json() if form == "json" else plain)
    handler.addFilter(Redacting(token, *others))
    handler.addFilter(Throttling())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # httpx logs every address, and an address of the Bot API holds the token; telegram logs at INFO
    # what we log ourselves
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # it logs an unreadable answer in full, and a sent message repeats the question
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    sys.excepthook = _log_uncaught


def pseudonym(id: int | str | None) -> str:
    """Return a name for a person or chat: the same throughout this process, and no key to the
    id.
    """
    return hmac.new(_KEY, str(id).encode(), hashlib.sha256).hexdigest()[:8]


def refer(error: BaseException) -> str:
    """Log an unexpected error and return the reference it is logged under.

    Only the classes of the error and its causes and the lines of code they passed are logged: the
    text of an error may hold what a person wrote.
    """
    reference = secrets.token_hex(2).upper()
    lines = []
    seen: BaseException | None = error
    while seen is not None:
        lines += [f"{type(seen).__name__}\n", *traceback.format_tb(seen.__traceback__)]
        seen = seen.__cause__ or seen.__context__
    logging.getLogger(__name__).error("Unexpected, ref %s: %s", reference, "".join(lines).rstrip())
    return reference


class _Json(logging.Formatter):
    """One JSON object per line: `time` in UTC, `level`, `logger`, `message`, and `trace` if any."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        about = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            about["trace"] = record.exc_text
        return json.dumps(about, ensure_ascii=False)


class Redacting(logging.Filter):
    """Hides a token and other secrets in messages, arguments and tracebacks, in any form."""

    def __init__(self, token: str, *others: str) -> None:
        super().__init__()
        secret = token.partition(":")[2]
        # the whole first: hiding only a part of a token would leave the rest, which names the bot
        forms = (token, quote(token, safe=""), secret, *others)
        self._forms = [form for form in forms if len(form) > 4]

    def filter(self, record: logging.LogRecord) -> bool:
        """Pass every record on; hide the token in one that contains it."""
        record.msg, record.args = self._hidden(record.getMessage()), None
        if record.exc_info:
            text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            # the formatter prints this text; nothing is left to format again
            record.exc_text, record.exc_info = self._hidden(text), None
        if record.stack_info:
            record.stack_info = self._hidden(record.stack_info)
        return True

    def _hidden(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, _HIDDEN)
        return text


class Throttling(logging.Filter):
    """Lets warnings and errors that differ only in numbers through ten times a minute; the next one
    says how many were left out.

    A fault that repeats must not fill the disk.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = Lock()
        self._counts: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True if a record may pass."""
        if record.levelno < logging.WARNING:
            return True
        message = record.getMessage()
        said = record.name, _NUMBER.sub("#", message)[:_SAID]
        now = self._clock()
        with self._lock:
            since, count = self._counts.pop(said, (now, 0))
            left_out = 0
            if now - since >= _MINUTE:
                since, left_out, count = now, max(0, count - _MOST), 0
            # the latest is at the end, so that old ones are dropped first
            self._counts[said] = since, count + 1
            if len(self._counts) > _KEPT:
                self._counts.popitem(last=False)
        if left_out:
            record.msg, record.args = f"{message} (and {left_out:,} times more before)", None
        return count < _MOST


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).critical("Uncaught", exc_info=(kind, error, trace))
