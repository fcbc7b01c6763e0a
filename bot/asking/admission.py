"""How many questions a person may ask: the limits decide, the journal counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager

from bot.dispatch.turn import Turn
from bot.running.limits import Admission, Limits

__all__ = ["admission", "admitted"]


def admission(turn: Turn, limits: Limits) -> AbstractContextManager[Admission]:
    """Take one question of a person's from the limits while it is in progress."""
    asker, journal = turn.asker, turn.means.journal
    return limits.admit(
        asker.person,
        asker.chat,
        group=not asker.private,
        unlimited=asker.editor,
        today=lambda: journal.answers.asked_today(asker.person),
    )


@asynccontextmanager
async def admitted(turn: Turn, limits: Limits) -> AsyncIterator[bool]:
    """Return True if the person may ask one more now; if not, say so, but not too often."""
    with admission(turn, limits) as given:
        if given.tell:
            words = turn.texts(given.words, count=given.count, most=given.most)
            await turn.reply(words, alone=True)
        yield given.allowed
