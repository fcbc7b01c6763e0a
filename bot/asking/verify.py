"""The command /verify: is this really in the documents?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.asking.admission import admission
from bot.asking.questions import Asking
from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press, Turn
from bot.messages import verdicts
from bot.messages.buttons import Action
from bot.running.limits import Limits
from bot.transport import addressing, reading
from index.search.verdict import Verdict

__all__ = ["Checking"]


class Checking:
    """Checks a text against the documents that its sender may see."""

    def __init__(self, means: Means, limits: Limits, asking: Asking) -> None:
        self._means = means
        self._limits = limits
        self._asking = asking

    def register(self, registry: Registry) -> None:
        """Register the command, and the button that offers a check."""
        registry.command("verify", lambda turn: self.verify(turn, turn.given))
        registry.buttons(Pressed(self._pressed), Action.CHECK)

    async def verify(self, turn: Turn, text: str) -> None:
        """Check whether the documents contain a text: what follows the command, else the quoted
        part of the message replied to, else all of that message.
        """
        wanted, scope, lookup = text or reading.quoted(turn.message), turn.asker.scope, turn.lookup
        if not wanted.strip():
            await turn.reply(turn.texts("verify_wanted"), alone=True)
            return
        with admission(turn, self._limits) as given:
            if not given.allowed:
                await self._asking.refuse(turn, given, partial(self.verify, turn, text))
                return
            began = time.monotonic()

            def check(waiting: Callable[[], bool]) -> Verdict:
                return lookup.library.verify(wanted, scope, waiting)

            verdict = await turn.look(lambda: lookup.worker.aside(check))
            # a check that took too long counts towards the person's day as well
            checked = turn.asker.checked(verdict, time.monotonic() - began)
            self._means.journal.answers.add(checked)
            if verdict is not None:
                await turn.reply(verdicts.message(verdict, turn.texts, self._means.link))

    async def _pressed(self, press: Press) -> None:
        """Check the message that the button's message replies to."""
        checked = press.message.reply_to_message
        text = addressing.asked(checked, self._means.sender.me) if checked else ""
        if checked and text:
            await self.verify(replace(press, message=checked), text)
        else:
            await self._means.sender.beside(press.message, press.texts("outdated_button"))
