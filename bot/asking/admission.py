"""How many questions a person may ask: said by the limits, counted by the journal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.running.limits import Limits
from bot.turn import Turn

__all__ = ["admitted"]


@asynccontextmanager
async def admitted(turn: Turn, limits: Limits) -> AsyncIterator[bool]:
    """Whether the person may ask one more now; if not they are told, but not too often."""
    asker, journal = turn.asker, turn.means.journal
    with limits.admit(
        asker.person,
        asker.chat,
        group=not asker.private,
        unlimited=asker.editor,
        today=lambda: journal.asked_today(asker.person),
    ) as admission:
        if admission.tell:
            await turn.reply(turn.texts(admission.words, count=admission.count))
        yield admission.allowed
