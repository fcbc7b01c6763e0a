"""The thresholds as editors set them in chat, proposed from the golden questions."""

from __future__ import annotations

import asyncio
import re
from functools import partial

from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press, Turn
from bot.editing import index_messages
from bot.editing.progress import Following
from bot.messages import model, notices
from bot.messages.buttons import Action
from index.desk.build import Progress
from index.desk.gate import RegressionError
from index.desk.staging import Report
from index.errors import CitebotError
from index.types import Thresholds

__all__ = ["Levels"]

_PAYLOAD = re.compile(r"(\d{1,4})-(\d{1,4})")


class Levels:
    """The command /thresholds with its buttons."""

    def __init__(self, means: Means, following: Following) -> None:
        self._means = means
        self._desk = means.lookup.library.desk
        self._following = following

    def register(self, registry: Registry) -> None:
        """Register the command and its buttons, for editors."""
        registry.command("thresholds", self._show)
        pressed = Pressed(self._pressed, editors=True)
        registry.buttons(pressed, Action.THRESHOLDS, Action.FORCE_THRESHOLDS)

    async def _show(self, turn: Turn) -> None:
        """Show the effect of the thresholds on the golden questions, and better ones."""
        try:
            async with self._means.sender.typing(turn.message):
                rated = await asyncio.to_thread(self._desk.golden.evaluate)
                proposed = rated.propose() if rated else None
        except CitebotError as error:
            words = model.Message(
                turn.texts("desk_refused", reason=notices.reason(error, turn.texts))
            )
        else:
            none = model.Message(turn.texts("thresholds_none"))
            words = index_messages.thresholds(rated, proposed, turn.keyboards) if rated else none
        await turn.reply(words)

    async def _pressed(self, turn: Press) -> None:
        """Use other thresholds from now on, if that loses no golden question or the editor
        confirms it.
        """
        keyboards, texts, button = turn.keyboards, turn.texts, turn.button
        given = _PAYLOAD.fullmatch(button.payload)
        if given is None:
            await turn.reply(texts("outdated_button"))
            return
        wanted = Thresholds(*(int(number) / 100 for number in given.groups()))
        force = button.action is Action.FORCE_THRESHOLDS

        async def told(found: Report | RegressionError | None) -> model.Message:
            if found is None:
                again = keyboards.one("reindex_button", Action.REINDEX)
                return model.Message(texts("thresholds_undecided"), keyboard=again)
            if isinstance(found, RegressionError):
                row = keyboards.one("force_button", Action.FORCE_THRESHOLDS, button.payload)
                return index_messages.losses(found.comparison, texts, row)
            if found.generation is None or not found.published:
                return model.Message(texts("thresholds_best"))
            rated = await asyncio.to_thread(self._desk.golden.evaluate)
            return index_messages.published(found.generation, rated, texts)

        work = partial(self._apply, wanted, turn.asker.by, force)
        await self._following.begin(turn, work, told)

    def _apply(
        self, wanted: Thresholds, by: str, force: bool, progress: Progress
    ) -> Report | RegressionError | None:
        """Return None if the folder has unpublished changes, which must not be published unseen
        with it.
        """
        if not self._desk.index.is_served():
            return None
        try:
            return self._desk.thresholds.apply(wanted, by, progress, force=force)
        except RegressionError as error:
            return error
