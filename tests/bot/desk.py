"""What the tests of the editors' desk share: a library of one's own, and what editors see."""

from __future__ import annotations

from index.desk.evaluate import Golden
from index.types import Passage, Span
from tests.botapi import BotApi, Chat, Message, Press

__all__ = ["GOLDEN", "becomes", "labels", "now", "quoted", "said"]

GOLDEN = [
    Golden(
        question="When was the harbour of Lindmouth opened?",
        document="harbour.txt",
        text="The harbour of Lindmouth was opened on 4 May 1872",
    ),
    Golden(
        question="How many steps does the lighthouse have?",
        document="harbour.txt",
        text="The lighthouse at the end of the northern pier has 118 steps.",
    ),
    Golden(
        question="What does a ticket for the ferry cost?",
        document="harbour.txt",
        text="A ticket costs £7.50",
    ),
]


def now(api: BotApi, message: Message) -> Message:
    """A message as it stands now."""
    latest = api.latest(message)
    assert latest
    return latest


def becomes(api: BotApi, message: Message, words: str) -> Message:
    """A message of the bot once it holds these words."""
    return api.wait(
        lambda _: latest if (latest := api.latest(message)) and words in latest.text else None,
        what=repr(words),
    )


def quoted(passage: Passage) -> str:
    """The text of a passage without the document's title, which stands above the quotation."""
    title = passage.title
    return passage.quote(Span(title.end, passage.end)).lstrip() if title else passage.text


def said(room: Chat, words: str, after: Message | Press | None = None) -> Message:
    """The message with these words, once the bot has said it here."""
    return room.state.wait(
        lambda _: next((m for m in room.replies(after=after) if words in m.text), None),
        what=repr(words),
    )


def labels(message: Message) -> list[str]:
    """Return what stands on the buttons of a message."""
    rows = message.raw.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
