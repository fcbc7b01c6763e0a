"""The command /gaps: open questions, the passages nearest to them, and pinning one."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence

from telegram import Message, MessageEntity

from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press, Turn
from bot.editing import gap_messages
from bot.editing.gaps import Gaps, Open
from bot.messages import notices
from bot.messages.buttons import Action
from bot.transport import addressing, forms
from index.errors import CitebotError
from index.library import MAX_QUESTION
from index.types import Hit, Passage, Place, Scope

__all__ = ["Pinning"]

_log = logging.getLogger(__name__)

_QUOTES = (MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE)


class Pinning:
    """/gaps and its buttons, for editors; the router allows it to editors only.

    Nothing is kept in the process: the messages themselves say which question they are about.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._gaps = Gaps(means.lookup.library, means.journal)

    def register(self, registry: Registry) -> None:
        """Register the command, its buttons, and replies with other words."""
        registry.command("gaps", self._show)
        registry.message(self._take, editors=True)
        registry.buttons(
            Pressed(self._pressed, editors=True),
            Action.GAPS,
            Action.GAP,
            Action.PIN,
            Action.OTHER_WORDS,
            Action.NOT_OURS,
        )

    async def _show(self, turn: Turn) -> None:
        """Reply with the first page of open questions."""
        found = await turn.look(lambda: turn.lookup.worker.run(self._gaps.all))
        if found is not None:
            await turn.reply(gap_messages.listed(found, 0, turn.keyboards))

    async def _pressed(self, press: Press) -> None:
        """Do what a button says, in place of the message."""
        payload = press.button.payload
        match press.button.action:
            case Action.GAPS:
                await self._list(press, int(payload))
            case Action.GAP:
                id, _, first = payload.partition("_")
                await self._open(press, int(id), int(first))
            case Action.PIN:
                await self._pin(press, payload)
            case Action.OTHER_WORDS:
                await self._ask_for_words(press, int(payload))
            case _:
                await self._close(press, int(payload))

    async def _take(self, turn: Turn) -> bool:
        """Take other words for a gap: they reply to the bot's own prompt."""
        gap = self._prompted(turn.message)
        if gap:
            await self._search(turn, gap)
        return bool(gap)

    def _prompted(self, message: Message) -> int | None:
        """Return the gap for which a message has other words, as a reply to the bot's own
        prompt.
        """
        replied = message.reply_to_message
        me = self._means.sender.me
        if replied is None or not message.text or not addressing.is_by(replied, me):
            return None
        for entity in replied.entities:
            address = re.fullmatch(re.escape(self._address("")) + r"(\d{1,18})", entity.url or "")
            if address and entity.offset == 0:
                return int(address[1])
        return None

    async def _search(self, turn: Turn, gap: int) -> None:
        """Show the passages for the words of a message, to pin one to a gap."""
        words = (turn.message.text or "")[:MAX_QUESTION]
        found = await turn.look(lambda: turn.lookup.worker.run(self._look, gap, words))
        if found is None:
            return
        one, hits = found
        if one is None:
            await turn.reply(turn.texts("gap_gone"))
            return
        link = self._means.link
        await turn.reply(gap_messages.opened(one, 0, hits, turn.keyboards, link=link, words=words))

    async def _list(self, turn: Turn, first: int) -> None:
        found = await turn.look(lambda: turn.lookup.worker.run(self._gaps.all))
        if found is not None:
            # the list may have become shorter since
            first = min(first, max(len(found) - 1, 0) // gap_messages.PAGE * gap_messages.PAGE)
            await turn.edit(gap_messages.listed(found, first, turn.keyboards))

    async def _open(self, turn: Turn, gap: int, first: int) -> None:
        found = await turn.look(lambda: turn.lookup.worker.run(self._look, gap, None))
        if found is None:
            return
        one, hits = found
        if one is None:
            await self._list(turn, first)
            return
        link = self._means.link
        await turn.edit(gap_messages.opened(one, first, hits, turn.keyboards, link=link))

    async def _pin(self, turn: Turn, key: str) -> None:
        gap, scope = self._gap_of(turn.message), turn.asker.scope
        found = await turn.look(lambda: turn.lookup.worker.run(self._pair, gap, key, scope))
        if found is None:
            return
        one, place = found
        if one is None or place is None or place.changed:
            await turn.reply(turn.texts("gap_gone" if one is None else "gone"))
            return
        passage = place.passage
        text = _marked(turn.message, passage)
        try:
            golden = await asyncio.to_thread(self._gaps.pin, one, passage, text, turn.asker.by)
        except CitebotError as error:
            _log.error("A passage was not pinned: %s", error)
            reason = notices.reason(error, turn.texts)
            await turn.reply(turn.texts("gap_not_pinned", reason=reason))
            return
        await turn.edit(gap_messages.pinned(golden, passage, turn.keyboards))

    async def _ask_for_words(self, turn: Turn, gap: int) -> None:
        italic = turn.message.parse_entities([MessageEntity.ITALIC])
        question = next(iter(italic.values()), "…")
        await turn.reply(gap_messages.prompt(gap, question, turn.keyboards, self._address(gap)))

    async def _close(self, turn: Turn, gap: int) -> None:
        def close() -> bool:
            if one := self._gaps.find(gap):
                self._gaps.close(one)
            return True

        if await turn.look(lambda: turn.lookup.worker.run(close)):
            await self._list(turn, 0)

    def _look(self, gap: int, words: str | None) -> tuple[Open | None, Sequence[Hit]]:
        one = self._gaps.find(gap)
        return one, self._gaps.best(words or one.group.question) if one else ()

    def _pair(self, gap: int, key: str, scope: Scope) -> tuple[Open | None, Place | None]:
        return self._gaps.find(gap), self._means.lookup.library.place(key, scope)

    def _gap_of(self, message: Message) -> int:
        """Return the gap that a message is about, from the button that closes it; 0 for none."""
        for row in forms.buttons(message):
            for shown in row:
                read = self._means.buttons.read(shown.data or "", message.chat_id)
                if read and read.action is Action.NOT_OURS:
                    return int(read.payload)
        return 0

    def _address(self, gap: object) -> str:
        return f"https://t.me/{self._means.sender.me.username}?start=gap_{gap}"


def _marked(message: Message, passage: Passage) -> str:
    """Return the marked sentences of a passage as an editor saw them; all of it if none are.

    Another search might mark others: the index may have changed since.
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
