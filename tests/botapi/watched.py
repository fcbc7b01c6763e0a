"""A chat as a test watches it: what the bot says there, and when."""

from typing import TYPE_CHECKING

from .messages import Message
from .patience import PATIENCE
from .rooms import Room

if TYPE_CHECKING:
    from .queries import Press

__all__ = ["Watched"]


class Watched(Room):
    """A chat whose answers a test waits for, from any thread."""

    def wait_reply(
        self, after: "Message | Press | None" = None, timeout: float = PATIENCE
    ) -> Message:
        """The first message the bot sent or edited here since `after`, else since the last act.

        Asked twice without `after`, it returns the same message.
        """
        since = self.last_seq if after is None else after.seq
        return self.state.wait(
            lambda _: next((m for m in self.outbox if m.seq > since), None),
            timeout,
            f"an answer in {self.title!r}",
        )

    def replies(self, after: "Message | Press | None" = None) -> list[Message]:
        """All the bot sent or edited here since `after`, else from the beginning."""
        with self.state.lock:
            since = 0 if after is None else after.seq
            return [message for message in self.outbox if message.seq > since]

    def stays_silent(self, seconds: float = 0.3) -> bool:
        """Return True if the bot writes nothing here for so long after the last act."""
        since = self.last_seq
        with self.state.lock:
            return not self.state.lock.wait_for(
                lambda: any(message.seq > since for message in self.outbox), seconds
            )

    def latest(self, message: Message) -> Message | None:
        """The message as it stands now, None once it is deleted."""
        with self.state.lock:
            return self.messages.get(message.id)
