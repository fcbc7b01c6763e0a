"""The command /verify: is this really in the documents?"""

from __future__ import annotations

import time
from collections.abc import Callable

from telegram import Message

from bot.askers import Asker
from bot.asking.questions import Asking
from bot.messages import verdicts
from bot.messages.buttons import Button
from bot.running.worker import Worker
from bot.transport import addressing, reading
from bot.transport.sending import Sender
from index.library import Library
from index.search.verdict import Verdict
from index.types import Answer, Query

__all__ = ["Checking"]


class Checking:
    """Checks a text against the documents that its sender may see."""

    def __init__(
        self, library: Library, worker: Worker[Query, Answer], sender: Sender, asking: Asking
    ) -> None:
        self._library = library
        self._worker = worker
        self._sender = sender
        self._asking = asking

    async def pressed(self, message: Message, _: Button, asker: Asker) -> None:
        """Check the message that the one with the button replies to."""
        checked = message.reply_to_message
        text = addressing.asked(checked, self._sender.me) if checked else ""
        if checked and text:
            await self.verify(checked, asker, text)
        else:
            await self._sender.beside(message, asker.texts("outdated_button"))

    async def verify(self, message: Message, asker: Asker, text: str) -> None:
        """Tell whether a text stands in the documents: what follows the command, else the part that
        is quoted of the message replied to, else all of that message.
        """
        wanted = text or reading.quoted(message)
        if not wanted.strip():
            await self._sender.reply(message, asker.texts("verify_wanted"))
            return
        async with self._asking.admitted(message, asker) as admitted:
            if not admitted:
                return
            began = time.monotonic()

            def check(waiting: Callable[[], bool]) -> Verdict:
                return self._library.verify(wanted, asker.scope, waiting)

            verdict = await self._asking.look(message, asker, lambda: self._worker.aside(check))
            self._asking.checked(asker, verdict, time.monotonic() - began)
            if verdict is not None:
                words = verdicts.message(verdict, asker.texts, self._asking.link)
                await self._sender.reply(message, words)
