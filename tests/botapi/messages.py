"""One version of a message, as a person looking at the chat would read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import utf16
from .entities import QUOTES, Entity
from .rich import flat

__all__ = ["Json", "Message"]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stood after it was sent or edited; an edit makes a new one.

    `raw` is the Bot API object, `seq` its place among all that happened on the server,
    `keyboard` a reply keyboard or forced reply, which the Bot API never gives back.
    """

    raw: Json
    seq: int
    by_bot: bool = False
    edited: bool = False
    inline_id: str | None = None
    keyboard: Json | None = None

    @property
    def id(self) -> int:
        """The message's id in its chat; 0 for an inline message."""
        return int(self.raw.get("message_id", 0))

    @property
    def chat_id(self) -> int:
        """The chat's id; 0 for an inline message."""
        return int(self.raw.get("chat", {}).get("id", 0))

    @property
    def text(self) -> str:
        """The text, the caption of a file, or what a rich message reads."""
        if "rich_message" in self.raw:
            return flat(self.raw["rich_message"])
        return str(self.raw.get("text", self.raw.get("caption", "")))

    @property
    def entities(self) -> list[Entity]:
        """The marked spans, offsets in UTF-16 units."""
        name = "entities" if "text" in self.raw else "caption_entities"
        return list(self.raw.get(name, ()))

    @property
    def reply_markup(self) -> Json | None:
        """The buttons under the message, or the keyboard it asked for."""
        return self.raw.get("reply_markup", self.keyboard)

    @property
    def reply_to(self) -> int | None:
        """The id of the message this one answers."""
        replied = self.raw.get("reply_to_message")
        return None if replied is None else int(replied["message_id"])

    @property
    def topic(self) -> int | None:
        """The forum topic's id, if the message stands in one."""
        return self.raw.get("message_thread_id") if self.raw.get("is_topic_message") else None

    @property
    def seen_by(self) -> int | None:
        """The id of the one person who sees an ephemeral message; None if all in the chat do."""
        receiver = self.raw.get("receiver_user")
        return int(receiver["id"]) if receiver else None

    def spans(self, *kinds: str) -> list[str]:
        """The texts of the entities of these kinds, in order, touching ones joined."""
        joined: list[list[int]] = []
        for entity in self.entities:
            if entity["type"] not in kinds:
                continue
            start, end = entity["offset"], entity["offset"] + entity["length"]
            if joined and joined[-1][1] == start and entity["type"] not in QUOTES:
                joined[-1][1] = end
            else:
                joined.append([start, end])
        return [utf16.cut(self.text, start, end - start) for start, end in joined]

    def quotes(self) -> list[str]:
        """The texts of the block quotes, expandable or not."""
        return self.spans(*QUOTES)

    def bold(self) -> list[str]:
        """The texts in bold."""
        return self.spans("bold")

    def links(self) -> list[tuple[str, str]]:
        """The linked texts with their addresses."""
        return [
            (utf16.cut(self.text, e["offset"], e["length"]), str(e["url"]))
            for e in self.entities
            if e["type"] == "text_link"
        ]

    def rows(self) -> list[list[str]]:
        """The labels of the inline buttons, row by row."""
        keyboard = (self.raw.get("reply_markup") or {}).get("inline_keyboard", [])
        return [[str(button["text"]) for button in row] for row in keyboard]

    def buttons(self) -> list[str]:
        """The labels of the inline buttons, in reading order."""
        return [label for row in self.rows() for label in row]

    def button(self, label: str) -> Json:
        """The inline button with this label or callback data; KeyError names those there are."""
        for button in self._each_button():
            if label in (button["text"], button.get("callback_data")):
                return button
        raise KeyError(f"no button {label!r} among {self.buttons()}")

    def _each_button(self) -> Iterator[Json]:
        for row in (self.raw.get("reply_markup") or {}).get("inline_keyboard", []):
            yield from row
