"""A message as Telegram takes it: text and marked spans, counted in UTF-16 units. Pure.

The text itself has no markup, so that a document's text arrives unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.messages.signs import visible

__all__ = [
    "MOST_ENTITIES",
    "MOST_LINKS",
    "MOST_UNITS",
    "Article",
    "Block",
    "Button",
    "Draft",
    "Entity",
    "Keyboard",
    "Message",
    "clip",
    "prefix",
    "together",
    "units",
]

# Telegram takes 4,096 units after its own parsing, silently drops entities after the hundredth, and
# refuses a little above 6 KB of addresses.
MOST_UNITS = 4_000
MOST_ENTITIES = 100
MOST_LINKS = 6_000


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked span of a message; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; one of the four fields says what it does.

    `data` comes back to the bot, `url` is opened, `copy` (at most 256 characters) goes to the
    clipboard, `query` is typed after the bot's name. A `disabled` one does nothing; `data` serves
    programs that do not support such buttons.
    """

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    query: str | None = None
    disabled: bool = False


Block = Mapping[str, object]
"""A block of a rich message, https://core.telegram.org/bots/api#inputrichblock."""

Keyboard = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send: the text, its marked spans, in order, and the buttons below it.

    With `asks` the person's program opens a reply to it, with these words in the empty field unless
    there are buttons as well.
    `rich` blocks are sent in place of the text, if Telegram takes them.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard = ()
    asks: str | None = None
    rich: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """An inline result, and the message it becomes; `id` takes at most 64 bytes."""

    id: str
    title: str
    description: str
    message: Message


class Draft:
    """A message under construction."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._entities: list[Entity] = []
        self.units = 0

    def copy(self) -> Draft:
        """Return another draft that begins with the content of this one."""
        other = Draft()
        other._parts, other._entities = [*self._parts], [*self._entities]
        other.units = self.units
        return other

    def add(self, text: str, type: str | None = None, url: str | None = None) -> None:
        """Append a text, marked if a type is given."""
        if type and text:
            self.mark(type, self.units, units(text), url)
        self._parts.append(text)
        self.units += units(text)

    def mark(self, type: str, offset: int, length: int, url: str | None = None) -> None:
        """Mark a span."""
        self._entities.append(Entity(type, offset, length, url))

    def paragraph(self, text: str = "", type: str | None = None) -> None:
        """Begin a new paragraph with this text."""
        if self._parts:
            self.add("\n\n")
        self.add(text, type)

    def append(self, other: Draft) -> None:
        """Append the content of another draft."""
        moved = (replace(each, offset=each.offset + self.units) for each in other._entities)
        self._entities += moved
        self.add("".join(other._parts))

    def fits(self, more: int = 0) -> bool:
        """Return True if Telegram would take this message with `more` units after it."""
        links = sum(len(entity.url) for entity in self._entities if entity.url)
        return (
            self.units + more <= MOST_UNITS
            and len(self._entities) <= MOST_ENTITIES
            and links <= MOST_LINKS
        )

    def message(self, keyboard: Keyboard = ()) -> Message:
        """Return the message so far."""
        return Message("".join(self._parts), tuple(self._entities), keyboard)


def together(messages: Sequence[Message]) -> list[Message]:
    """Return the messages as one, a blank line between them, or as several if they do not fit."""
    drafts: list[tuple[Draft, list[tuple[Button, ...]]]] = []
    for message in messages:
        draft = Draft()
        draft.add(message.text)
        draft._entities += message.entities
        if drafts:
            longer = drafts[-1][0].copy()
            longer.paragraph()
            longer.append(draft)
            if longer.fits():
                drafts[-1] = (longer, [*drafts[-1][1], *message.keyboard])
                continue
        drafts.append((draft, [*message.keyboard]))
    return [draft.message(tuple(rows)) for draft, rows in drafts]


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, most: int) -> str:
    """Return the words of a text on one line, cut to `most` units; characters that would steer
    the line become visible signs.
    """
    text = visible(" ".join(text.split()))
    return text if units(text) <= most else prefix(text, most - 1).rstrip(" :;,–—") + "…"


def prefix(text: str, room: int) -> str:
    """Return the first words of a text that take at most `room` units, or a part of one long
    word.
    """
    taken, size = 0, 0
    for character in text:
        size += units(character)
        if size > room:
            break
        taken += 1
    if taken == len(text):
        return text
    words = re.search(r"\s+\S*$", text[: taken + 1])
    return text[: words.start()] if words and words.start() else text[:taken]
