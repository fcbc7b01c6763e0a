"""Documents from the web, fetched again once a day; the editors get one message about it."""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Callable
from functools import partial

from bot.editing.alerts import Telling
from bot.editing.digest import Digest, Notice
from bot.logs import refer
from bot.messages import model, notices
from bot.messages.keyboards import Keyboards
from bot.running.builds import Indexing, StoppedError
from index.desk.build import Progress
from index.desk.desk import Desk
from index.desk.gate import RegressionError
from index.desk.staging import Report, Staged
from index.desk.websources import Refreshed
from index.errors import CitebotError
from index.fetch import Policy
from index.stores.pointers import Pointer

__all__ = ["Revisiting"]

_log = logging.getLogger(__name__)

_LOOK = 600.0  # seconds between two checks whether a day is over
_DAY = datetime.timedelta(days=1)
_BY = "citebot refresh"
_SHOWN, _NAME, _REASON = 8, 80, 200
_POLICY = Policy()


class Revisiting:
    """The daily look. The time of the last one survives a restart."""

    def __init__(self, desk: Desk, indexing: Indexing, telling: Telling, digest: Digest) -> None:
        self._desk = desk
        self._indexing = indexing
        self._telling = telling
        self._digest = digest
        self._last = Pointer(digest.data / "REVISITED")
        self._said: set[tuple[str, str]] = set()

    async def run(self, connected: Callable[[], bool]) -> None:
        """Look at the web sources once a day, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK)
            try:
                now = datetime.datetime.now(datetime.UTC)
                if connected() and await asyncio.to_thread(self._is_due, now):
                    await self.visit(now)
            except (CitebotError, OSError) as error:
                _log.warning("The web sources were not looked at: %s", error)
            except Exception as error:
                refer(error)

    async def visit(self, now: datetime.datetime) -> None:
        """Fetch every web source again, index what changed, and report it to the editors."""
        # noted first: what kills the bot here must not do so at each start
        await asyncio.to_thread(self._last.write, now.isoformat())
        if not await asyncio.to_thread(self._desk.web.origins):
            return
        gone = set(await asyncio.to_thread(self._desk.web.gone))
        found = await asyncio.to_thread(self._desk.web.look, _POLICY)
        while self._indexing.state:
            await self._indexing.ended()
            await asyncio.sleep(0)
        built: Staged | CitebotError | None = None
        try:
            found, done = await self._indexing.start(partial(self._take, found))
            built = done if isinstance(done, Staged) else None
        except RegressionError as error:
            _log.warning("%s", error)
            built = await asyncio.to_thread(self._desk.index.staged)
        except StoppedError:
            return
        except CitebotError as error:
            _log.error("The index was not brought up to date: %s", error)
            built = error
        self._tell(found, gone, now)
        await self._telling.built(built)

    def _take(
        self, found: Refreshed, progress: Progress
    ) -> tuple[Refreshed, Report | Staged | None]:
        """Take what changed and index it; publish it unless editors have decisions open."""
        undecided = self._desk.index.decisions.are_made()
        found = self._desk.web.take(found, _BY)
        if not found.changed:
            return found, None
        if undecided:
            return found, self._desk.index.stage(progress, by=_BY)
        return found, self._desk.index.build(progress, by=_BY)

    def _tell(self, found: Refreshed, known: set[str], now: datetime.datetime) -> None:
        """Report what changed, vanished or failed; the same failure only once."""
        gone = [id for id in found.gone if id not in known]
        failed = [one for one in found.failed if one not in self._said]
        self._said = set(found.failed)
        if found.changed or gone or failed or found.back:
            # what an earlier day found is not replaced by what this one does
            self._digest.post(Notice(f"web {now:%c}", partial(_words, found, gone, failed)))

    def _is_due(self, now: datetime.datetime) -> bool:
        words = self._last.read()
        try:
            last = datetime.datetime.fromisoformat(words[0]) if words else None
        except ValueError:
            last = None
        # a clock that was ahead must not put it off for ever
        return last is None or not datetime.timedelta() <= now - last < _DAY


def _words(
    found: Refreshed, gone: list[str], failed: list[tuple[str, str]], keyboards: Keyboards
) -> model.Message:
    texts = keyboards.texts
    lines = [texts("revisited")]
    for key, ids in (
        ("revisited_changed", [edited.id for edited in found.changed]),
        ("revisited_gone", gone),
        ("revisited_back", list(found.back)),
    ):
        if ids:
            named = ", ".join(notices.named(id) for id in ids[:_SHOWN])
            named += ", …" if len(ids) > _SHOWN else ""
            lines.append(texts(key, names=named))
    if failed:
        lines.append(texts("revisited_failed"))
        for id, reason in failed[:_SHOWN]:
            why = model.clip(texts.reason(reason), _REASON)
            lines.append(f"• {model.clip(id, _NAME)}: {why}")
    return model.Message(model.prefix("\n".join(lines), model.MOST_UNITS))
