"""A new index as editors make it answer: built, looked at, published or discarded, rolled back."""

from __future__ import annotations

import asyncio
from functools import partial

from telegram import Message

from bot import messages, notices, previews
from bot.askers import Asker
from bot.asking import Asking
from bot.callbacks import Action, Button
from bot.following import Following
from bot.keyboards import Keyboards
from bot.sending import Sender
from index.desk.build import Progress
from index.desk.evaluate import Evaluation
from index.desk.gate import Comparison, RegressionError
from index.desk.staging import Staged
from index.errors import CitebotError, StaleError
from index.library import Library
from index.types import Generation

__all__ = ["Publishing"]


class Publishing:
    """The commands /reindex and /rollback with their buttons; who may is decided before."""

    def __init__(
        self, library: Library, sender: Sender, asking: Asking, following: Following
    ) -> None:
        self._library = library
        self._desk = library.desk
        self._sender = sender
        self._asking = asking
        self._following = following

    async def reindex(self, message: Message, asker: Asker) -> None:
        """Build the new index and show what it would change; this returns before."""
        keyboards = self._asking.keyboards(asker)

        async def told(found: tuple[Staged, Comparison | None] | None) -> messages.Message:
            if found is None:
                return messages.Message(await asyncio.to_thread(self._unchanged, asker))
            return previews.preview(*found, keyboards)

        work = partial(self._stage, asker.by)
        await self._following.begin(message, asker.texts, work, told)

    async def rollback(self, message: Message, asker: Asker) -> None:
        """Offer the generations that are kept."""
        kept = await asyncio.to_thread(self._library.history)
        now = await asyncio.to_thread(self._library.generation)
        if not kept:
            await self._sender.reply(message, asker.texts("not_ready"))
            return
        keyboards = self._asking.keyboards(asker)
        words = previews.generations(kept, now.id if now else None, keyboards)
        await self._sender.reply(message, words)

    async def pressed(self, message: Message, button: Button, asker: Asker) -> None:
        """Show or do what the button says, in the place of its message."""
        if button.action is Action.REINDEX:
            await self.reindex(message, asker)
            return
        try:
            words = await self._act(button, asker)
        except StaleError as error:
            texts = asker.texts
            again = self._asking.keyboards(asker).one("reindex_button", Action.REINDEX)
            refused = texts("desk_refused", reason=notices.reason(error))
            words = messages.Message(refused, keyboard=again)
        except CitebotError as error:
            # the buttons stay: what hinders may pass
            refused = asker.texts("desk_refused", reason=notices.reason(error))
            await self._sender.reply(message, refused)
            return
        if not await self._sender.edit(message, words):
            await self._sender.reply(message, words)

    async def _act(self, button: Button, asker: Asker) -> messages.Message:
        keyboards, texts = self._asking.keyboards(asker), asker.texts
        id, _, first = button.payload.partition("_")
        match button.action:
            case Action.PUBLISH | Action.FORCE:
                force = button.action is Action.FORCE
                return await self._publish(id, asker, force=force)
            case Action.DISCARD:
                done = await asyncio.to_thread(self._desk.discard, id, asker.by)
                return messages.Message(texts("discarded" if done else "preview_gone"))
            case Action.ROLLBACK:
                now = await asyncio.to_thread(self._desk.rollback, id, asker.by)
                return previews.published(now, await self._rated(), texts)
            case action:
                staged = await asyncio.to_thread(self._desk.staged)
                if staged is None or staged.generation.id != id:
                    return messages.Message(texts("preview_gone"))
                if action is Action.CHANGES:
                    return previews.changes(staged, keyboards)
                compared = await asyncio.to_thread(self._desk.compare, id)
                if action is Action.QUESTIONS and compared:
                    return previews.questions(id, compared, int(first), keyboards)
                return previews.preview(staged, compared, keyboards)

    async def _publish(self, id: str, asker: Asker, *, force: bool) -> messages.Message:
        """Publish; where golden questions would be lost, ask whether that is meant."""
        publish = partial(self._desk.publish, id, asker.by, force=force)
        try:
            generation: Generation = await asyncio.to_thread(publish)
        except RegressionError as error:
            return previews.losses(
                error.comparison, asker.texts, sure(id, self._asking.keyboards(asker))
            )
        return previews.published(generation, await self._rated(), asker.texts)

    async def _rated(self) -> Evaluation | None:
        return await asyncio.to_thread(self._desk.evaluation)

    def _stage(self, by: str, progress: Progress) -> tuple[Staged, Comparison | None] | None:
        staged = self._desk.stage(progress, by=by)
        return (staged, self._desk.compare(staged.generation.id)) if staged else None

    def _unchanged(self, asker: Asker) -> str:
        history, now = self._library.history(), self._library.generation()
        left = bool(history and now and history[0].id != now.id)
        return asker.texts("reindex_left" if left else "reindex_unchanged")


def sure(id: str, keyboards: Keyboards) -> messages.Keyboard:
    """The buttons of whoever is asked a second time."""
    texts = keyboards.texts
    return (
        keyboards.one_of(texts("force_button"), Action.FORCE, id),
        (
            *keyboards.one_of(texts("preview_button"), Action.PREVIEW, id),
            *keyboards.one_of(texts("discard_button"), Action.DISCARD, id),
        ),
    )
