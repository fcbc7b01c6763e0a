"""What editors do with the index from their chat."""

from __future__ import annotations

import asyncio
import logging

from telegram import Message

from bot import messages, notices
from bot.indexing import Indexing, StoppedError
from bot.logs import refer
from bot.sending import Sender
from bot.texts import Texts
from bot.worker import Later
from index.errors import CitebotError
from index.library import Report

__all__ = ["Editors"]

_log = logging.getLogger(__name__)
_EVERY = 3.0  # seconds between two edits of a message


class Editors:
    """The editors' commands; who may give them is decided before."""

    def __init__(self, indexing: Indexing, sender: Sender, later: Later) -> None:
        self._indexing = indexing
        self._sender = sender
        self._later = later

    async def reindex(self, message: Message, texts: Texts) -> None:
        """Begin a build, and tell of it in one message until it is done; this returns before."""
        if state := self._indexing.state:
            running = notices.progress(state, texts).text
            await self._sender.reply(message, texts("reindex_running", state=running))
            return
        building = self._indexing.start()
        # whoever waits for a build can ask meanwhile
        self._later(self._follow(message, building, texts))

    async def _follow(
        self, message: Message, building: asyncio.Future[Report | None], texts: Texts
    ) -> None:
        shown = self._progress(texts)
        sent = await self._sender.reply(message, shown)
        while not building.done():
            await asyncio.wait({building}, timeout=_EVERY)
            words = self._progress(texts)
            if sent and words != shown and not building.done():
                await self._sender.edit(sent, words, droppable=True)
                shown = words
        words = await self._outcome(building, texts)
        if sent is None or not await self._sender.edit(sent, words):
            await self._sender.reply(message, words)

    def _progress(self, texts: Texts) -> messages.Message:
        state = self._indexing.state
        return notices.progress(state, texts) if state else messages.Message("…")

    async def _outcome(
        self, building: asyncio.Future[Report | None], texts: Texts
    ) -> messages.Message:
        try:
            report = await building
        except StoppedError:
            return messages.Message(texts("reindex_stopped"))
        except CitebotError as error:
            _log.error("The index was not built: %s", error)
            reason = messages.clip(str(error), messages.MOST_UNITS // 2)
            return messages.Message(texts("reindex_refused", reason=reason))
        except Exception as error:
            return messages.Message(texts("wrong", reference=refer(error)))
        assert report is not None
        return notices.report(report, texts)
