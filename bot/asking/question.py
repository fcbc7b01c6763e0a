"""A question in a chat."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dispatch.turn import Turn
from bot.transport.letters import Place

__all__ = ["Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the message that asks it, and the way it is asked.

    `repeat` if no message of the person's holds the question, so that the answer shows it;
    `instead` is an earlier answer that this one replaces. `before` is the question it may
    depend on, `late` if the bot was away when it was asked, and `skipped` how many earlier ones
    were not answered because of that. `otherwise` is set if it may ask nothing: it is said in place
    of a refusal ("" for silence), and no editor hears of the question.
    """

    text: str
    turn: Turn
    repeat: bool = False
    instead: Place | None = None
    before: str | None = None
    late: bool = False
    skipped: int = 0
    otherwise: str | None = None

    @property
    def note(self) -> str | None:
        """The line above an answer that comes late; None above any other."""
        texts = self.turn.texts
        if not self.late or self.instead is not None:
            return None
        if self.skipped:
            return f"{texts('delayed')}\n{texts('skipped', count=self.skipped)}"
        return texts("delayed")
