"""How often the bot may write, and whether it waits when told to."""

import math
import time
from collections import deque
from dataclasses import dataclass, field

from .calls import Call
from .errors import too_many_requests

__all__ = ["COUNTED", "Rates"]

# What Telegram counts as writing; typing, callback answers and reading are free.
COUNTED = frozenset(
    (
        "sendMessage",
        "sendRichMessage",
        "sendDocument",
        "editMessageText",
        "editMessageReplyMarkup",
    )
)
IN_FLIGHT = 0.1  # seconds: a call sent before the refusal arrived breaks no rule


@dataclass(slots=True)
class Wait:
    """A refusal that the bot must sit out."""

    granted: float
    until: float


@dataclass
class Rates:
    """The limits of https://core.telegram.org/bots/faq, off until `enabled`.

    `burst` messages to one chat may come at once before the one a second begins to count.
    """

    enabled: bool = False
    per_second: int = 30
    per_chat_second: float = 1.0
    burst: int = 3
    per_group_minute: int = 20
    waits: dict[str, Wait] = field(default_factory=dict)
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def check(self, call: Call) -> None:
        """Refuse a call that comes before its wait is over, or one too many."""
        self._check_waits(call)
        if self.enabled and call.method in COUNTED and call.chat_id is not None:
            self._count(call, call.chat_id)

    def refused(self, call: Call, seconds: int) -> None:
        """Hold the bot to the wait that its call was just answered with."""
        now = time.monotonic()
        self.waits[_scope(call)] = Wait(now, now + seconds)

    def _check_waits(self, call: Call) -> None:
        now = time.monotonic()
        for scope in (_scope(call), "all"):
            wait = self.waits.get(scope)
            if wait is None or (scope == "all" and call.method not in COUNTED):
                continue
            if now >= wait.until:
                del self.waits[scope]
                continue
            if now > wait.granted + IN_FLIGHT:
                call.violate("retry_after", f"{wait.until - now:.1f} s before its time ({scope})")
            raise too_many_requests(math.ceil(wait.until - now))

    def _count(self, call: Call, chat_id: int) -> None:
        chat = call.state.chats.get(chat_id)
        limits = [("all", self.per_second, 1.0)]
        window = self.burst / self.per_chat_second
        limits.append((f"chat {chat_id}", self.burst, window))
        if chat is not None and chat.kind in ("group", "supergroup"):
            limits.append((f"minute {chat_id}", self.per_group_minute, 60.0))
        now = time.monotonic()
        for scope, most, seconds in limits:
            sent = self._sent.setdefault(scope, deque())
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            if len(sent) >= most:
                wait = max(1, math.ceil(sent[0] + seconds - now))
                self.waits["all" if scope == "all" else _scope(call)] = Wait(now, now + wait)
                raise too_many_requests(wait)
        for scope, _, _ in limits:
            self._sent[scope].append(now)


def _scope(call: Call) -> str:
    return call.method if call.chat_id is None else f"chat {call.chat_id}"
