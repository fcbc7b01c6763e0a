"""The features by what triggers them: commands, buttons, kinds of messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from telegram import ChatMemberUpdated, InlineQuery, Message, MessageReactionUpdated

from bot import commands
from bot.commands import Command
from bot.dispatch.askers import Asker
from bot.dispatch.turn import Press, Turn
from bot.messages.buttons import Action

__all__ = ["Feature", "Pressed", "Registry"]

Do = Callable[[Turn], Awaitable[None]]
Take = Callable[[Turn], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Pressed:
    """The action of a button.

    Only with `answers` does it answer the press itself; otherwise the press is answered first, and
    `do` works in the background. `works` is False for a button that no longer does anything.
    """

    do: Callable[[Press], Awaitable[None]]
    editors: bool = False
    answers: bool = False
    works: Callable[[Press], bool] = lambda _: True


class Feature(Protocol):
    """Something the bot can do."""

    def register(self, registry: Registry) -> None:
        """Register this feature's commands, buttons and messages."""


class Registry:
    """The features of one bot by what triggers them."""

    def __init__(self, *features: Feature) -> None:
        """Raises LookupError for a command or button that no feature registers."""
        self._commands: dict[str, Do] = {}
        self._buttons: dict[Action, Pressed] = {}
        self.messages: list[tuple[Take, bool]] = []
        """The takers of ordinary messages, in order, and whether only editors' messages."""
        self.edited: Do | None = None
        self.reaction: Callable[[MessageReactionUpdated, Asker], Awaitable[None]] | None = None
        self.inline: Callable[[InlineQuery, Asker], Awaitable[None]] | None = None
        self.guest: Callable[[Message, Asker], Awaitable[None]] | None = None
        self.joined: Callable[[ChatMemberUpdated], Awaitable[None]] | None = None
        for feature in features:
            feature.register(self)
        for one in commands.COMMANDS:
            if one.name not in self._commands:
                raise LookupError(f"no feature registers /{one.name}")
        for action in Action:
            if action not in self._buttons:
                raise LookupError(f"no feature registers {action!r}")

    def command(self, name: str, do: Do) -> None:
        """Call `do` for a command of the table."""
        if commands.find(name) is None or name in self._commands:
            raise LookupError(f"/{name} is registered twice or not in bot/commands.py")
        self._commands[name] = do

    def buttons(self, pressed: Pressed, *actions: Action) -> None:
        """Register buttons for this action."""
        for action in actions:
            if action in self._buttons:
                raise LookupError(f"{action!r} is registered twice")
            self._buttons[action] = pressed

    def message(self, take: Take, *, editors: bool = False) -> None:
        """Offer `take` every ordinary message that no one took before; it returns True if it
        takes it.
        """
        self.messages.append((take, editors))

    def doing(self, name: str, *, editor: bool) -> Do | None:
        """Return what a command does; None for an unknown one, or for one that this person may
        not use.
        """
        known: Command | None = commands.find(name)
        if known is None or (known.editors and not editor):
            return None
        return self._commands[name]

    def pressed(self, action: Action) -> Pressed:
        """Return what a button does."""
        return self._buttons[action]
