"""Show the progress of a build in one message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from bot.dispatch.turn import Turn
from bot.editing.status import StatusMessage
from bot.logs import refer
from bot.messages import model, notices
from bot.messages.texts import Texts
from bot.running.builds import Indexing, StoppedError
from bot.running.worker import Later
from index.errors import CitebotError

if TYPE_CHECKING:
    from index.desk.build import Progress

__all__ = ["Following"]

_log = logging.getLogger(__name__)

Found = TypeVar("Found")


class Following:
    """Starts builds and follows them; if one is running, shows its progress instead."""

    def __init__(self, indexing: Indexing, later: Later) -> None:
        self._indexing = indexing
        self._later = later

    async def begin(
        self,
        turn: Turn,
        work: Callable[[Progress], Found],
        told: Callable[[Found], Awaitable[model.Message]],
    ) -> None:
        """Start `work` and reply with its progress, which at the end becomes the message that
        `told` makes of its outcome.

        Returns before the end.
        """
        if state := self._indexing.state:
            running = notices.progress(state, turn.texts).text
            await turn.reply(turn.texts("reindex_running", state=running))
            return
        building = self._indexing.start(work)
        # a person who waits for a build can ask meanwhile
        self._later(self._follow(turn, building, told))

    async def _follow(
        self,
        turn: Turn,
        building: asyncio.Future[Found],
        told: Callable[[Found], Awaitable[model.Message]],
    ) -> None:
        texts, status = turn.texts, StatusMessage(turn)
        await status.show(self._progress(texts))
        await status.follow(building, lambda: self._progress(texts))
        await status.end(await self._outcome(texts, building, told))

    def _progress(self, texts: Texts) -> model.Message:
        state = self._indexing.state
        return notices.progress(state, texts) if state else model.Message("…")

    async def _outcome(
        self,
        texts: Texts,
        building: asyncio.Future[Found],
        told: Callable[[Found], Awaitable[model.Message]],
    ) -> model.Message:
        try:
            return await told(await building)
        except StoppedError:
            return model.Message(texts("reindex_stopped"))
        except CitebotError as error:
            _log.error("The index was not built: %s", error)
            return model.Message(texts("reindex_refused", reason=notices.reason(error, texts)))
        except Exception as error:
            return model.Message(texts("wrong", reference=refer(error)))
