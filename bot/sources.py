"""What the bot answers from: the list of documents, and the documents themselves on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from telegram import Message

from bot import messages, notices
from bot.access import Access
from bot.askers import Asker
from bot.asking import Asking
from bot.callbacks import Action, Button
from bot.sending import Sender
from bot.worker import Worker
from index.errors import NoIndexError
from index.library import Library
from index.search.keys import document_key
from index.types import Answer, Generation, Query, Scope, Source

__all__ = ["Documents", "Sources"]

Documents = Sequence[tuple[Source, int]]


class Sources:
    """The command /sources and its buttons."""

    def __init__(
        self,
        library: Library,
        worker: Worker[Query, Answer],
        sender: Sender,
        asking: Asking,
        access: Access,
    ) -> None:
        self._library = library
        self._worker = worker
        self._sender = sender
        self._asking = asking
        self._access = access

    async def show(self, message: Message, asker: Asker) -> None:
        """The first page, as a reply."""
        if words := await self._page(message, asker, 0):
            await self._sender.reply(message, words)

    async def pressed(self, message: Message, button: Button, asker: Asker) -> None:
        """Another page in the place of this one, or a file."""
        if button.action is Action.FILE:
            await self._file(message, button.payload, asker)
        elif words := await self._page(message, asker, int(button.payload)):
            await self._sender.edit(message, words)

    async def _page(self, message: Message, asker: Asker, first: int) -> messages.Message | None:
        found = await self._asking.look(
            message, asker, lambda: self._worker.run(self._there, asker.scope)
        )
        if found is None:
            return None
        documents, generation, failed = found
        # the list may have become shorter since
        first = min(first, max(len(documents) - 1, 0) // notices.PAGE * notices.PAGE)
        shown = failed if asker.editor else ()
        words = notices.sources(documents, first, generation, shown, asker.texts)
        keyboard = self._asking.keyboards(asker).sources(
            documents, first, notices.PAGE, files=self._access.share_files
        )
        return replace(words, keyboard=keyboard)

    async def _file(self, message: Message, key: str, asker: Asker) -> None:
        """Send a document's file, where files are shared and this one may be seen."""
        documents = await self._asking.look(
            message, asker, lambda: self._worker.run(self._library.sources, asker.scope)
        )
        if documents is None:
            return
        ids = [source.id for source, _ in documents if document_key(source.id) == key]
        if not ids or not self._access.share_files:
            await self._sender.reply(message, asker.texts("gone"))
            return
        file = self._library.original(ids[0])
        try:
            await self._sender.document(message, file)
        except OSError:
            await self._sender.reply(message, asker.texts("gone"))

    def _there(self, scope: Scope) -> tuple[Documents, Generation, Sequence[tuple[str, str]]]:
        documents, failed = self._library.sources(scope), self._library.failed()
        generation = self._library.generation()
        if generation is None:
            raise NoIndexError("the index was there a moment ago, and cannot be opened now")
        return documents, generation, failed
