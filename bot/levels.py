"""The thresholds as editors set them from their chat: proposed from the golden questions."""

from __future__ import annotations

import asyncio
import re
from functools import partial

from telegram import Message

from bot import messages, notices, previews
from bot.askers import Asker
from bot.asking import Asking
from bot.callbacks import Action, Button
from bot.following import Following
from bot.sending import Sender
from index.desk.build import Progress
from index.desk.gate import RegressionError
from index.errors import CitebotError
from index.library import Library, Report
from index.types import Thresholds

__all__ = ["Levels"]

_PAYLOAD = re.compile(r"(\d{1,4})-(\d{1,4})")


class Levels:
    """The command /thresholds with its buttons."""

    def __init__(
        self, library: Library, sender: Sender, asking: Asking, following: Following
    ) -> None:
        self._library = library
        self._desk = library.desk
        self._sender = sender
        self._asking = asking
        self._following = following

    async def show(self, message: Message, asker: Asker) -> None:
        """What the thresholds do to the golden questions, and better ones."""
        try:
            async with self._sender.typing(message):
                rated = await asyncio.to_thread(self._desk.evaluation)
                proposed = rated.propose() if rated else None
        except CitebotError as error:
            words = messages.Message(asker.texts("desk_refused", reason=notices.reason(error)))
        else:
            keyboards = self._asking.keyboards(asker)
            none = messages.Message(asker.texts("thresholds_none"))
            words = previews.thresholds(rated, proposed, keyboards) if rated else none
        await self._sender.reply(message, words)

    async def pressed(self, message: Message, button: Button, asker: Asker) -> None:
        """Answer by other thresholds from now on, if that loses no golden question or is meant."""
        keyboards, texts = self._asking.keyboards(asker), asker.texts
        given = _PAYLOAD.fullmatch(button.payload)
        if given is None:
            await self._sender.reply(message, texts("outdated_button"))
            return
        wanted = Thresholds(*(int(number) / 100 for number in given.groups()))
        force = button.action is Action.FORCE_THRESHOLDS

        async def told(found: Report | RegressionError | None) -> messages.Message:
            if found is None:
                again = keyboards.one("reindex_button", Action.REINDEX)
                return messages.Message(texts("thresholds_undecided"), keyboard=again)
            if isinstance(found, RegressionError):
                row = keyboards.one("force_button", Action.FORCE_THRESHOLDS, button.payload)
                return previews.losses(found.comparison, texts, row)
            if found.generation is None or not found.published:
                return messages.Message(texts("thresholds_best"))
            rated = await asyncio.to_thread(self._desk.evaluation)
            return previews.published(found.generation, rated, texts)

        work = partial(self._apply, wanted, asker.by, force)
        await self._following.begin(message, texts, work, told)

    def _apply(
        self, wanted: Thresholds, by: str, force: bool, progress: Progress
    ) -> Report | RegressionError | None:
        """None where the folder holds what is not published: that must not go with it unseen."""
        if not self._desk.is_served():
            return None
        try:
            return self._desk.apply(wanted, by, progress, force=force)
        except RegressionError as error:
            return error
