"""Methods that set what people read about the bot: commands, names, descriptions, rights."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from .calls import Call
from .errors import bad_request
from .messages import Json

if TYPE_CHECKING:
    from .state import State

__all__ = ["METHODS", "commands"]

COMMANDS = 100
LONGEST = {"description": 512, "short_description": 120, "name": 64}
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def commands(state: "State", scope: Json | str = "default", language: str = "") -> dict[str, str]:
    """The commands people see in that scope and language, with their descriptions."""
    place = {"type": scope} if isinstance(scope, str) else scope
    kept = state.settings.get("commands", {}).get(_key(place, language), [])
    assert isinstance(kept, list)
    return {command["command"]: command["description"] for command in kept}


def set_my_commands(call: Call) -> bool:
    """Set the commands of one scope and language."""
    given = call.params.array("commands") or []
    if len(given) > COMMANDS:
        call.violate("commands", f"{len(given)}, at most {COMMANDS}")
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in given:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command"))):
            call.violate("commands", f"{command.get('command')!r} is no command")
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            call.violate("commands", f"the description of {command['command']}: 1 to 256")
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.state.settings.setdefault("commands", {})[_place(call)] = given
    return True


def get_my_commands(call: Call) -> object:
    """The commands of exactly one scope and language."""
    return call.state.settings.get("commands", {}).get(_place(call), [])


def delete_my_commands(call: Call) -> bool:
    """Remove the commands of one scope and language."""
    call.state.settings.get("commands", {}).pop(_place(call), None)
    return True


def set_rights(call: Call) -> bool:
    """Keep the rights the bot asks for when it is made an admin."""
    kind = "channels" if call.params.flag("for_channels") else "groups"
    call.state.settings.setdefault("rights", {})[kind] = call.params.object("rights")
    return True


def get_rights(call: Call) -> object:
    """The rights the bot asks for."""
    kind = "channels" if call.params.flag("for_channels") else "groups"
    return call.state.settings.get("rights", {}).get(kind) or {}


def _setter(name: str) -> Callable[[Call], bool]:
    def set_text(call: Call) -> bool:
        text = call.params.text(name)
        if len(text) > LONGEST[name]:
            call.violate("bot profile", f"{name}: {len(text)} characters, at most {LONGEST[name]}")
            raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
        call.state.settings.setdefault(name, {})[_language(call)] = text
        return True

    return set_text


def _getter(name: str) -> Callable[[Call], Json]:
    def get_text(call: Call) -> Json:
        fallback = call.state.bot["first_name"] if name == "name" else ""
        return {name: call.state.settings.get(name, {}).get(_language(call), fallback)}

    return get_text


def _place(call: Call) -> str:
    scope = call.params.object("scope") or {"type": "default"}
    needed = _SCOPES.get(str(scope.get("type")))
    if needed is None:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    for name in needed:
        if name not in scope:
            raise bad_request(f"can't parse BotCommandScope: can't find field \"{name}\"")
    if "chat_id" in scope:
        call.state.chat(scope["chat_id"])
    return _key(scope, _language(call))


def _language(call: Call) -> str:
    language = call.params.text("language_code")
    if not re.fullmatch(r"([a-z]{2})?", language):
        call.violate("language", f"{language!r} is no two-letter code")
        raise bad_request("invalid language code specified")
    return language


def _key(scope: Json, language: str) -> str:
    return json.dumps([scope, language], sort_keys=True)


METHODS: dict[str, Callable[[Call], object]] = {
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "getMyDefaultAdministratorRights": get_rights,
    "getMyDescription": _getter("description"),
    "getMyName": _getter("name"),
    "getMyShortDescription": _getter("short_description"),
    "setMyCommands": set_my_commands,
    "setMyDefaultAdministratorRights": set_rights,
    "setMyDescription": _setter("description"),
    "setMyName": _setter("name"),
    "setMyShortDescription": _setter("short_description"),
}
