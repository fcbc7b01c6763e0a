"""Personal settings: the bot's language, and the data it stores about a person."""

from __future__ import annotations

import asyncio
import logging

from bot.asking.questions import Asking
from bot.dispatch.askers import Asker
from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press, Turn
from bot.journal import DAYS, TEXT_DAYS
from bot.messages import model
from bot.messages.buttons import Action
from bot.messages.texts import languages, texts_for
from bot.running.recent import Recent
from bot.transport import whispers
from index.errors import StoreError

__all__ = ["Personal"]

_log = logging.getLogger(__name__)

_REMEMBERED = 1_000  # messages whose button was pressed


class Personal:
    """The commands /lang, /privacy and /forget with their buttons."""

    def __init__(self, means: Means, asking: Asking, *, keeps: bool) -> None:
        """`keeps` is True if the text of questions is stored."""
        self._journal = means.journal
        self._asking = asking
        self._keeps = keeps
        self._pressed_before = Recent[tuple[int, int], bool](_REMEMBERED)

    def register(self, registry: Registry) -> None:
        """Register the commands and their buttons."""
        registry.command("lang", self._language)
        registry.command("privacy", self._privacy)
        registry.command("forget", self._ask_to_forget)
        registry.buttons(Pressed(self._pressed), Action.LANGUAGE, Action.FORGET)

    async def _language(self, turn: Turn) -> None:
        """Offer the languages that have words."""
        keyboards = turn.keyboards
        rows = tuple(
            keyboards.one_of(texts_for(code)("language"), Action.LANGUAGE, code)
            for code in languages()
        )
        auto = keyboards.one_of(turn.texts("lang_auto"), Action.LANGUAGE, "auto")
        words = model.Message(turn.texts("lang_choose"), keyboard=(*rows, auto))
        await turn.reply(words, alone=True)

    async def _privacy(self, turn: Turn) -> None:
        """Say what is stored, and for how long."""
        texts = turn.texts
        kept = texts("privacy_on", count=TEXT_DAYS) if self._keeps else texts("privacy_off")
        await turn.reply(texts("privacy", questions=kept, days=DAYS).strip(), alone=True)

    async def _ask_to_forget(self, turn: Turn) -> None:
        """Ask whether to delete everything stored about the person."""
        keyboard = turn.keyboards.one("forget_button", Action.FORGET)
        words = model.Message(turn.texts("forget_confirm"), keyboard=keyboard)
        await turn.reply(words, alone=True)

    async def _pressed(self, press: Press) -> None:
        """Do what was chosen, and say so in place of the choice."""
        message, asker, button = press.message, press.asker, press.button
        try:
            if button.action is Action.FORGET:
                if not self._is_first((message.chat_id, whispers.number(message))):
                    await press.edit(press.texts("outdated_button"))
                    return
                words = await self._forget(asker)
            else:
                words = await asyncio.to_thread(self._speak, button.payload, asker)
        except StoreError as error:
            _log.error("A person's choice could not be kept: %s", error)
            failed = "forget_failed" if button.action is Action.FORGET else "not_kept"
            words = press.texts(failed)
        await press.edit(words)

    def _is_first(self, message: tuple[int, int]) -> bool:
        """Return True at the first press of a message's button, which works once."""
        first = not self._pressed_before.get(message)
        self._pressed_before.put(message, True)
        return first

    async def _forget(self, asker: Asker) -> str:
        self._asking.forget(asker.person)
        forgotten = await asyncio.to_thread(self._journal.forget, asker.person)
        if not forgotten.total:
            return asker.texts("forget_nothing")
        return asker.texts("forgotten", count=forgotten.total)

    def _speak(self, code: str, asker: Asker) -> str:
        if code in languages():
            self._journal.people.set_language(asker.person, code)
            return texts_for(code)("lang_set")
        self._journal.people.set_language(asker.person, None)
        return asker.texts("lang_follows")
