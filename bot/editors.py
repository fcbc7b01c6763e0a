"""What editors do with the index from their chat."""

from __future__ import annotations

import asyncio
import logging

from telegram import Message
from telegram.error import RetryAfter, TelegramError
from telegram.ext import ContextTypes

from bot import messages, notices, sending
from bot.indexing import Indexing, StoppedError
from bot.logs import refer
from bot.texts import Texts
from index.errors import CitebotError
from index.library import Report

__all__ = ["Editors"]

_log = logging.getLogger(__name__)
_EVERY = 3.0  # seconds between two edits of a message


class Editors:
    """The editors' commands; who may give them is decided before."""

    def __init__(self, indexing: Indexing) -> None:
        self._indexing = indexing

    async def reindex(
        self, message: Message, context: ContextTypes.DEFAULT_TYPE, texts: Texts
    ) -> None:
        """Begin a build, and tell of it in one message until it is done; this returns before."""
        if state := self._indexing.state:
            running = notices.progress(state, texts).text
            await sending.reply(message, texts("reindex_running", state=running))
            return
        building = self._indexing.start()
        # whoever waits for a build can ask meanwhile
        context.application.create_task(self._follow(message, building, texts))

    async def _follow(
        self, message: Message, building: asyncio.Future[Report | None], texts: Texts
    ) -> None:
        shown = None
        sent = None
        while not building.done():
            words = self._progress(texts)
            try:
                if sent is None:
                    sent = await sending.reply(message, words)
                elif words != shown:
                    await sending.edit(sent, words)
                shown = words
            except RetryAfter as error:
                await sending.wait(error)
            except TelegramError as error:
                _log.warning("The progress of a build could not be shown (%s)", error)
            await asyncio.wait({building}, timeout=_EVERY)
        words = await self._outcome(building, texts)
        if sent is None or not await self._edited(sent, words):
            await sending.reply(message, words)

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

    async def _edited(self, sent: Message, words: messages.Message) -> bool:
        while True:
            try:
                return await sending.edit(sent, words)
            except RetryAfter as error:
                await sending.wait(error)
