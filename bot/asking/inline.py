"""Answers in chats that the bot is not in: inline, and to people who mention it there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from telegram import InlineQuery, Message

from bot.dispatch.askers import Asker
from bot.dispatch.registry import Registry
from bot.dispatch.turn import Means
from bot.messages import answers, quoting
from bot.messages.model import Article, clip
from bot.messages.model import Message as Words
from bot.running.limits import Limits
from bot.running.worker import BusyError
from bot.transport import addressing
from index.errors import CitebotError
from index.library import MAX_QUESTION
from index.search.keys import key_of
from index.types import Answer, Hit, Query

__all__ = ["Elsewhere"]

_SHORTEST = 3
_RESULTS = 10
_CACHE = 30  # seconds that a person's program may show the same results again
_DEADLINE = 10.0  # by then the person has typed on
_NEAR_BEST = 0.6  # passages further off are unrelated to the question
_TITLE = 60  # units; a phone shows less


class Elsewhere:
    """Inline queries and guest messages; each result is a quotation that stands alone."""

    def __init__(self, means: Means, limits: Limits) -> None:
        self._means = means
        self._worker = means.lookup.worker
        self._sender = means.sender
        self._journal = means.journal
        self._limits = limits

    def register(self, registry: Registry) -> None:
        """Register inline queries and guest messages."""
        registry.inline = self.inline
        registry.guest = self.guest

    async def inline(self, query: InlineQuery, asker: Asker) -> None:
        """Offer passages to post; if there are none, a button that opens the chat."""
        text, cards = query.query.strip(), list[Article]()
        hint = asker.texts("inline_hint")
        if _SHORTEST <= len(text) <= MAX_QUESTION:
            try:
                found = await self._ask(text, asker, _RESULTS)
            except TimeoutError:
                return
            except (BusyError, CitebotError) as error:
                button = (self._means.excuse(error, asker.texts), "ask")
                await self._sender.answer_inline(query, (), cache=0, button=button)
                return
            best = found.hits[0].score if found.hits else 0.0
            near = [hit for hit in found.hits if hit.score >= _NEAR_BEST * best]
            cards = [self._card(found, hit, asker) for hit in near]
            hint = asker.texts("inline_nothing" if not cards else "inline_hint")
            self._journal.answers.add(asker.answered(found, near, place="inline"))
        offered = None if cards else (hint, "ask")
        await self._sender.answer_inline(query, cards, cache=_CACHE, button=offered)

    async def guest(self, message: Message, asker: Asker) -> None:
        """Answer a message that named the bot in a chat it is not in, with the best passage."""
        question = addressing.asked(message, self._sender.me)
        texts = asker.texts
        if not question:
            await self._tell(message, texts("question_wanted"))
        elif len(question) > MAX_QUESTION:
            words = texts("too_long", length=len(question), count=MAX_QUESTION)
            await self._tell(message, words)
        else:
            with self._limits.admit(
                asker.person,
                asker.chat,
                group=False,
                unlimited=False,
                today=lambda: self._journal.answers.asked_today(asker.person),
            ) as admission:
                if admission.allowed:
                    await self._answer(message, question, asker)
                elif admission.tell:
                    await self._tell(
                        message, texts(admission.words, count=admission.count, most=admission.most)
                    )

    async def _answer(self, message: Message, question: str, asker: Asker) -> None:
        try:
            found = await self._ask(question, asker, 1)
        except (TimeoutError, CitebotError) as error:
            await self._tell(message, self._means.excuse(error, asker.texts))
            return
        shown = answers.answer(found, asker.texts, link=self._means.link)
        id = key_of(found.hits[0].passage) if found.hits else "none"
        await self._guest(message, Article(id, asker.texts("answer"), "", shown.message))
        self._journal.answers.add(asker.answered(found, found.hits, place="guest"))

    async def _tell(self, message: Message, words: str) -> None:
        await self._guest(message, Article("none", words, "", Words(words)))

    async def _guest(self, message: Message, article: Article) -> None:
        await self._sender.answer_guest(message.guest_query_id or "", article)

    async def _ask(self, question: str, asker: Asker, top: int) -> Answer:
        async with asyncio.timeout(_DEADLINE):
            return await self._worker.ask(Query(question, top, asker.scope))

    def _card(self, found: Answer, hit: Hit, asker: Asker) -> Article:
        """Return a result to choose: place and title above, the answering sentence below.

        The place comes first, as cards of one document differ in nothing else. A result that is not
        a clear answer says so, here and in its post.
        """
        passage = hit.passage
        quoted = passage.quote(hit.highlights[0]) if hit.highlights else passage.text
        # the language is that of the best passage, not of each
        doubts = answers.lead(replace(found, quoted_in=None), asker.texts)
        message = answers.quotation(hit, asker.texts, link=self._means.link, lead=doubts)
        where = quoting.place(passage, asker.texts, short=True)
        return Article(
            id=key_of(passage),
            title=f"{where} — {clip(passage.source.title, _TITLE)}",
            description=" ".join([*doubts, quoted]),
            message=message,
        )
