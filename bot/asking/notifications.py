"""Notify people whose open questions a new index answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from bot.access import Access
from bot.dispatch.askers import Asker
from bot.dispatch.turn import Means
from bot.journal import Gap
from bot.logs import refer
from bot.messages import answers
from bot.messages.texts import texts_for
from bot.running.worker import BusyError, Later
from index.errors import CitebotError, QuestionError
from index.search.keys import key_of
from index.types import Answer, Outcome, Query, Scope

__all__ = ["News"]

_log = logging.getLogger(__name__)

# Seconds between two checks which index serves, and after a failed one. They notice any
# publication, by this process or another.
_EVERY, _AGAIN = 5.0, 60.0
_TOP = 10


class News:
    """Asks the open questions again of every new index, and at the start.

    A question counts as answered if its asker would now get an answer, from a passage that no one
    has voted down for it. Each person is notified once, also across restarts: better never than
    twice.
    """

    def __init__(
        self,
        means: Means,
        access: Access,
        language: str | None,
        *,
        connected: Callable[[], bool],
        later: Later,
    ) -> None:
        self._means = means
        self._library = means.lookup.library
        self._worker = means.lookup.worker
        self._journal = means.journal
        self._access = access
        self._language = language
        self._connected = connected
        self._later = later

    async def run(self) -> None:
        """Check until cancelled."""
        seen, pause = None, _EVERY
        while True:
            await asyncio.sleep(pause)
            pause = _EVERY
            if not self._connected():
                continue
            try:
                now = await asyncio.to_thread(self._library.generation)
                if now and now.id != seen:
                    await self.answered_gaps()
                    seen = now.id
            except (BusyError, CitebotError, TimeoutError) as error:
                _log.warning("Open questions were not asked again: %s", error)
                pause = _AGAIN
            except Exception as error:
                refer(error)
                pause = _AGAIN

    async def answered_gaps(self) -> None:
        """Ask every open question again; notify the askers of those that are answered, and close
        them.
        """
        for gap in self._journal.gaps.open():
            try:
                await self._ask_again(gap)
            except QuestionError:
                continue

    async def _ask_again(self, gap: Gap) -> None:
        rejected = self._journal.gaps.rejected(gap.id)
        awaiting = self._journal.gaps.awaiting(gap.id)
        answered = False
        for one in awaiting:
            if not self._journal.people.is_active(one.chat):
                await asyncio.to_thread(self._journal.gaps.settle_with, gap.id, one.chat)
                continue
            if not self._access.may_ask(one.chat, one.chat):
                continue
            # only private chats wait: their id is the person's
            scope = self._access.scope(one.chat, one.chat, private=True)
            found = await self._worker.ask(Query(gap.question, _TOP, scope))
            if _answers(found, rejected):
                answered = True
                if self._journal.gaps.settle_with(gap.id, one.chat):
                    # begun with no pause after it was noted: so that ending now does not stop it
                    self._later(self._tell(gap, one.chat, one.language, scope, found))
        if not answered:
            scope = self._access.scope(None, None, private=False)
            found = await self._worker.ask(Query(gap.question, _TOP, scope))
            answered = _answers(found, rejected)
        if answered and not self._journal.gaps.awaiting(gap.id):
            await asyncio.to_thread(self._journal.gaps.close, gap.id)

    async def _tell(self, gap: Gap, chat: int, language: str, scope: Scope, found: Answer) -> None:
        texts = texts_for(self._journal.people.language(chat), language, self._language)
        asker = Asker(person=chat, chat=chat, private=True, texts=texts, scope=scope, editor=False)
        shown = answers.answer(
            found,
            texts,
            link=self._means.link,
            question=gap.question,
            note=texts("gap_answered"),
        )
        keyboard = self._means.keyboards(asker).under(found, shown, editors=False)
        sent = await self._means.sender.send(chat, replace(shown.message, keyboard=keyboard))
        answer = sent.message_id if sent else None
        # a continuation: no one asked this now
        self._journal.answers.add(asker.answered(found, shown.hits, answer=answer, continues=True))


def _answers(found: Answer, rejected: frozenset[str]) -> bool:
    return found.outcome is Outcome.FOUND and key_of(found.hits[0].passage) not in rejected
