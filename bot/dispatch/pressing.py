"""Pass a pressed button to the feature that registered it, after the press is answered."""

from __future__ import annotations

from collections import Counter

from telegram import CallbackQuery, Message

from bot.dispatch.askers import Asker
from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press
from bot.running.worker import Later

__all__ = ["Pressing"]

# Presses of one person that may be in progress at once, and the seconds until there is room again.
_AT_ONCE, _SOON = 4, 5


class Pressing:
    """Reads buttons, and limits each person's presses."""

    def __init__(self, registry: Registry, means: Means) -> None:
        self._registry = registry
        self._means = means
        self._working = Counter[int]()

    async def pressed(self, query: CallbackQuery, asker: Asker, later: Later) -> None:
        """Answer the press; longer work goes to `later`."""
        answer, texts = self._means.sender.answer, asker.texts
        message = query.message
        if not isinstance(message, Message) or not message.is_accessible:
            await answer(query, texts("outdated_button"))
            return
        button = self._means.buttons.read(query.data or "", message.chat_id)
        if button is None:
            await answer(query, texts("outdated_button"))
            return
        if button.owner not in (None, query.from_user.id):
            await answer(query, texts("not_yours"))
            return
        wanted = self._registry.pressed(button.action)
        press = Press(message, asker, self._means, query=query, button=button, later=later)
        if (wanted.editors and not asker.editor) or not wanted.works(press):
            # no longer an editor, or a forwarded button: as if there were no button
            await answer(query, texts("outdated_button"))
        elif wanted.answers:
            await wanted.do(press)
        elif self._working[asker.person] >= _AT_ONCE:
            await answer(query, texts("busy", count=_SOON))
        else:
            await answer(query)
            later(self._counted(wanted, press))

    async def _counted(self, wanted: Pressed, press: Press) -> None:
        person = press.asker.person
        self._working[person] += 1
        try:
            await wanted.do(press)
        finally:
            self._working[person] -= 1
            if not self._working[person]:
                del self._working[person]
