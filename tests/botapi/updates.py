"""The queue of updates: what waits, what is confirmed, who may fetch it."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .errors import ApiError, conflict
from .messages import Json

if TYPE_CHECKING:
    from .calls import Call

__all__ = ["DEFAULT_KINDS", "KINDS", "Update", "Updates", "get_updates"]

_OFF_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
DEFAULT_KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "managed_bot",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
)
KINDS = frozenset((*DEFAULT_KINDS, *_OFF_BY_DEFAULT))
LONGEST_POLL = 50  # seconds, as the real server caps it


@dataclass(slots=True)
class Update:
    """An update that waits; `queue` names those which a webhook must receive in order."""

    id: int
    body: Json
    expires: float
    queue: str
    delivered: int = 0
    fails: int = 0


@dataclass
class Poll:
    """A getUpdates request that waits for something to happen."""

    loop: asyncio.AbstractEventLoop
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ended_by: ApiError | None = None

    def wake(self) -> None:
        """Have it look again; may be called from any thread."""
        self.loop.call_soon_threadsafe(self.woken.set)


class Updates:
    """The updates of one bot, oldest first."""

    def __init__(self, first_id: int) -> None:
        """Number the updates from `first_id`."""
        self.next_id = first_id
        self.confirmed = first_id
        self.allowed: tuple[str, ...] = DEFAULT_KINDS
        self.poll: Poll | None = None
        self.last_poll = 0.0
        self._waiting: list[Update] = []

    def push(self, body: Json, *, lifetime: float, queue: str) -> Update | None:
        """Add an update unless its kind is not wanted; its id comes first in the object."""
        kind = next(iter(body), "")
        if kind in KINDS and kind not in self.allowed:
            return None
        update = Update(
            self.next_id,
            {"update_id": self.next_id, **body},
            time.monotonic() + lifetime,
            queue,
        )
        self.next_id += 1
        self._waiting.append(update)
        return update

    def waiting(self) -> list[Update]:
        """The updates that are neither confirmed nor expired."""
        now = time.monotonic()
        self._waiting = [update for update in self._waiting if update.expires > now]
        return list(self._waiting)

    def confirm(self, offset: int) -> None:
        """Forget what lies before `offset`; a negative one keeps only the last so many."""
        if offset < 0:
            kept = self.waiting()[offset:]
            offset = kept[0].id if kept else self.next_id
        if offset <= self.next_id:
            self.confirmed = max(self.confirmed, offset)
            self._waiting = [update for update in self._waiting if update.id >= offset]

    def forget(self, update: Update) -> None:
        """Drop one update that a webhook has taken."""
        self._waiting = [other for other in self._waiting if other is not update]
        self.confirmed = max(self.confirmed, update.id + 1)

    def drop_all(self) -> None:
        """Forget everything that waits."""
        self.confirm(self.next_id)

    def allow(self, call: "Call") -> None:
        """Take over the `allowed_updates` of a call; they persist until given again."""
        kinds = call.params.array("allowed_updates")
        if kinds is None:
            return
        unknown = sorted(str(kind) for kind in kinds if kind not in KINDS)
        if unknown:
            call.violate("allowed updates", f"unknown: {', '.join(unknown)}")
        known = tuple(kind for kind in kinds if kind in KINDS)
        self.allowed = known or DEFAULT_KINDS

    def end_poll(self, reason: str) -> None:
        """Answer the request that waits with a 409."""
        if self.poll is not None:
            self.poll.ended_by = conflict(reason)
            self.poll.wake()
            self.poll = None


async def get_updates(call: "Call", gone: Callable[[], bool]) -> list[Json]:
    """The updates from the call's offset on; waits for the first as long as the call allows.

    A second request that has to wait ends the first with a 409, as the real server does. `gone`
    tells whether the client has hung up.
    """
    state, params = call.state, call.params
    updates = state.updates
    with state.change():
        if state.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        updates.last_poll = time.monotonic()
        updates.allow(call)
        updates.confirm(params.number("offset"))
        limit = min(max(params.number("limit", 100), 1), 100)
        timeout = min(max(params.number("timeout"), 0), LONGEST_POLL)
        batch = updates.waiting()[:limit]
        if batch or not timeout:
            return _bodies(batch)
        updates.end_poll(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        poll = updates.poll = Poll(asyncio.get_running_loop())
    return await _await_updates(call, poll, limit, time.monotonic() + timeout, gone)


async def _await_updates(
    call: "Call", poll: Poll, limit: int, deadline: float, gone: Callable[[], bool]
) -> list[Json]:
    state, updates = call.state, call.state.updates
    while True:
        with state.lock:
            if poll.ended_by is not None and not gone():
                raise poll.ended_by
            batch = [] if gone() else updates.waiting()[:limit]
            if batch or gone() or time.monotonic() >= deadline:
                if updates.poll is poll:
                    updates.poll = None
                updates.last_poll = time.monotonic()
                return _bodies(batch)
            poll.woken.clear()
        try:
            await asyncio.wait_for(poll.woken.wait(), min(0.5, deadline - time.monotonic()))
        except TimeoutError:
            continue


def _bodies(batch: Iterable[Update]) -> list[Json]:
    bodies = []
    for update in batch:
        update.delivered += 1
        bodies.append(json.loads(json.dumps(update.body)))
    return bodies
