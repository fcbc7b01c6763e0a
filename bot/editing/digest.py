"""Notices to editors, collected: at most one message an hour for each editor, and none until
tomorrow for one who wants quiet.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.dispatch.registry import Registry
from bot.dispatch.turn import Turn
from bot.editing.editors import Editors
from bot.editing.heard import Heard
from bot.journal import Gap, Journal
from bot.logs import refer
from bot.messages import model
from bot.messages.keyboards import Keyboards
from bot.messages.texts import Texts
from index.errors import CitebotError

__all__ = ["Digest", "Notice"]

_log = logging.getLogger(__name__)

_LOOK = 60.0  # seconds between two checks for new questions
_MOMENT = 2.0  # seconds in which notices that come together are collected
_APART = datetime.timedelta(hours=1)
_SHOWN, _QUESTION = 5, 160


async def _always() -> bool:
    return True


async def _nothing() -> None:
    """There is nothing to note."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the editors; it replaces one of its `kind` that still waits.

    `beside` makes the buttons for a message with other notices, so that a tap leaves those alone.
    `holds` says, when its time has come, if it is still so; `told` notes that it was sent.
    """

    kind: str
    words: Callable[[Keyboards], model.Message]
    beside: Callable[[Keyboards], model.Keyboard] | None = None
    holds: Callable[[], Awaitable[bool]] = _always
    told: Callable[[], Awaitable[None]] = _nothing


class Digest:
    """The notices that wait, and the command /quiet."""

    def __init__(
        self, journal: Journal, editors: Editors, data: Path, connected: Callable[[], bool]
    ) -> None:
        self._journal = journal
        self._editors = editors
        self._connected = connected
        self.data = data
        """The data directory, for what other notices remember."""
        self._heard = Heard(data / "TOLD_GAPS")
        self._waiting: dict[int, dict[str, Notice]] = {editor: {} for editor in editors}
        self._posted = asyncio.Event()

    def register(self, registry: Registry) -> None:
        """Register the command."""
        registry.command("quiet", self._be_quiet)

    def post(self, notice: Notice, to: Iterable[int] | None = None) -> None:
        """Keep a notice for these editors, or for all, until each may get a message."""
        for editor in self._editors if to is None else to:
            # the latest comes last
            self._waiting[editor].pop(notice.kind, None)
            self._waiting[editor][notice.kind] = notice
        self._posted.set()

    async def run(self) -> None:
        """Send what waits and new questions, until cancelled."""
        while True:
            with suppress(TimeoutError):
                # `wait_for` of Python 3.11 loses a cancellation that comes with a notice
                async with asyncio.timeout(_LOOK):
                    await self._posted.wait()
                await asyncio.sleep(_MOMENT)
            self._posted.clear()
            try:
                if self._connected():
                    await self.tell(datetime.datetime.now(datetime.UTC))
            except (CitebotError, OSError) as error:
                _log.warning("The editors were not told what is new: %s", error)
            except Exception as error:
                refer(error)

    async def tell(self, now: datetime.datetime) -> None:
        """Send each editor what is new in one message, unless they got one within the hour."""
        gaps = await asyncio.to_thread(self._journal.gaps.open)
        for keyboards in self._editors.keyboards():
            editor = keyboards.person
            before = await asyncio.to_thread(self._heard.last, editor)
            if before and now - before < _APART:
                continue
            if not await asyncio.to_thread(self._heard.is_quiet, editor, now):
                await self._tell(keyboards, gaps, before, now)

    async def _tell(
        self,
        keyboards: Keyboards,
        gaps: Iterable[Gap],
        before: datetime.datetime | None,
        now: datetime.datetime,
    ) -> None:
        waiting = self._waiting[keyboards.person]
        looked_at = list(waiting.values())
        notices = [one for one in looked_at if await one.holds()]
        if new := [gap for gap in gaps if before is None or gap.asked > before]:
            notices.append(Notice("questions", lambda to: _questions(new, to.texts)))
        for one in looked_at:
            # what came meanwhile waits for the next message
            if waiting.get(one.kind) is one:
                del waiting[one.kind]
        if not notices:
            return
        # noted first: better never than twice
        await asyncio.to_thread(self._heard.told, keyboards.person, now)
        said = [_said(one, keyboards, alone=len(notices) == 1) for one in notices]
        for message in model.together([*said, model.Message(keyboards.texts("digest_quiet"))]):
            await self._editors.send(keyboards.chat, message)
        for one in notices:
            await one.told()

    async def _be_quiet(self, turn: Turn) -> None:
        """Send this editor nothing more today."""
        now = datetime.datetime.now(datetime.UTC)
        await asyncio.to_thread(self._heard.be_quiet, turn.asker.person, now)
        await turn.reply(turn.texts("quiet_set"))


def _said(notice: Notice, keyboards: Keyboards, *, alone: bool) -> model.Message:
    words = notice.words(keyboards)
    if alone or notice.beside is None:
        return words
    return replace(words, keyboard=notice.beside(keyboards))


def _questions(new: list[Gap], texts: Texts) -> model.Message:
    lines = [f"• {model.clip(gap.question, _QUESTION)}" for gap in new[:_SHOWN]]
    if (more := len(new) - _SHOWN) > 0:
        lines.append(texts("more", count=more))
    return model.Message("\n".join([texts("digest", count=len(new)), *lines, texts("digest_how")]))
