"""The one table of commands in chats, for dispatch, Telegram's menu, groups, help and the docs.

Features register what a command does, see `bot/dispatch/registry.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["COMMANDS", "Command", "Groups", "find"]


class Groups(Enum):
    """How a command reaches the bot in a group."""

    NEVER = "no"
    NAMED = "if it names the bot"
    SHARED = "yes"
    """Other bots may have such a command as well; then it is for each of them."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its name without the slash.

    `menu` and `help` are the keys of its words in Telegram's menu and in /help; None leaves it out.
    Commands with the same `help` share a line.
    """

    name: str
    groups: Groups = Groups.NEVER
    editors: bool = False
    menu: str | None = None
    help: str | None = None


# Menu and help use this order.
COMMANDS = (
    # what a link that adds the bot to a group sends there
    Command("start", Groups.NAMED),
    Command("ask", Groups.SHARED, menu="command_ask", help="help_ask"),
    Command("verify", Groups.SHARED, menu="command_verify", help="help_verify"),
    Command("sources", Groups.NAMED, menu="command_sources", help="help_sources"),
    Command("lang", Groups.NAMED, menu="command_lang", help="help_own"),
    Command("privacy", Groups.NAMED, menu="command_privacy", help="help_own"),
    Command("forget", Groups.NAMED, menu="command_forget", help="help_own"),
    Command("help", Groups.NAMED, menu="command_help"),
    # /add is in the line of the commands below it
    Command("add", editors=True, menu="command_add"),
    Command("remove", editors=True, menu="command_remove", help="help_editing"),
    Command("reindex", editors=True, menu="command_reindex", help="help_editing"),
    Command("rollback", editors=True, menu="command_rollback", help="help_editing"),
    Command("thresholds", editors=True, menu="command_thresholds", help="help_editing"),
    Command("gaps", editors=True, menu="command_gaps", help="help_insight"),
    Command("why", editors=True, menu="command_why", help="help_insight"),
    Command("stats", editors=True, menu="command_stats", help="help_insight"),
    Command("health", editors=True, menu="command_health", help="help_insight"),
    Command("quiet", editors=True, menu="command_quiet", help="help_insight"),
)

_BY_NAME = {command.name: command for command in COMMANDS}


def find(name: str) -> Command | None:
    """Return the command of this name, lower case; None if there is none."""
    return _BY_NAME.get(name)
