"""The first message: what the bot answers from, and example questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.asking.examples import examples
from bot.dispatch.askers import Asker
from bot.dispatch.registry import Registry
from bot.dispatch.turn import Means, Turn
from bot.messages import answers, notices
from index.types import Place, Source

__all__ = ["Greeting"]

_PASSAGE = "p_"


class Greeting:
    """The command /start, alone or from a link to a passage."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._library = means.lookup.library
        self._examples: dict[tuple[str, tuple[str, ...], str], tuple[str, ...]] = {}

    def register(self, registry: Registry) -> None:
        """Register the command."""
        registry.command("start", self.greet)

    async def greet(self, turn: Turn) -> None:
        """Open the passage that the link names if the person may see it; else greet."""
        found = await turn.look(lambda: turn.lookup.worker.run(self._begin, turn.asker, turn.given))
        if found is None:
            return
        if isinstance(found, Place):
            words = answers.reading(found, turn.texts, link=self._means.link)
            keyboard = turn.keyboards.reading(found, answered=False)
        else:
            documents, questions = found
            group = None if turn.asker.private else turn.me.username
            words = notices.greeting(documents, turn.texts, examples=bool(questions), group=group)
            keyboard = () if group else turn.keyboards.examples(questions)
        await self._means.sender.beside(turn.message, replace(words, keyboard=keyboard))

    def _begin(
        self, asker: Asker, parameter: str
    ) -> Place | tuple[Sequence[tuple[Source, int]], tuple[str, ...]]:
        scope, language = asker.scope, asker.texts.language
        if parameter.startswith(_PASSAGE):
            place = self._library.place(parameter.removeprefix(_PASSAGE), scope)
            if place:
                return place
        documents = self._library.sources(scope)
        generation = self._library.generation()
        seen = tuple(source.id for source, _ in documents)
        known = (generation.id if generation else "", seen, language)
        if known not in self._examples:
            if len(self._examples) > 100:
                self._examples.clear()
            self._examples[known] = examples(self._library, scope, language)
        return documents, self._examples[known]
