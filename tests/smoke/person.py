"""Someone in the emulator: what they write and press, and what the bot shows them."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.botapi import TOKEN, Message
from tests.botapi.messages import Json
from tests.smoke.shim import Shim

__all__ = ["Person"]


class Person:
    """A person in their chat with the bot."""

    def __init__(self, shim: Shim, id: int) -> None:
        self._shim = shim
        self._who = {"id": id, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        self._chat = {"id": id, "type": "private", "first_name": "Ann"}

    async def say(self, text: str) -> None:
        """Write to the bot; a text with a slash is a command."""
        written = {"from": self._who, "chat": self._chat, "date": int(time.time()), "text": text}
        if text.startswith("/"):
            command = {"type": "bot_command", "offset": 0, "length": len(text)}
            await self._act("/sendCommand", written | {"entities": [command]})
        else:
            await self._act("/sendMessage", written)

    async def press(self, message: Message, label: str) -> None:
        """Press a button under a message."""
        below = message.raw | {"from": self._who, "chat": self._chat, "date": int(time.time())}
        data = message.button(label)["callback_data"]
        await self._act("/sendCallback", {"from": self._who, "data": data, "message": below})

    async def sees(self, what: Callable[[Message], bool]) -> Message:
        """The bot's first message that is so, once there is one."""

        def find(kept: list[Json]) -> Message | None:
            shown = (_shown(entry) for entry in kept if "chat_id" in entry.get("message", ()))
            return next(filter(what, shown), None)

        return await self._shim.until(find)

    async def _act(self, path: str, body: Json) -> None:
        await self._shim.act(path, body | {"botToken": TOKEN})


def _shown(entry: Json) -> Message:
    message = entry["message"]
    answered = message.get("reply_parameters")
    if answered:
        message["reply_to_message"] = {"message_id": answered["message_id"]}
    return Message(message | {"message_id": entry["messageId"]}, entry["updateId"], by_bot=True)
