"""What people decide for themselves: the bot's language, and what it keeps of them."""

from __future__ import annotations

import asyncio

from telegram import Message

from bot import messages
from bot.askers import Asker
from bot.asking import Asking
from bot.callbacks import Action, Button
from bot.journal import Journal
from bot.sending import Sender
from bot.texts import languages, texts_for

__all__ = ["Personal"]


class Personal:
    """The commands /lang, /privacy and /forget with their buttons."""

    def __init__(self, sender: Sender, journal: Journal, asking: Asking, *, keeps: bool) -> None:
        """`keeps` where the text of questions is kept."""
        self._sender = sender
        self._journal = journal
        self._asking = asking
        self._keeps = keeps

    async def language(self, message: Message, asker: Asker) -> None:
        """Offer the languages there are words in."""
        keyboards = self._asking.keyboards(asker)
        rows = tuple(
            keyboards.one_of(texts_for(code)("language"), Action.LANGUAGE, code)
            for code in languages()
        )
        auto = keyboards.one_of(asker.texts("lang_auto"), Action.LANGUAGE, "auto")
        words = messages.Message(asker.texts("lang_choose"), keyboard=(*rows, auto))
        await self._sender.reply(message, words)

    async def privacy(self, message: Message, asker: Asker) -> None:
        """What is kept, and for how long."""
        texts = asker.texts
        kept = texts("privacy_text" if self._keeps else "privacy_no_text")
        await self._sender.reply(message, texts("privacy", text=kept).strip())

    async def forget(self, message: Message, asker: Asker) -> None:
        """Ask whether all that is kept of the person shall go."""
        keyboard = self._asking.keyboards(asker).one("forget_button", Action.FORGET)
        words = messages.Message(asker.texts("forget_confirm"), keyboard=keyboard)
        await self._sender.reply(message, words)

    async def pressed(self, message: Message, button: Button, asker: Asker) -> None:
        """Do what was chosen, and say so in the place of the choice."""
        if button.action is Action.FORGET:
            forgotten = await asyncio.to_thread(self._journal.forget, asker.person)
            texts = asker.texts
            words = texts("forgotten", count=forgotten) if forgotten else texts("forget_nothing")
        else:
            code = button.payload if button.payload in languages() else None
            self._journal.set_language(asker.person, code)
            texts = texts_for(code) if code else asker.texts
            words = texts("lang_set" if code else "lang_follows")
        await self._sender.edit(message, messages.Message(words))
