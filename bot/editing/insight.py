"""The commands /why, /stats and /health: explain an answer's score; report usage and health."""

from __future__ import annotations

import asyncio
import datetime
import resource
import shutil
import sys
import time
from pathlib import Path

from bot.dispatch.registry import Registry
from bot.dispatch.turn import Means, Turn
from bot.editing import insight_messages
from bot.editing.insight_messages import Condition
from bot.journal import Statistics
from bot.messages.model import MOST_UNITS, clip
from bot.transport.connection import Connection
from index.desk.promise import Promise, promise
from index.errors import CitebotError, StoreError
from index.library import MAX_QUESTION, Library

__all__ = ["Insight"]

_SHOWN = 5
_DAYS = (1, 7, 30)


class Insight:
    """The commands that show editors what is going on; the router allows them to editors only."""

    def __init__(self, means: Means, connection: Connection, data: Path) -> None:
        self._means = means
        self._library = means.lookup.library
        self._connection = connection
        self._data = data
        self._began = time.monotonic()

    def register(self, registry: Registry) -> None:
        """Register the commands, for editors."""
        registry.command("why", self._why)
        registry.command("stats", self._stats)
        registry.command("health", self._health)

    async def _why(self, turn: Turn) -> None:
        """Show the scores of the passages that would answer the question."""
        texts, question, scope = turn.texts, turn.given, turn.asker.scope
        if not question:
            await turn.reply(texts("why_wanted"))
            return
        if len(question) > MAX_QUESTION:
            await turn.reply(texts("too_long", length=len(question), count=MAX_QUESTION))
            return
        ranked = await turn.look(
            lambda: turn.lookup.worker.run(self._library.rank, question, _SHOWN, scope)
        )
        if ranked is not None:
            await turn.reply(insight_messages.why(question, ranked, texts, link=self._means.link))

    async def _stats(self, turn: Turn) -> None:
        """Show what was asked, and how it was answered."""
        try:
            counted = await asyncio.to_thread(self._counted)
        except StoreError as error:
            reason = clip(str(error), MOST_UNITS // 2)
            await turn.reply(turn.texts("stats_failed", reason=reason))
            return
        await turn.reply(insight_messages.stats(counted, turn.texts))

    async def _health(self, turn: Turn) -> None:
        """Show the state of the index, the queues, the disk and the connection."""
        condition = await asyncio.to_thread(self._condition)
        await turn.reply(insight_messages.health(condition, turn.texts))

    def _counted(self) -> dict[int, Statistics]:
        now = datetime.datetime.now(datetime.UTC)
        return {
            days: self._means.journal.numbers.since(now - datetime.timedelta(days=days))
            for days in _DAYS
        }

    def _condition(self) -> Condition:
        generation = self._library.generation()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return Condition(
            generation=generation,
            thresholds=self._library.thresholds() if generation else None,
            promise=_promise(self._library) if generation else None,
            failed=tuple(id for id, _ in self._library.failed()) if generation else (),
            building=self._means.lookup.indexing.state,
            # bytes on a Mac, else units of 1,024
            memory=peak if sys.platform == "darwin" else peak * 1_024,
            questions=self._means.lookup.worker.waiting,
            updates=self._connection.waiting,
            silence=self._connection.silence,
            trouble=self._connection.trouble,
            journal=self._means.journal.size,
            free=_free(self._data),
            up=time.monotonic() - self._began,
        )


def _promise(library: Library) -> Promise | None:
    try:
        return promise(library.desk.golden.evaluate())
    except CitebotError:
        # a wrong golden file holds back the next index, which reports it
        return None


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        # a missing disk takes nothing
        return 0
