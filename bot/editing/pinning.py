"""The command /gaps: open questions, the passages nearest to them, and pinning one."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence

from telegram import Message, MessageEntity

from bot.askers import Asker
from bot.asking.questions import Asking
from bot.editing import gap_messages
from bot.editing.gaps import Gaps, Open
from bot.journal import Journal
from bot.messages.buttons import Action, Button, Buttons
from bot.messages.keyboards import Keyboards
from bot.messages.model import MOST_UNITS, clip
from bot.running.worker import Worker
from bot.transport import addressing, forms
from bot.transport.sending import Sender
from index.errors import CitebotError
from index.library import MAX_QUESTION, Library
from index.types import Answer, Hit, Passage, Place, Query, Scope

__all__ = ["Pinning"]

_log = logging.getLogger(__name__)

_QUOTES = (MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE)


class Pinning:
    """/gaps and its buttons, for editors; who is one is decided before.

    Nothing is kept in the process: the messages themselves say which question they are about.
    """

    def __init__(
        self,
        library: Library,
        worker: Worker[Query, Answer],
        sender: Sender,
        journal: Journal,
        buttons: Buttons,
        asking: Asking,
    ) -> None:
        self._library = library
        self._worker = worker
        self._sender = sender
        self._buttons = buttons
        self._asking = asking
        self._gaps = Gaps(library, journal)

    async def show(self, message: Message, asker: Asker) -> None:
        """The first page of open questions, as a reply."""
        found = await self._asking.look(message, asker, lambda: self._worker.run(self._gaps.all))
        if found is not None:
            await self._sender.reply(message, gap_messages.listed(found, 0, self._keyboards(asker)))

    async def pressed(self, message: Message, button: Button, asker: Asker) -> None:
        """Do what a button says, in the place of what was there."""
        match button.action:
            case Action.GAPS:
                await self._list(message, int(button.payload), asker)
            case Action.GAP:
                id, _, first = button.payload.partition("_")
                await self._open(message, int(id), int(first), asker)
            case Action.PIN:
                await self._pin(message, button.payload, asker)
            case Action.OTHER_WORDS:
                await self._ask_for_words(message, int(button.payload), asker)
            case _:
                await self._close(message, int(button.payload), asker)

    def prompted(self, message: Message) -> int | None:
        """The gap for which a message brings other words: it replies to the bot's own prompt."""
        replied = message.reply_to_message
        if replied is None or not message.text or not addressing.is_by(replied, self._sender.me):
            return None
        for entity in replied.entities:
            address = re.fullmatch(re.escape(self._address("")) + r"(\d{1,18})", entity.url or "")
            if address and entity.offset == 0:
                return int(address[1])
        return None

    async def search(self, message: Message, asker: Asker, gap: int) -> None:
        """The passages for the words of a message, to be pinned to a gap."""
        words = (message.text or "")[:MAX_QUESTION]
        found = await self._asking.look(
            message, asker, lambda: self._worker.run(self._look, gap, words)
        )
        if found is None:
            return
        one, hits = found
        if one is None:
            await self._sender.reply(message, asker.texts("gap_gone"))
            return
        keyboards = self._keyboards(asker)
        shown = gap_messages.opened(one, 0, hits, keyboards, link=self._asking.link, words=words)
        await self._sender.reply(message, shown)

    async def _list(self, message: Message, first: int, asker: Asker) -> None:
        found = await self._asking.look(message, asker, lambda: self._worker.run(self._gaps.all))
        if found is not None:
            # the list may have become shorter since
            first = min(first, max(len(found) - 1, 0) // gap_messages.PAGE * gap_messages.PAGE)
            words = gap_messages.listed(found, first, self._keyboards(asker))
            await self._sender.edit(message, words)

    async def _open(self, message: Message, gap: int, first: int, asker: Asker) -> None:
        found = await self._asking.look(
            message, asker, lambda: self._worker.run(self._look, gap, None)
        )
        if found is None:
            return
        one, hits = found
        if one is None:
            await self._list(message, first, asker)
            return
        keyboards = self._keyboards(asker)
        shown = gap_messages.opened(one, first, hits, keyboards, link=self._asking.link)
        await self._sender.edit(message, shown)

    async def _pin(self, message: Message, key: str, asker: Asker) -> None:
        gap = self._gap_of(message)
        found = await self._asking.look(
            message, asker, lambda: self._worker.run(self._pair, gap, key, asker.scope)
        )
        if found is None:
            return
        one, place = found
        if one is None or place is None or place.changed:
            words = "gap_gone" if one is None else "gone"
            await self._sender.reply(message, asker.texts(words))
            return
        passage = place.passage
        text = _marked(message, passage)
        try:
            golden = await asyncio.to_thread(self._gaps.pin, one, passage, text, asker.by)
        except CitebotError as error:
            _log.error("A passage was not pinned: %s", error)
            reason = clip(str(error), MOST_UNITS // 2)
            await self._sender.reply(message, asker.texts("gap_not_pinned", reason=reason))
            return
        await self._sender.edit(
            message, gap_messages.pinned(golden, passage, self._keyboards(asker))
        )

    async def _ask_for_words(self, message: Message, gap: int, asker: Asker) -> None:
        question = next(iter(message.parse_entities([MessageEntity.ITALIC]).values()), "…")
        prompt = gap_messages.prompt(question, asker.texts, self._address(gap))
        await self._sender.reply(message, prompt)

    async def _close(self, message: Message, gap: int, asker: Asker) -> None:
        def close() -> bool:
            if one := self._gaps.find(gap):
                self._gaps.close(one)
            return True

        if await self._asking.look(message, asker, lambda: self._worker.run(close)):
            await self._list(message, 0, asker)

    def _look(self, gap: int, words: str | None) -> tuple[Open | None, Sequence[Hit]]:
        one = self._gaps.find(gap)
        return one, self._gaps.best(words or one.group.question) if one else ()

    def _pair(self, gap: int, key: str, scope: Scope) -> tuple[Open | None, Place | None]:
        return self._gaps.find(gap), self._library.place(key, scope)

    def _gap_of(self, message: Message) -> int:
        """The gap that a message is about, from the button that closes it; 0 for none."""
        for row in forms.buttons(message):
            for shown in row:
                read = self._buttons.read(shown.data or "", message.chat_id)
                if read and read.action is Action.NOT_OURS:
                    return int(read.payload)
        return 0

    def _keyboards(self, asker: Asker) -> Keyboards:
        return self._asking.keyboards(asker)

    def _address(self, gap: object) -> str:
        return f"https://t.me/{self._sender.me.username}?start=gap_{gap}"


def _marked(message: Message, passage: Passage) -> str:
    """The marked sentences of a passage as an editor saw them; all of it where none are.

    Found again, they might be others: the index may be another since.
    """
    quotes = message.parse_entities(list(_QUOTES))
    for quote, text in quotes.items():
        if text not in passage.text:
            continue
        end = quote.offset + quote.length
        bold = [
            entity
            for entity in message.parse_entities([MessageEntity.BOLD])
            if quote.offset <= entity.offset < end
        ]
        if bold:
            first, last = bold[0], bold[-1]
            reach = last.offset + last.length - first.offset
            whole = MessageEntity(MessageEntity.BOLD, first.offset, reach)
            return message.parse_entity(whole)
    return passage.text
