"""Documents from editors' chats: received, read, shown, and added once they say so."""

from __future__ import annotations

import asyncio
import logging
import re
from functools import partial

import httpx
from telegram import Bot, Document, Message
from telegram.error import TelegramError

from bot.askers import Asker
from bot.asking.questions import Asking
from bot.editing import document_messages
from bot.editing.quarantine import Quarantine
from bot.messages import model, notices
from bot.messages.buttons import Action, Button
from bot.running.worker import Later
from bot.transport.sending import Sender
from index import fetch
from index.desk.folder import Added
from index.desk.names import placed
from index.errors import CitebotError, DocumentError, FetchError
from index.fetch import Policy
from index.library import Library

__all__ = ["Uploading"]

_log = logging.getLogger(__name__)

# https://core.telegram.org/bots/api#getfile
_MOST = 20 * 1024 * 1024
_PATIENCE = httpx.Timeout(30, connect=10)
_POLICY = Policy()
_NAME = "document"
# Of the documents with the name or title of a file, so many have a button.
_NAMESAKES = 3
# A folder, or a path with the name of a document.
_PLACE = re.compile(r"[^/\n:]{1,60}/(?:[^/\n:]{1,60}/)*(?:[^/\n:]{1,100}\.\w{2,8})?")


class Uploading:
    """Files, the command /add and their buttons; who may is decided before.

    Files are read one after the other, in a process of their own, and wait in the quarantine.
    """

    def __init__(
        self,
        library: Library,
        bot: Bot,
        sender: Sender,
        asking: Asking,
        quarantine: Quarantine,
        later: Later,
    ) -> None:
        self._desk = library.desk
        self._bot = bot
        self._sender = sender
        self._asking = asking
        self._quarantine = quarantine
        self._later = later
        self._turn = asyncio.Lock()

    async def file(self, message: Message, asker: Asker) -> None:
        """Read a file and offer to add it; this returns before."""
        document = message.document
        if document is None:
            return
        size = document.file_size or 0
        if size > _MOST:
            words = document_messages.too_large(
                document.file_name or _NAME, size, _MOST, asker.texts
            )
            await self._sender.reply(message, words)
            return
        name = document.file_name or _NAME
        try:
            place = placed(name, _place(message.caption))
        except CitebotError as error:
            refused = asker.texts("desk_refused", reason=notices.reason(error))
            await self._sender.reply(message, refused)
            return
        if not asker.scope.allows(place):
            await self._sender.reply(message, asker.texts("upload_closed"))
            return
        self._later(self._receive(message, asker, document, place))

    async def address(self, message: Message, asker: Asker, url: str) -> None:
        """Fetch a document from the web and offer to add it; this returns before."""
        if not url:
            await self._sender.reply(message, asker.texts("upload_wanted"))
            return
        self._later(self._fetch(message, asker, url))

    async def pressed(self, message: Message, button: Button, asker: Asker) -> None:
        """Add the file that waits, or drop it, and say so in the place of the offer."""
        texts = asker.texts
        if button.action is Action.CANCEL:
            await asyncio.to_thread(self._quarantine.drop, button.payload)
            await self._sender.edit(message, texts("cancelled"))
            return
        kept = await asyncio.to_thread(self._quarantine.get, button.payload)
        if kept is None:
            await self._sender.edit(message, texts("upload_outdated"))
            return
        if not asker.scope.allows(kept.name):
            await self._sender.edit(message, texts("upload_closed"))
            return
        replace = button.action is Action.REPLACE
        add = partial(self._desk.add, kept.name, kept.data, asker.by, replace=replace, at=kept.name)
        try:
            added: Added = await asyncio.to_thread(add)
        except CitebotError as error:
            # it waits on, and so do its buttons
            refused = texts("desk_refused", reason=notices.reason(error))
            await self._sender.reply(message, refused)
            return
        await self._sender.edit(
            message, document_messages.added(added, self._asking.keyboards(asker))
        )
        await asyncio.to_thread(self._quarantine.drop, kept.id)

    async def _receive(self, message: Message, asker: Asker, document: Document, name: str) -> None:
        async with self._turn, self._sender.typing(message):
            try:
                data = await self._download(document)
            except (TelegramError, httpx.HTTPError) as error:
                # its text may hold the token
                _log.warning("A file could not be fetched (%s)", type(error).__name__)
                words = model.Message(asker.texts("upload_lost", name=notices.named(name)))
            else:
                words = await self._offer(asker, name, data)
        await self._sender.reply(message, words)

    async def _fetch(self, message: Message, asker: Asker, url: str) -> None:
        async with self._turn, self._sender.typing(message):
            try:
                fetched = await asyncio.to_thread(fetch.fetch, url, _POLICY)
            except FetchError as error:
                refused = asker.texts("desk_refused", reason=notices.reason(error))
                words = model.Message(refused)
            else:
                words = await self._offer(asker, placed(fetched.name, None), fetched.data)
        await self._sender.reply(message, words)

    async def _offer(self, asker: Asker, name: str, data: bytes | None) -> model.Message:
        """What a file would be as a document, or why it is none."""
        texts = asker.texts
        if data is None:
            return document_messages.too_large(name, None, _MOST, texts)
        try:
            look = await asyncio.to_thread(self._desk.look, name, data, name)
            id = await asyncio.to_thread(self._quarantine.keep, name, data, asker.person)
            others: list[tuple[str, str]] = []
            for other in look.namesakes:
                if other in look.duplicates or not asker.scope.allows(other):
                    continue
                keep = partial(self._quarantine.keep, other, data, asker.person)
                others.append((other, await asyncio.to_thread(keep)))
                if len(others) == _NAMESAKES:
                    break
        except DocumentError as error:
            reason = notices.reason(error)
            return model.Message(texts("upload_unread", name=notices.named(name), reason=reason))
        except CitebotError as error:
            return model.Message(texts("desk_refused", reason=notices.reason(error)))
        return document_messages.offer(look, id, self._asking.keyboards(asker), others)

    async def _download(self, document: Document) -> bytes | None:
        """The bytes of a file; None where there are more than Telegram said, and than are taken."""
        file = await self._bot.get_file(document.file_id)
        data = bytearray()
        async with (
            httpx.AsyncClient(timeout=_PATIENCE) as client,
            client.stream("GET", file.file_path or "") as answer,
        ):
            answer.raise_for_status()
            async for part in answer.aiter_bytes():
                data += part
                if len(data) > _MOST:
                    return None
        return bytes(data)


def _place(caption: str | None) -> str | None:
    """Where a caption says that a file goes; None if it says something else."""
    match = _PLACE.fullmatch((caption or "").strip())
    return match.group() if match else None
