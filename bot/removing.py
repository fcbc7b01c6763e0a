"""Documents that editors take away from their chat, and bring back from the trash."""

from __future__ import annotations

import asyncio

from telegram import Message

from bot import messages, notices, offers
from bot.askers import Asker
from bot.asking import Asking
from bot.callbacks import Action, Button
from bot.sending import Sender
from index.errors import CitebotError, StoreError
from index.library import Library
from index.search.keys import document_key

__all__ = ["Removing"]


class Removing:
    """The command /remove with its buttons; who may is decided before."""

    def __init__(self, library: Library, sender: Sender, asking: Asking) -> None:
        self._library = library
        self._desk = library.desk
        self._sender = sender
        self._asking = asking

    async def show(self, message: Message, asker: Asker) -> None:
        """The first page of the documents to choose from."""
        try:
            words = await self._page(asker, 0)
        except CitebotError as error:
            words = messages.Message(asker.texts("desk_refused", reason=notices.reason(error)))
        await self._sender.reply(message, words)

    async def pressed(self, message: Message, button: Button, asker: Asker) -> None:
        """Do what the button says, and say so in the place of its message."""
        try:
            words = await self._act(button, asker)
        except CitebotError as error:
            words = messages.Message(asker.texts("desk_refused", reason=notices.reason(error)))
        if not await self._sender.edit(message, words):
            await self._sender.reply(message, words)

    async def _act(self, button: Button, asker: Asker) -> messages.Message:
        keyboards, payload = self._asking.keyboards(asker), button.payload
        match button.action:
            case Action.REMOVABLE:
                return await self._page(asker, int(payload))
            case Action.TRASH:
                trash = await asyncio.to_thread(self._desk.trash)
                return offers.trash(trash, int(payload), keyboards)
            case Action.RESTORE:
                restored = await asyncio.to_thread(self._desk.restore, payload, asker.by)
                return offers.restored(restored, keyboards)
        documents = await asyncio.to_thread(self._documents)
        found = next((pair for pair in documents if document_key(pair[0]) == payload), None)
        if found is None:
            for trashed in await asyncio.to_thread(self._desk.trash):
                if button.action is Action.REMOVE and document_key(trashed.id) == payload:
                    return offers.removed(trashed, keyboards)
            return messages.Message(asker.texts("remove_gone"))
        id, title = found
        if button.action is Action.CHOOSE:
            return offers.sure(id, title, keyboards)
        trashed = await asyncio.to_thread(self._desk.remove, id, asker.by)
        return offers.removed(trashed, keyboards)

    async def _page(self, asker: Asker, first: int) -> messages.Message:
        documents = await asyncio.to_thread(self._documents)
        trash = await asyncio.to_thread(self._desk.trash)
        keyboards = self._asking.keyboards(asker)
        return offers.removable(documents, first, keyboards, trash=bool(trash))

    def _documents(self) -> list[tuple[str, str]]:
        """Each document's id and its title, where an index has that."""
        try:
            titles = {source.id: source.title for source, _ in self._library.sources()}
        except StoreError:
            titles = {}
        return [(id, titles.get(id, id)) for id in self._desk.documents()]
