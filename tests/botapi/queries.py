"""What awaits an answer: pressed buttons, inline queries and guest messages."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .messages import Json, Message
from .patience import PATIENCE
from .people import User

if TYPE_CHECKING:
    from .calls import Call
    from .chats import Chat
    from .state import State

__all__ = ["Answer", "GuestQuery", "InlineAnswer", "InlineQuery", "Press"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who pressed a button saw."""

    text: str
    show_alert: bool
    url: str
    cache_time: int


@dataclass(slots=True)
class Press:
    """A pressed button."""

    state: "State" = field(repr=False)
    id: str
    seq: int
    by: User
    data: str
    message: Message | None
    created: float = field(default_factory=time.monotonic)
    answers: list[Answer] = field(default_factory=list)
    calls: list["Call"] = field(default_factory=list)
    abandoned: bool = False

    def abandon(self) -> None:
        """No answer is expected, whatever the checks after the test say of others."""
        self.abandoned = True

    def wait_answer(self, timeout: float = PATIENCE) -> Answer:
        """The bot's answer to the press."""
        return self.state.wait(
            lambda _: self.answers[0] if self.answers else None,
            timeout,
            f"the answer to the button {self.data!r}",
        )


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """The results a person saw below the text they were typing."""

    results: list[Json]
    cache_time: int
    is_personal: bool
    next_offset: str
    button: Json | None


@dataclass(slots=True)
class InlineQuery:
    """A text typed after the bot's name in some chat."""

    state: "State" = field(repr=False)
    id: str
    seq: int
    by: User
    query: str
    created: float = field(default_factory=time.monotonic)
    answer: InlineAnswer | None = None

    def wait_answer(self, timeout: float = PATIENCE) -> InlineAnswer:
        """The results the bot offered."""
        return self.state.wait(
            lambda _: self.answer, timeout, f"results for the inline query {self.query!r}"
        )

    def choose(self, place: int = 0, *, tell: bool = True) -> Message:
        """Post a result into a chat where the bot is not; `tell` reports the choice to the bot."""
        with self.state.change():
            if self.answer is None:
                raise ValueError("the query is not answered yet: wait_answer() first")
            result = self.answer.results[place]
            message = post_inline(self.state, result)
            if tell:
                body = {
                    "result_id": result["id"],
                    "from": self.by.as_json(),
                    "query": self.query,
                }
                if "reply_markup" in message.raw:
                    body["inline_message_id"] = message.inline_id
                self.state.push("chosen_inline_result", body, f"inline {self.by.id}", 600.0)
            return message


@dataclass(slots=True)
class GuestQuery:
    """A message that names the bot in a chat that it is not in."""

    state: "State" = field(repr=False)
    id: str
    seq: int
    by: User
    chat: "Chat"
    created: float = field(default_factory=time.monotonic)
    answer: Message | None = None

    def wait_answer(self, timeout: float = PATIENCE) -> Message:
        """The message the bot answered with."""
        return self.state.wait(lambda _: self.answer, timeout, "the answer to a guest message")


def post_inline(state: "State", result: Json) -> Message:
    """The message that a chosen result becomes; editable under its inline id."""
    content = result.get("input_message_content", {})
    raw: Json = {"text": content.get("message_text", "")}
    for name, value in _kept(result, content):
        raw[name] = value
    seq = state.tick()
    message = Message(raw, seq, by_bot=True, inline_id=f"inline-{seq}")
    state.inline_messages[f"inline-{seq}"] = message
    state.outbox.append(message)
    return message


def _kept(result: Json, content: Json) -> Iterator[tuple[str, object]]:
    for name, source in (
        ("entities", content),
        ("link_preview_options", content),
        ("reply_markup", result),
    ):
        if source.get(name):
            yield name, source[name]
