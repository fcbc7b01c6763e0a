"""What people decide for themselves: the bot's language, and what it keeps of them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict

from telegram import Message

from bot.askers import Asker
from bot.asking.questions import Asking
from bot.journal import DAYS, TEXT_DAYS, Journal
from bot.messages import model
from bot.messages.buttons import Action, Button
from bot.messages.texts import languages, texts_for
from bot.transport.sending import Sender
from index.errors import StoreError

__all__ = ["Personal"]

_log = logging.getLogger(__name__)

_REMEMBERED = 1_000  # messages whose button was pressed


class Personal:
    """The commands /lang, /privacy and /forget with their buttons."""

    def __init__(self, sender: Sender, journal: Journal, asking: Asking, *, keeps: bool) -> None:
        """`keeps` where the text of questions is kept."""
        self._sender = sender
        self._journal = journal
        self._asking = asking
        self._keeps = keeps
        self._pressed: OrderedDict[tuple[int, int], None] = OrderedDict()

    async def language(self, message: Message, asker: Asker) -> None:
        """Offer the languages there are words in."""
        keyboards = self._asking.keyboards(asker)
        rows = tuple(
            keyboards.one_of(texts_for(code)("language"), Action.LANGUAGE, code)
            for code in languages()
        )
        auto = keyboards.one_of(asker.texts("lang_auto"), Action.LANGUAGE, "auto")
        words = model.Message(asker.texts("lang_choose"), keyboard=(*rows, auto))
        await self._sender.reply(message, words)

    async def privacy(self, message: Message, asker: Asker) -> None:
        """What is kept, and for how long."""
        texts = asker.texts
        kept = texts("privacy_on", count=TEXT_DAYS) if self._keeps else texts("privacy_off")
        await self._sender.reply(message, texts("privacy", questions=kept, days=DAYS).strip())

    async def forget(self, message: Message, asker: Asker) -> None:
        """Ask whether all that is kept of the person shall go."""
        keyboard = self._asking.keyboards(asker).one("forget_button", Action.FORGET)
        words = model.Message(asker.texts("forget_confirm"), keyboard=keyboard)
        await self._sender.reply(message, words)

    async def pressed(self, message: Message, button: Button, asker: Asker) -> None:
        """Do what was chosen, and say so in the place of the choice."""
        try:
            if button.action is Action.FORGET:
                if not self._is_first((message.chat_id, message.message_id)):
                    await self._sender.edit(message, asker.texts("outdated_button"))
                    return
                words = await self._forget(asker)
            else:
                words = await asyncio.to_thread(self._speak, button.payload, asker)
        except StoreError as error:
            _log.error("A person's choice could not be kept: %s", error)
            failed = "forget_failed" if button.action is Action.FORGET else "not_kept"
            words = asker.texts(failed)
        await self._sender.edit(message, words)

    def _is_first(self, message: tuple[int, int]) -> bool:
        """Whether this is the first press of a message's button: it works once."""
        first = message not in self._pressed
        self._pressed[message] = None
        if len(self._pressed) > _REMEMBERED:
            self._pressed.popitem(last=False)
        return first

    async def _forget(self, asker: Asker) -> str:
        self._asking.conversations.forget(asker.person)
        self._asking.postponed.forget(asker.person)
        forgotten = await asyncio.to_thread(self._journal.forget, asker.person)
        if not forgotten.total:
            return asker.texts("forget_nothing")
        return asker.texts("forgotten", count=forgotten.total)

    def _speak(self, code: str, asker: Asker) -> str:
        if code in languages():
            self._journal.set_language(asker.person, code)
            return texts_for(code)("lang_set")
        self._journal.set_language(asker.person, None)
        return asker.texts("lang_follows")
