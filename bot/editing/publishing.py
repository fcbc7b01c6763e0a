"""An index as editors handle it: build, inspect, publish, discard, roll back."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press, Turn
from bot.editing import index_messages
from bot.editing.progress import Following
from bot.messages import model, notices
from bot.messages.buttons import Action
from bot.messages.keyboards import Keyboards
from index.desk.build import Progress
from index.desk.evaluate import Evaluation
from index.desk.gate import Comparison, RegressionError
from index.desk.staging import Staged
from index.errors import CitebotError, StaleError
from index.types import Generation

__all__ = ["Publishing"]


class Publishing:
    """The commands /reindex and /rollback with their buttons, for editors."""

    def __init__(self, means: Means, following: Following) -> None:
        self._library = means.lookup.library
        self._desk = self._library.desk
        self._following = following

    def register(self, registry: Registry) -> None:
        """Register the commands and their buttons, for editors."""
        registry.command("reindex", self._reindex)
        registry.command("rollback", self._rollback)
        registry.buttons(Pressed(self._reindex, editors=True), Action.REINDEX)
        registry.buttons(
            Pressed(self._pressed, editors=True),
            Action.PREVIEW,
            Action.SHOW,
            Action.CHANGES,
            Action.QUESTIONS,
            Action.PUBLISH,
            Action.FORCE,
            Action.DISCARD,
            Action.ROLLBACK,
        )

    async def _reindex(self, turn: Turn) -> None:
        """Build the new index and show what it would change; return before that."""

        async def told(found: tuple[Staged, Comparison | None] | None) -> model.Message:
            if found is None:
                return model.Message(await asyncio.to_thread(self._unchanged, turn))
            return index_messages.preview(*found, turn.keyboards)

        await self._following.begin(turn, partial(self._stage, turn.asker.by), told)

    async def _rollback(self, turn: Turn) -> None:
        """Offer the generations that are kept."""
        kept = await asyncio.to_thread(self._library.history)
        now = await asyncio.to_thread(self._library.generation)
        if not kept:
            await turn.reply(turn.texts("not_ready"))
            return
        id = now.id if now else None
        await turn.reply(index_messages.generations(kept, id, turn.keyboards))

    async def _pressed(self, turn: Press) -> None:
        """Show or do what the button says, in place of its message."""
        try:
            words = await self._act(turn)
        except StaleError as error:
            again = turn.keyboards.one("reindex_button", Action.REINDEX)
            refused = turn.texts("desk_refused", reason=notices.reason(error, turn.texts))
            words = model.Message(refused, keyboard=again)
        except CitebotError as error:
            # the buttons stay: the obstacle may go away
            await turn.reply(turn.texts("desk_refused", reason=notices.reason(error, turn.texts)))
            return
        # what else a notice tells stays
        if turn.button.action is Action.SHOW or not await turn.edit(words):
            await turn.reply(words)

    async def _act(self, turn: Press) -> model.Message:
        keyboards, texts, button = turn.keyboards, turn.texts, turn.button
        id, _, first = button.payload.partition("_")
        match button.action:
            case Action.PUBLISH | Action.FORCE:
                force = button.action is Action.FORCE
                return await self._publish(id, turn, force=force)
            case Action.DISCARD:
                done = await asyncio.to_thread(self._desk.index.discard, id, turn.asker.by)
                return model.Message(texts("discarded" if done else "preview_gone"))
            case Action.ROLLBACK:
                now = await asyncio.to_thread(self._desk.index.rollback, id, turn.asker.by)
                return index_messages.published(now, await self._rated(), texts)
            case action:
                staged = await asyncio.to_thread(self._desk.index.staged)
                if staged is None or staged.generation.id != id:
                    return model.Message(texts("preview_gone"))
                if action is Action.CHANGES:
                    return index_messages.changes(staged, keyboards)
                compared = await asyncio.to_thread(self._desk.golden.compare, id)
                if action is Action.QUESTIONS and compared:
                    return index_messages.questions(staged, compared, int(first), keyboards)
                return index_messages.preview(staged, compared, keyboards)

    async def _publish(self, id: str, turn: Turn, *, force: bool) -> model.Message:
        """Publish; if golden questions would be lost, ask first."""
        publish = partial(self._desk.index.publish, id, turn.asker.by, force=force)
        try:
            generation: Generation = await asyncio.to_thread(publish)
        except RegressionError as error:
            return index_messages.losses(error.comparison, turn.texts, _sure(id, turn.keyboards))
        return index_messages.published(generation, await self._rated(), turn.texts)

    async def _rated(self) -> Evaluation | None:
        return await asyncio.to_thread(self._desk.golden.evaluate)

    def _stage(self, by: str, progress: Progress) -> tuple[Staged, Comparison | None] | None:
        staged = self._desk.index.stage(progress, by=by)
        return (staged, self._desk.golden.compare(staged.generation.id)) if staged else None

    def _unchanged(self, turn: Turn) -> str:
        history, now = self._library.history(), self._library.generation()
        left = bool(history and now and history[0].id != now.id)
        return turn.texts("reindex_left" if left else "reindex_unchanged")


def _sure(id: str, keyboards: Keyboards) -> model.Keyboard:
    """Return the buttons of the second confirmation."""
    texts = keyboards.texts
    return (
        keyboards.one_of(texts("force_button"), Action.FORCE, id),
        (
            *keyboards.one_of(texts("preview_button"), Action.PREVIEW, id),
            *keyboards.one_of(texts("discard_button"), Action.DISCARD, id),
        ),
    )
