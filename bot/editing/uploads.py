"""Documents from editors' chats: received, read, shown, and added after confirmation."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from functools import partial

import httpx
from telegram import Bot, Document
from telegram.error import TelegramError

from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press, Turn
from bot.editing import album_messages, document_messages
from bot.editing.albums import Albums, Part
from bot.editing.quarantine import Kept, Quarantine
from bot.editing.status import StatusMessage
from bot.messages import model, notices
from bot.messages.buttons import Action
from bot.running.worker import Later
from bot.transport import reading
from bot.transport.files import download
from index import fetch
from index.desk.folder import Added
from index.desk.look import Look
from index.desk.names import placed
from index.desk.origins import Origin
from index.errors import CitebotError, DocumentError, FetchError
from index.fetch import Policy

__all__ = ["Uploading"]

_log = logging.getLogger(__name__)

# https://core.telegram.org/bots/api#getfile
_MOST = 20 * 1024 * 1024
_POLICY = Policy()
_NAME = "document"
# The most documents with the name or title of a file that get a button.
_NAMESAKES = 3
# An album says how far its reading is after each of so many files.
_TOLD = 3
# A folder, or a path with the name of a document.
_PLACE = re.compile(r"[^/\n:]{1,60}/(?:[^/\n:]{1,60}/)*(?:[^/\n:]{1,100}\.\w{2,8})?")


class Uploading:
    """Files, the command /add and their buttons; the router allows them to editors only.

    Files are read one after the other, in a confined process, and wait in the quarantine.
    """

    def __init__(self, means: Means, bot: Bot, quarantine: Quarantine, later: Later) -> None:
        self._desk = means.lookup.library.desk
        self._bot = bot
        self._quarantine = quarantine
        self._later = later
        self._one_by_one = asyncio.Lock()
        self._albums = Albums(later, self._album)

    def register(self, registry: Registry) -> None:
        """Register the command, its buttons, and files or a bare link from editors."""
        registry.command("add", lambda turn: self._address(turn, turn.given))
        registry.message(self._take, editors=True)
        pressed = Pressed(self._pressed, editors=True)
        registry.buttons(pressed, Action.ADD, Action.REPLACE, Action.CANCEL)

    async def _take(self, turn: Turn) -> bool:
        """Take a file or a link; the work is done after this returns."""
        if document := turn.message.document:
            if album := turn.message.media_group_id:
                self._albums.add(album, turn, document)
            else:
                await self._file(turn, document)
            return True
        if link := reading.link_alone(reading.said(turn.message).text):
            await self._address(turn, link)
            return True
        return False

    async def _file(self, turn: Turn, document: Document) -> None:
        """Read a file and offer to add it; return before that."""
        size = document.file_size or 0
        if size > _MOST:
            name = document.file_name or _NAME
            await turn.reply(document_messages.too_large(name, size, _MOST, turn.texts))
            return
        name = document.file_name or _NAME
        try:
            place = placed(name, _place(turn.message.caption))
        except CitebotError as error:
            reason = notices.reason(error, turn.texts)
            await turn.reply(turn.texts("desk_refused", reason=reason))
            return
        if not turn.asker.scope.allows(place):
            await turn.reply(turn.texts("upload_closed"))
            return
        self._later(self._receive(turn, document, place))

    async def _address(self, turn: Turn, url: str) -> None:
        """Fetch a document from the web and offer to add it; return before that."""
        if not url:
            await turn.reply(turn.texts("upload_wanted"))
            return
        self._later(self._fetch(turn, url))

    async def _pressed(self, press: Press) -> None:
        """Add the waiting file, or drop it, and report it in place of the offer."""
        texts, button = press.texts, press.button
        if button.action is Action.CANCEL:
            await asyncio.to_thread(self._quarantine.drop, button.payload)
            await press.edit(texts("cancelled"))
            return
        kept = await asyncio.to_thread(self._quarantine.get, button.payload)
        if kept is None:
            await press.edit(texts("upload_outdated"))
            return
        if kept.files:
            await self._add_all(press, kept)
            return
        try:
            added = await self._add(press, kept)
        except CitebotError as error:
            # the file goes on waiting, and so do its buttons
            await press.reply(texts("desk_refused", reason=notices.reason(error, texts)))
            return
        if added is None:
            await press.edit(texts("upload_closed"))
            return
        await press.edit(document_messages.added(added, press.keyboards))
        await asyncio.to_thread(self._quarantine.drop, kept.id)

    async def _add(self, press: Press, kept: Kept) -> Added | None:
        """Add a waiting file; None if the editor may not see its folder. CitebotError if it cannot
        be added.
        """
        if not press.asker.scope.allows(kept.name):
            return None
        replace = press.button.action is Action.REPLACE
        by = press.asker.by
        add = partial(
            self._desk.documents.add, kept.name, kept.data, by, replace=replace, at=kept.name
        )
        added: Added = await asyncio.to_thread(add)
        if kept.origin:
            try:
                await asyncio.to_thread(self._desk.web.record, added.id, kept.origin)
            except CitebotError as error:
                _log.warning("The address of %s is not stored: %s", added.id, error)
        return added

    async def _add_all(self, press: Press, album: Kept) -> None:
        """Add the files of an album; those that cannot be added go on waiting."""
        texts = press.texts
        done: list[str] = []
        failed: list[tuple[str, str]] = []
        for id in album.files:
            if (kept := await asyncio.to_thread(self._quarantine.get, id)) is None:
                continue
            try:
                added = await self._add(press, kept)
            except CitebotError as error:
                failed.append((kept.name, texts.reason(error)))
                continue
            if added is None:
                failed.append((kept.name, texts("upload_closed")))
                continue
            done.append(added.id)
            await asyncio.to_thread(self._quarantine.drop, id)
        if not failed:
            await asyncio.to_thread(self._quarantine.drop, album.id)
        await press.edit(album_messages.added(done, failed, press.keyboards))

    async def _album(self, parts: Sequence[Part]) -> None:
        """Read the files of an album one after the other and offer to add them all."""
        turn, _ = parts[0]
        texts, by = turn.texts, turn.asker.person
        caption = next((found for part, _ in parts if (found := _place(part.message.caption))), "")
        folder = caption if caption.endswith("/") else None
        status = StatusMessage(turn)
        looks: list[Look] = []
        kept: list[str] = []
        failed: list[tuple[str, str]] = []
        for number, (part, document) in enumerate(parts):
            done = album_messages.reading(number, len(parts), texts)
            if number % _TOLD == 0:
                await status.show(done)
            name = document.file_name or _NAME
            try:
                place = placed(name, folder or _place(part.message.caption))
                if not turn.asker.scope.allows(place):
                    failed.append((name, texts("upload_closed")))
                    continue
                async with self._one_by_one, turn.means.sender.typing(turn.message):
                    data = await self._download(document)
                    if data is None:
                        failed.append((name, texts("album_lost")))
                        continue
                    work = partial(self._desk.documents.look, name, data, place)
                    look = await status.during(work, done.text)
                kept.append(await asyncio.to_thread(self._quarantine.keep, place, data, by))
                looks.append(look)
            except CitebotError as error:
                failed.append((name, texts.reason(error)))
        id = await asyncio.to_thread(self._quarantine.keep_together, kept, by) if kept else ""
        await status.end(album_messages.offer(looks, failed, id, turn.keyboards))

    async def _download(self, document: Document) -> bytes | None:
        """Return the bytes of a file; None if Telegram does not give them."""
        if (document.file_size or 0) > _MOST:
            return None
        try:
            return await download(self._bot, document.file_id, _MOST)
        except (TelegramError, httpx.HTTPError) as error:
            # its text may contain the token
            _log.warning("A file could not be fetched (%s)", type(error).__name__)
            return None

    async def _receive(self, turn: Turn, document: Document, name: str) -> None:
        status = StatusMessage(turn)
        async with self._one_by_one, turn.means.sender.typing(turn.message):
            try:
                data = await download(self._bot, document.file_id, _MOST)
            except (TelegramError, httpx.HTTPError) as error:
                # its text may contain the token
                _log.warning("A file could not be fetched (%s)", type(error).__name__)
                words = model.Message(turn.texts("upload_lost", name=notices.named(name)))
            else:
                words = await self._offer(turn, status, name, data)
        await status.end(words)

    async def _fetch(self, turn: Turn, url: str) -> None:
        status = StatusMessage(turn)
        async with self._one_by_one, turn.means.sender.typing(turn.message):
            try:
                fetched = await asyncio.to_thread(fetch.fetch, url, _POLICY)
            except FetchError as error:
                refused = turn.texts("desk_refused", reason=notices.reason(error, turn.texts))
                words = model.Message(refused)
            else:
                name, origin = placed(fetched.name, None), Origin.of(fetched)
                words = await self._offer(turn, status, name, fetched.data, origin)
        await status.end(words)

    async def _offer(
        self,
        turn: Turn,
        status: StatusMessage,
        name: str,
        data: bytes | None,
        origin: Origin | None = None,
    ) -> model.Message:
        """Describe a file as a document, or say why it is not one."""
        texts = turn.texts
        if data is None:
            return document_messages.too_large(name, None, _MOST, texts)
        try:
            look = await status.during(partial(self._desk.documents.look, name, data, name))
            by = turn.asker.person
            id = await asyncio.to_thread(self._quarantine.keep, name, data, by, origin)
            others: list[tuple[str, str]] = []
            for other in look.namesakes:
                if other in look.duplicates or not turn.asker.scope.allows(other):
                    continue
                keep = partial(self._quarantine.keep, other, data, by, origin)
                others.append((other, await asyncio.to_thread(keep)))
                if len(others) == _NAMESAKES:
                    break
        except DocumentError as error:
            reason = notices.reason(error, texts)
            return model.Message(texts("upload_unread", name=notices.named(name), reason=reason))
        except CitebotError as error:
            return model.Message(texts("desk_refused", reason=notices.reason(error, texts)))
        return document_messages.offer(look, id, turn.keyboards, others)


def _place(caption: str | None) -> str | None:
    """Return the place that a caption names for a file; None if it says something else."""
    match = _PLACE.fullmatch((caption or "").strip())
    return match.group() if match else None
