"""Documents from editors' chats: received, read, shown, and added once they say so."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

import httpx
from telegram import Bot, Document, Message
from telegram.error import TelegramError

from bot import messages, notices, offers
from bot.askers import Asker
from bot.asking import Asking
from bot.callbacks import Action, Button
from bot.quarantine import Quarantine
from bot.sending import Sender
from bot.worker import Later
from index import fetch, intake
from index.desk.folder import Added
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
            words = offers.too_large(document.file_name or _NAME, size, _MOST, asker.texts)
            await self._sender.reply(message, words)
            return
        self._later(self._receive(message, asker, document))

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
        replace = button.action is Action.REPLACE
        add = partial(self._desk.add, kept.name, kept.data, asker.by, replace=replace)
        try:
            added: Added = await asyncio.to_thread(add)
        except CitebotError as error:
            # it waits on, and so do its buttons
            refused = texts("desk_refused", reason=notices.reason(error))
            await self._sender.reply(message, refused)
            return
        await self._sender.edit(message, offers.added(added, self._asking.keyboards(asker)))
        await asyncio.to_thread(self._quarantine.drop, kept.id)

    async def _receive(self, message: Message, asker: Asker, document: Document) -> None:
        name = document.file_name or _NAME
        async with self._turn, self._sender.typing(message):
            try:
                data = await self._download(document)
            except (TelegramError, httpx.HTTPError) as error:
                # its text may hold the token
                _log.warning("A file could not be fetched (%s)", type(error).__name__)
                words = messages.Message(asker.texts("upload_lost", name=notices.named(name)))
            else:
                words = await self._offer(asker, name, data)
        await self._sender.reply(message, words)

    async def _fetch(self, message: Message, asker: Asker, url: str) -> None:
        async with self._turn, self._sender.typing(message):
            try:
                fetched = await asyncio.to_thread(fetch.fetch, url, _POLICY)
            except FetchError as error:
                refused = asker.texts("desk_refused", reason=notices.reason(error))
                words = messages.Message(refused)
            else:
                words = await self._offer(asker, fetched.name, fetched.data)
        await self._sender.reply(message, words)

    async def _offer(self, asker: Asker, name: str, data: bytes | None) -> messages.Message:
        """What a file would be as a document, or why it is none."""
        texts = asker.texts
        if data is None:
            return offers.too_large(name, None, _MOST, texts)
        try:
            document = await asyncio.to_thread(intake.check, name, data)
            look = await asyncio.to_thread(self._desk.look, name, data)
            id = await asyncio.to_thread(self._quarantine.keep, name, data, asker.person)
        except DocumentError as error:
            reason = notices.reason(error)
            return messages.Message(texts("upload_unread", name=notices.named(name), reason=reason))
        except CitebotError as error:
            return messages.Message(texts("desk_refused", reason=notices.reason(error)))
        return offers.offer(look, document.blank_pages, id, self._asking.keyboards(asker))

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
