"""The command /verify: is this really in the documents?"""

from __future__ import annotations

from telegram import Message

from bot.askers import Asker
from bot.asking import Asking
from bot.sending import Sender
from bot.worker import Worker
from index.library import Library
from index.types import Answer, Query

__all__ = ["Verifying"]


class Verifying:
    """Checks a text against the documents, to the letter."""

    def __init__(
        self, library: Library, worker: Worker[Query, Answer], sender: Sender, asking: Asking
    ) -> None:
        self._library = library
        self._worker = worker
        self._sender = sender
        self._asking = asking

    async def verify(self, message: Message, asker: Asker, text: str) -> None:
        """Tell whether a text, or the message that this one replies to, stands in the documents."""
        await self._sender.reply(message, text)
