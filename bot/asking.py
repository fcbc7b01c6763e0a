"""A question in a chat -> its answer there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from telegram import Message

from bot import render, sending
from bot.indexing import Indexing
from bot.logs import pseudonym
from bot.metrics import Metrics
from bot.texts import Texts
from bot.worker import Worker
from index.errors import CitebotError, QuestionError
from index.library import MAX_QUESTION, Library

__all__ = ["Asking"]

_log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Asking:
    """Asks the library off the event loop, and says so where it cannot answer."""

    def __init__(
        self, library: Library, worker: Worker, indexing: Indexing, metrics: Metrics
    ) -> None:
        self._library = library
        self._worker = worker
        self._indexing = indexing
        self._metrics = metrics

    async def answer(
        self, message: Message, question: str, texts: Texts, *, repeat: bool = False
    ) -> None:
        """Answer as a reply to the message; with `repeat`, beside it and below the question."""
        if not question.strip():
            await sending.reply(message, texts("question_wanted"))
            return
        if len(question) > MAX_QUESTION:
            words = texts("too_long", length=len(question), count=MAX_QUESTION)
            await sending.reply(message, words)
            return
        began = time.monotonic()
        found = await self.look(message, texts, self._library.ask, question)
        if found is None:
            self._metrics.answered("failed", time.monotonic() - began)
            return
        answer = render.answer(found, texts, question if repeat else None)
        await sending.send(message, answer, replying=not repeat)
        self._metrics.answered(found.outcome, time.monotonic() - began)
        _log.info(
            "Chat %s: %s, %d passages, %.0f ms, generation %s",
            pseudonym(message.chat_id),
            found.outcome,
            len(found.hits),
            found.seconds * 1_000,
            found.generation.id,
        )

    async def look(
        self,
        message: Message,
        texts: Texts,
        work: Callable[Given, Found],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Found | None:
        """What `work` finds in the library; None where it cannot, which the person is told."""
        try:
            async with sending.typing(message):
                return await self._worker.run(work, *args, **kwargs)
        except TimeoutError:
            _log.warning("The library took too long")
            words = texts("too_slow")
        except QuestionError:
            words = texts("question_wanted")
        except CitebotError as error:
            if state := self._indexing.state:
                words = texts("building", percent=state.percent)
            else:
                _log.error("The library cannot answer: %s", error)
                words = texts("not_ready")
        await sending.reply(message, words)
        return None
