"""New questions for the editors, collected: at most one notice an hour, and none until tomorrow
for an editor who wants quiet.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Callable
from pathlib import Path

from bot.dispatch.registry import Registry
from bot.dispatch.turn import Turn
from bot.editing.editors import Editors
from bot.journal import Gap, Journal
from bot.logs import refer
from bot.messages import model
from bot.messages.texts import Texts
from index.errors import CitebotError
from index.stores.pointers import Pointer

__all__ = ["Digest"]

_log = logging.getLogger(__name__)

_LOOK = 60.0  # seconds between two checks for new questions
_APART = datetime.timedelta(hours=1)
_SHOWN, _QUESTION = 5, 160


class Digest:
    """The notices, and the command /quiet. The time of the last one survives a restart."""

    def __init__(
        self, journal: Journal, editors: Editors, data: Path, connected: Callable[[], bool]
    ) -> None:
        self._journal = journal
        self._editors = editors
        self._connected = connected
        self._told = Pointer(data / "TOLD_GAPS")
        self._quiet: dict[int, datetime.date] = {}

    def register(self, registry: Registry) -> None:
        """Register the command."""
        registry.command("quiet", self._be_quiet)

    async def run(self) -> None:
        """Check for new questions until cancelled."""
        while True:
            await asyncio.sleep(_LOOK)
            try:
                if self._connected():
                    await self.tell(datetime.datetime.now(datetime.UTC))
            except (CitebotError, OSError) as error:
                _log.warning("New questions were not reported: %s", error)
            except Exception as error:
                refer(error)

    async def tell(self, now: datetime.datetime) -> None:
        """Send what is new, unless a notice was sent within the hour."""
        before = await asyncio.to_thread(self._last)
        if before and now - before < _APART:
            return
        gaps = await asyncio.to_thread(self._journal.gaps.open)
        new = [gap for gap in gaps if before is None or gap.asked > before]
        if not new:
            return
        # noted first: better never than twice
        await asyncio.to_thread(self._told.write, now.isoformat())
        for editor in self._editors:
            if self._quiet.get(editor) != now.date():
                await self._editors.send(editor, _words(new, self._editors.texts(editor)))

    def is_quiet(self, editor: int) -> bool:
        """Return True if an editor wants nothing more today."""
        return self._quiet.get(editor) == datetime.datetime.now(datetime.UTC).date()

    def _last(self) -> datetime.datetime | None:
        words = self._told.read()
        try:
            return datetime.datetime.fromisoformat(words[0]) if words else None
        except ValueError:
            return None

    async def _be_quiet(self, turn: Turn) -> None:
        """Send this editor nothing more today."""
        self._quiet[turn.asker.person] = datetime.datetime.now(datetime.UTC).date()
        await turn.reply(turn.texts("quiet_set"))


def _words(new: list[Gap], texts: Texts) -> str:
    lines = [f"• {model.clip(gap.question, _QUESTION)}" for gap in new[:_SHOWN]]
    if more := len(new) - _SHOWN:
        lines += [texts("more", count=more)] if more > 0 else []
    return "\n".join([texts("digest", count=len(new)), *lines, "", texts("digest_how")])
