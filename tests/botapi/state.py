"""All that the server knows: people, chats, messages, updates, calls and broken rules."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from .entities import Entity
from .errors import bad_request
from .messages import Json, Message
from .patience import PATIENCE
from .updates import Updates

if TYPE_CHECKING:
    from .calls import Call, Violation
    from .chats import Chat
    from .files import StoredFile
    from .people import User
    from .queries import GuestQuery, InlineQuery, Press
    from .webhooks import Webhook

__all__ = ["DAY", "Lifetimes", "State"]

Found = TypeVar("Found")
DAY = 86_400.0


class Lifetimes:
    """Seconds after which an unanswered query is too old."""

    def __init__(self, callback: float = 150.0, inline: float = 30.0, guest: float = 30.0) -> None:
        """Begin with the real server's lifetimes; a guest query's is not published."""
        self.callback = callback
        self.inline = inline
        self.guest = guest


class State:
    """The server's memory, guarded by one lock; every change wakes those who wait."""

    def __init__(self, bot: Json, first_update_id: int = 100_001) -> None:
        """Begin with the bot alone."""
        self.bot = bot
        self.lock = threading.Condition(threading.RLock())
        self.lifetimes = Lifetimes()
        self.privacy_mode = True
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, Press] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.guest_queries: dict[str, GuestQuery] = {}
        self.inline_messages: dict[str, Message] = {}
        self.updates = Updates(first_update_id)
        self.webhook: Webhook | None = None
        self.settings: dict[str, dict[str, object]] = {}
        self.calls: list[Call] = []
        self.violations: list[Violation] = []
        self.outbox: list[Message] = []
        self.said: list[tuple[str, list[Entity]]] = []
        self.wakers: list[Callable[[], None]] = []
        self._seq = 0
        self._message_id = 0

    def tick(self) -> int:
        """The next place in the order of all that happens."""
        self._seq += 1
        return self._seq

    def next_message_id(self) -> int:
        """The next id in the sequence that private chats and groups share."""
        self._message_id += 1
        return self._message_id

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock, and wake all waiters at the end."""
        with self.lock:
            yield
            self.lock.notify_all()
            if self.updates.poll is not None:
                self.updates.poll.wake()
            for wake in self.wakers:
                wake()

    def wait(
        self, find: Callable[["State"], Found | None], timeout: float = PATIENCE, what: str = "it"
    ) -> Found:
        """Return what `find` returns, once it is true; AssertionError with the last calls after
        that.
        """
        with self.lock:
            found = self.lock.wait_for(lambda: find(self), timeout)
            if not found:
                raise AssertionError(f"waited {timeout:g} s for {what}\n{self.summary()}")
            return found

    def push(self, kind: str, body: Json, queue: str, lifetime: float = DAY) -> None:
        """Queue an update of one kind."""
        self.updates.push({kind: body}, lifetime=lifetime, queue=queue)

    def chat(self, identifier: object) -> "Chat":
        """The chat that a `chat_id` names; a 400 if there is none."""
        if identifier in (None, ""):
            raise bad_request("chat_id is empty")
        name = str(identifier)
        if name.removeprefix("-").isdigit():
            found = self.chats.get(int(name))
        else:
            named = [c for c in self.chats.values() if c.username and c.kind != "private"]
            found = next((c for c in named if f"@{c.username}".lower() == name.lower()), None)
        if found is None:
            raise bad_request("chat not found")
        return found

    def summary(self) -> str:
        """The last calls and all broken rules, for the message of a failed test."""
        now = time.monotonic()
        calls = [
            f"  {now - call.started:5.1f} s ago  {call.method} -> "
            f"{call.status or 'under way'} {call.description}"
            for call in self.calls[-12:]
        ]
        rules = [f"  {violation}" for violation in self.violations]
        waiting = [f"  {list(update.body)[1:]}" for update in self.updates.waiting()]
        return "\n".join(
            ["last calls:", *calls, "broken rules:", *rules, "updates not fetched:", *waiting]
        )
