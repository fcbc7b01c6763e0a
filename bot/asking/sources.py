"""The list of documents that the bot answers from, and the documents themselves on request."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from bot.access import Access
from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press, Turn
from bot.messages import model, notices
from bot.messages.buttons import Action
from index.errors import DocumentError, NoIndexError
from index.search.keys import document_key
from index.types import Generation, Scope, Source

__all__ = ["Documents", "Sources"]

Documents = Sequence[tuple[Source, int]]


class Sources:
    """The command /sources and its buttons."""

    def __init__(self, means: Means, access: Access) -> None:
        self._means = means
        self._library = means.lookup.library
        self._access = access

    def register(self, registry: Registry) -> None:
        """Register the command, and the buttons that turn its pages and send files."""
        registry.command("sources", self._show)
        registry.buttons(Pressed(self._pressed), Action.SOURCES, Action.FILE)

    async def _show(self, turn: Turn) -> None:
        """Reply with the first page."""
        if words := await self._page(turn, 0):
            await turn.reply(words)

    async def _pressed(self, press: Press) -> None:
        """Show another page in place of this one, or send a file."""
        if press.button.action is Action.FILE:
            await self._file(press, press.button.payload)
        elif words := await self._page(press, int(press.button.payload)):
            await press.edit(words)

    async def _page(self, turn: Turn, first: int) -> model.Message | None:
        found = await turn.look(lambda: turn.lookup.worker.run(self._there, turn.asker.scope))
        if found is None:
            return None
        documents, generation, failed = found
        # the list may have become shorter since
        first = min(first, max(len(documents) - 1, 0) // notices.PAGE * notices.PAGE)
        shown = failed if turn.asker.editor else ()
        gone = await asyncio.to_thread(self._library.desk.web.gone)
        words = notices.sources(documents, first, generation, shown, turn.texts, gone)
        keyboard = turn.keyboards.sources(
            documents, first, notices.PAGE, files=self._access.share_files
        )
        return replace(words, keyboard=keyboard)

    async def _file(self, turn: Turn, key: str) -> None:
        """Send a document's file, if files are shared and this one may be seen."""
        documents = await turn.look(
            lambda: turn.lookup.worker.run(self._library.sources, turn.asker.scope)
        )
        if documents is None:
            return
        ids = [source.id for source, _ in documents if document_key(source.id) == key]
        if not ids or not self._access.share_files:
            await turn.reply(turn.texts("gone"))
            return
        try:
            content = await asyncio.to_thread(self._library.file, ids[0])
        except DocumentError:
            await turn.reply(turn.texts("gone"))
            return
        await self._means.sender.document(turn.message, content, PurePosixPath(ids[0]).name)

    def _there(self, scope: Scope) -> tuple[Documents, Generation, Sequence[tuple[str, str]]]:
        documents, failed = self._library.sources(scope), self._library.failed()
        generation = self._library.generation()
        if generation is None:
            raise NoIndexError(
                "the index was there a moment ago but cannot be opened now", "index_lost"
            )
        return documents, generation, failed
