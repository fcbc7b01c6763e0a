"""The first words: what the bot answers from, and questions to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from telegram import Message

from bot.askers import Asker
from bot.asking.examples import examples
from bot.asking.questions import Asking
from bot.messages import answers, notices
from bot.running.worker import Worker
from bot.transport.sending import Sender
from index.library import Library
from index.types import Answer, Place, Query, Scope, Source

__all__ = ["Greeting"]

_PASSAGE = "p_"


class Greeting:
    """The command /start, alone or behind a link to a passage."""

    def __init__(
        self, library: Library, worker: Worker[Query, Answer], sender: Sender, asking: Asking
    ) -> None:
        self._library = library
        self._worker = worker
        self._sender = sender
        self._asking = asking
        self._examples: dict[tuple[str, Scope], tuple[str, ...]] = {}

    async def greet(self, message: Message, asker: Asker, parameter: str) -> None:
        """Open the passage that the link names if the person may see it; else greet."""
        found = await self._asking.look(
            message, asker, lambda: self._worker.run(self._begin, asker.scope, parameter)
        )
        if found is None:
            return
        if isinstance(found, Place):
            words = answers.reading(found, asker.texts, link=self._asking.link)
            keyboard = self._asking.keyboards(asker).reading(found, answered=False)
        else:
            documents, questions = found
            words = notices.greeting(documents, asker.texts, examples=bool(questions))
            keyboard = self._asking.keyboards(asker).examples(questions)
        await self._sender.beside(message, replace(words, keyboard=keyboard))

    def _begin(
        self, scope: Scope, parameter: str
    ) -> Place | tuple[Sequence[tuple[Source, int]], tuple[str, ...]]:
        if parameter.startswith(_PASSAGE):
            place = self._library.place(parameter.removeprefix(_PASSAGE), scope)
            if place:
                return place
        documents = self._library.sources(scope)
        generation = self._library.generation()
        known = (generation.id if generation else "", scope)
        if known not in self._examples:
            if len(self._examples) > 100:
                self._examples.clear()
            self._examples[known] = examples(self._library, scope)
        return documents, self._examples[known]
