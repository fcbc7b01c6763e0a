"""Documents that editors remove from their chat, and restore from the trash."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press, Turn
from bot.editing import document_messages
from bot.messages import model, notices
from bot.messages.buttons import Action
from index.errors import CitebotError, StoreError
from index.search.keys import document_key

__all__ = ["Removing"]


class Removing:
    """The command /remove with its buttons; the router allows it to editors only."""

    def __init__(self, means: Means) -> None:
        self._library = means.lookup.library
        self._desk = self._library.desk

    def register(self, registry: Registry) -> None:
        """Register the command and its buttons, for editors."""
        registry.command("remove", self._show)
        registry.buttons(
            Pressed(self._pressed, editors=True),
            Action.REMOVABLE,
            Action.CHOOSE,
            Action.REMOVE,
            Action.TRASH,
            Action.RESTORE,
            Action.RESTORE_EARLIER,
        )

    async def _show(self, turn: Turn) -> None:
        """Show the documents whose name or title has the words after the command, else the first
        page of all.
        """
        try:
            words = await self._found(turn) or await self._page(turn, 0)
        except CitebotError as error:
            words = model.Message(
                turn.texts("desk_refused", reason=notices.reason(error, turn.texts))
            )
        await turn.reply(words)

    async def _pressed(self, turn: Press) -> None:
        """Do what the button says, and report it in place of its message."""
        try:
            words = await self._act(turn)
        except CitebotError as error:
            words = model.Message(
                turn.texts("desk_refused", reason=notices.reason(error, turn.texts))
            )
        if not await turn.edit(words):
            await turn.reply(words)

    async def _act(self, turn: Press) -> model.Message:
        keyboards, button, by = turn.keyboards, turn.button, turn.asker.by
        payload = button.payload
        match button.action:
            case Action.REMOVABLE:
                return await self._page(turn, int(payload))
            case Action.TRASH:
                trash = await asyncio.to_thread(self._desk.documents.trash)
                return document_messages.trash(trash, int(payload), keyboards)
            case Action.RESTORE | Action.RESTORE_EARLIER:
                # what replaced the earlier version gives way to it
                replace = button.action is Action.RESTORE_EARLIER
                restore = partial(self._desk.documents.restore, payload, by, replace=replace)
                restored = await asyncio.to_thread(restore)
                return document_messages.restored(restored, keyboards)
        documents = await asyncio.to_thread(self._documents)
        found = next((pair for pair in documents if document_key(pair[0]) == payload), None)
        if found is None:
            for trashed in await asyncio.to_thread(self._desk.documents.trash):
                if button.action is Action.REMOVE and document_key(trashed.id) == payload:
                    return document_messages.removed(trashed, keyboards)
            return model.Message(turn.texts("remove_gone"))
        id, title = found
        if button.action is Action.CHOOSE:
            return document_messages.sure(id, title, keyboards)
        trashed = await asyncio.to_thread(self._desk.documents.remove, id, by)
        return document_messages.removed(trashed, keyboards)

    async def _found(self, turn: Turn) -> model.Message | None:
        """Ask about the one document that the words name, or show a few; None for none or many."""
        wanted = turn.given.strip().casefold()
        documents = await asyncio.to_thread(self._documents) if wanted else []
        found = [pair for pair in documents if any(wanted in name.casefold() for name in pair)]
        exact = [pair for pair in found if wanted in (name.casefold() for name in pair)]
        if len(exact or found) == 1:
            return document_messages.sure(*(exact or found)[0], turn.keyboards)
        few = 1 < len(found) <= document_messages.PAGE
        return document_messages.removable(found, 0, turn.keyboards, trash=False) if few else None

    async def _page(self, turn: Turn, first: int) -> model.Message:
        documents = await asyncio.to_thread(self._documents)
        trash = await asyncio.to_thread(self._desk.documents.trash)
        return document_messages.removable(documents, first, turn.keyboards, trash=bool(trash))

    def _documents(self) -> list[tuple[str, str]]:
        """Return each document's id and its title, if an index has that."""
        try:
            titles = {source.id: source.title for source, _ in self._library.sources()}
        except StoreError:
            titles = {}
        return [(id, titles.get(id, id)) for id in self._desk.documents.ids()]
