"""The command /help, its lines in the order of the table of commands."""

from __future__ import annotations

from bot.commands import COMMANDS
from bot.dispatch.registry import Registry
from bot.dispatch.turn import Turn
from bot.messages.texts import Texts

__all__ = ["Help"]


class Help:
    """Explains how the bot works."""

    def register(self, registry: Registry) -> None:
        """Register the command."""
        registry.command("help", self._show)

    async def _show(self, turn: Turn) -> None:
        await turn.reply(_words(turn.texts, editor=turn.asker.editor), alone=True)


def _words(texts: Texts, *, editor: bool) -> str:
    words = texts("help").strip() + "\n\n" + _lines(texts, editors=False)
    return words + "\n" + _lines(texts, editors=True) if editor else words


def _lines(texts: Texts, *, editors: bool) -> str:
    """Return a line for each help text of the table, with its commands filled in."""
    named: dict[str, list[str]] = {}
    for command in COMMANDS:
        if command.help and command.editors == editors:
            named.setdefault(command.help, []).append(f"/{command.name}")
    return "\n".join(texts(key, commands=", ".join(names)) for key, names in named.items())
