"""The state of the bot, and whether it can answer, for supervisors and load balancers."""

from __future__ import annotations

from collections.abc import Callable

from bot.running.builds import Indexing
from index.errors import CitebotError

__all__ = ["Health"]


class Health:
    """The state of one bot; `warm` is set once the model is loaded and an index is open."""

    def __init__(
        self,
        indexing: Indexing,
        connected: Callable[[], bool],
        trouble: Callable[[], str | None],
        reach: Callable[[], object] = lambda: None,
    ) -> None:
        """`connected` says whether Telegram knows the bot, `trouble` why its updates do not
        come, None while they do; `reach` raises CitebotError if the index cannot be asked or no
        update can be taken.
        """
        self.warm = False
        self.trouble = trouble
        self._reach = reach
        self._connected = connected
        self._indexing = indexing

    def missing(self) -> list[str]:
        """Return what keeps the bot from answering questions; nothing once it can. It may wait for
        the database.
        """
        found = [] if self._connected() else ["not connected to Telegram yet"]
        if trouble := self.trouble():
            found.append(trouble)
        try:
            self._reach()
        except CitebotError as error:
            return [*found, str(error)]
        if not self.warm:
            state = self._indexing.state
            found.append(
                f"the index is being built: {state.percent} %"
                if state
                else "the model and the index are not loaded"
            )
        return found
