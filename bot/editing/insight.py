"""The commands /why, /stats and /health: why an answer is what it is, and how the bot does."""

from __future__ import annotations

import asyncio
import datetime
import resource
import shutil
import sys
import time
from pathlib import Path

from telegram import Message

from bot.askers import Asker
from bot.asking.questions import Asking
from bot.editing import insight_messages
from bot.editing.insight_messages import Condition
from bot.journal import Journal, Statistics
from bot.messages.model import MOST_UNITS, clip
from bot.running.builds import Indexing
from bot.running.worker import Worker
from bot.transport.connection import Connection
from bot.transport.sending import Sender
from index.desk.promise import Promise, promise
from index.errors import CitebotError, StoreError
from index.library import MAX_QUESTION, Library
from index.types import Answer, Query

__all__ = ["Insight"]

_SHOWN = 5
_DAYS = (1, 7, 30)


class Insight:
    """The commands by which editors see what goes on; who is one is decided before."""

    def __init__(
        self,
        library: Library,
        worker: Worker[Query, Answer],
        indexing: Indexing,
        connection: Connection,
        sender: Sender,
        journal: Journal,
        asking: Asking,
        data: Path,
    ) -> None:
        self._library = library
        self._worker = worker
        self._indexing = indexing
        self._connection = connection
        self._sender = sender
        self._journal = journal
        self._asking = asking
        self._data = data
        self._began = time.monotonic()

    async def why(self, message: Message, asker: Asker, question: str) -> None:
        """The scores of the passages that the question would be answered from."""
        texts = asker.texts
        if not question:
            await self._sender.reply(message, texts("why_wanted"))
            return
        if len(question) > MAX_QUESTION:
            words = texts("too_long", length=len(question), count=MAX_QUESTION)
            await self._sender.reply(message, words)
            return
        ranked = await self._asking.look(
            message,
            asker,
            lambda: self._worker.run(self._library.rank, question, _SHOWN, asker.scope),
        )
        if ranked is not None:
            shown = insight_messages.why(question, ranked, texts, link=self._asking.link)
            await self._sender.reply(message, shown)

    async def stats(self, message: Message, asker: Asker) -> None:
        """What was asked, and how it came out."""
        try:
            counted = await asyncio.to_thread(self._counted)
        except StoreError as error:
            reason = clip(str(error), MOST_UNITS // 2)
            await self._sender.reply(message, asker.texts("stats_failed", reason=reason))
            return
        await self._sender.reply(message, insight_messages.stats(counted, asker.texts))

    async def health(self, message: Message, asker: Asker) -> None:
        """How the index, the queues, the disk and the connection are."""
        condition = await asyncio.to_thread(self._condition)
        await self._sender.reply(message, insight_messages.health(condition, asker.texts))

    def _counted(self) -> dict[int, Statistics]:
        now = datetime.datetime.now(datetime.UTC)
        return {
            days: self._journal.statistics(now - datetime.timedelta(days=days)) for days in _DAYS
        }

    def _condition(self) -> Condition:
        generation = self._library.generation()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return Condition(
            generation=generation,
            thresholds=self._library.thresholds() if generation else None,
            promise=_promise(self._library) if generation else None,
            failed=tuple(id for id, _ in self._library.failed()) if generation else (),
            building=self._indexing.state,
            # bytes on a Mac, else units of 1,024
            memory=peak if sys.platform == "darwin" else peak * 1_024,
            questions=self._worker.waiting,
            updates=self._connection.waiting,
            silence=self._connection.silence,
            trouble=self._connection.trouble,
            journal=self._journal.size,
            free=_free(self._data),
            up=time.monotonic() - self._began,
        )


def _promise(library: Library) -> Promise | None:
    try:
        return promise(library.desk.evaluation())
    except CitebotError:
        # a golden file that is wrong holds the next index back, and that says so
        return None


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        # a disk that is not there takes nothing
        return 0
