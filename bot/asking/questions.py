"""From a question in a chat to its answer there."""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from telegram import Message

from bot.asking.admission import admission, admitted
from bot.asking.postponed import Postponed
from bot.asking.question import Question
from bot.dispatch.turn import Means, Turn
from bot.logs import pseudonym
from bot.messages import answers, model
from bot.messages.answers import Shown
from bot.messages.buttons import Action
from bot.running.conversations import Conversations, Turns
from bot.running.limits import Admission, Limits
from bot.running.metrics import Metrics
from bot.running.worker import Later
from bot.transport import addressing, whispers
from bot.transport.letters import Place
from index.library import MAX_QUESTION
from index.types import Answer, Outcome, Query

__all__ = ["Asking"]

_log = logging.getLogger(__name__)

Again = Callable[[], Awaitable[None]]

_TOP = 10
_BUILT_AGAIN = 1.0  # seconds between two looks at a build
_EDITABLE = datetime.timedelta(minutes=2)
# A message that got no answer may be corrected for longer.
_CORRECTABLE = datetime.timedelta(hours=1)


class Asking:
    """Answers questions."""

    def __init__(
        self,
        means: Means,
        limits: Limits,
        metrics: Metrics,
        later: Later,
        *,
        editors: bool,
    ) -> None:
        """`editors` is True if there are any, who might see what is not answered."""
        self._means = means
        self._limits = limits
        self._metrics = metrics
        self._editors = editors
        indexing = means.lookup.indexing
        # bots at one address share them
        self.conversations: Turns = means.journal.recent or Conversations()
        """The questions that others may depend on."""
        self._postponed = Postponed[Again](lambda again: again(), later, lambda: indexing.stopped)

    async def answer(self, question: Question) -> None:
        """Answer as a reply to the message, next to it, or in place of an earlier answer."""
        texts = question.turn.texts
        if not question.text.strip():
            asked = model.Message(texts("question_wanted"))
            if not question.turn.asker.private:
                asked = replace(asked, asks=texts("question_placeholder"))
            await self._tell(question, asked)
            return
        if len(question.text) > MAX_QUESTION:
            await self._tell(question, self._too_long(question))
            return
        with admission(question.turn, self._limits) as given:
            if given.allowed:
                await self._answer(question)
                return
        await self.refuse(question.turn, given, partial(self.answer, question))

    def before(self, turn: Turn, answer: Message | None) -> str | None:
        """Return the question that one about an answer may depend on."""
        number = whispers.number(answer) if answer else None
        return self.conversations.before(turn.asker.chat, turn.asker.person, number)

    def forget(self, person: int) -> None:
        """Forget a person's previous questions, and those that wait to be answered."""
        self.conversations.forget(person)
        self._means.lookup.library.recent.forget()
        self._postponed.forget(person)

    async def refuse(self, turn: Turn, given: Admission, again: Again) -> None:
        """Say which limit was reached; what only has to wait is done `again` later."""
        words, told, person = given.words, given.tell, turn.asker.person
        if given.waits:
            kept = self._postponed.add(person, again, lambda: self._limits.wait(person))
            words = "wait_minute" if kept else "wait_full"
            told = told if kept else self._postponed.refuses(person)
        if told:
            said = turn.texts(words, count=given.count, most=given.most)
            await turn.reply(said, alone=True)

    async def offer_check(self, turn: Turn) -> None:
        """Offer to check a text that asks nothing against the documents."""
        keyboard = turn.keyboards.one("check_button", Action.CHECK)
        await turn.reply(model.Message(turn.texts("check_offer"), keyboard=keyboard))

    def _too_long(self, question: Question) -> model.Message:
        """Name the limit, and offer a button that checks the text instead."""
        turn, length = question.turn, len(question.text)
        words = turn.texts("too_long", length=length, count=MAX_QUESTION)
        if question.instead is not None or self._is_ours(turn.message):
            return model.Message(words)
        keyboard = turn.keyboards.one("check_button", Action.CHECK)
        return model.Message(f"{words} {turn.texts('check_offer')}", keyboard=keyboard)

    async def about(self, turn: Turn) -> Turn | None:
        """Return the turn, narrowed to one document if it quotes a passage of one; None, after
        an apology, if it cannot be looked up.
        """
        message, asker, lookup = turn.message, turn.asker, self._means.lookup
        replied, quote = message.reply_to_message, message.quote
        if replied is None or quote is None or not self._is_ours(replied):
            return turn
        shown = self._means.journal.answers.shown(asker.chat, whispers.number(replied))

        def quoted() -> str:
            for key in shown.keys if shown else ():
                place = lookup.library.place(key, asker.scope)
                if place and quote.text.strip() in place.passage.text:
                    return place.passage.source.id
            return ""

        document = await turn.look(lambda: lookup.worker.run(quoted))
        if not document:
            return None if document is None else turn
        return turn.about(document)

    async def again(self, turn: Turn) -> bool:
        """Answer an edited question again in place of its answer, if that is the latest one.

        Return False if the message was never answered, so that it may be read as a new one.
        """
        message, asker, journal = turn.message, turn.asker, self._means.journal
        if message.edit_date is None:
            return True
        shown = journal.answers.answer_to(asker.chat, message.message_id, asker.person)
        given = addressing.command(message, self._means.sender.me)
        if shown is None or shown.answer is None:
            late = message.edit_date - message.date > _CORRECTABLE
            return late or journal.answers.was_answered(asker.chat, message.message_id)
        if message.edit_date - message.date > _EDITABLE or (given and given.name != "ask"):
            return True
        text = addressing.asked(message, self._means.sender.me)
        if shown.answer < 0:
            # only the message itself says how an ephemeral one is edited
            await self.answer(Question(text, turn))
        else:
            await self.answer(Question(text, turn, instead=(asker.chat, shown.answer)))
        return True

    async def more(self, question: Question, first: int) -> None:
        """Show the passages after those an answer has shown, from place `first` on."""
        turn = question.turn
        async with admitted(turn, self._limits) as may_ask:
            found = await self._found(question) if may_ask else None
            if found is None:
                return
            if first >= len(found.hits):
                await turn.reply(turn.texts("no_more"))
                return
            shown = answers.more(found, first, turn.texts, link=self._means.link)
            await self._say(question, found, shown, first)

    def _is_ours(self, message: Message) -> bool:
        return addressing.is_by(message, self._means.sender.me)

    async def _answer(self, question: Question) -> None:
        began = time.monotonic()
        found = await self._found(question)
        ready = time.monotonic()
        if found is None:
            self._metrics.answered("failed", ready - began)
            return
        texts = question.turn.texts
        if found.talk:
            await self._chat(question, found)
            return
        if question.otherwise is not None and found.outcome is not Outcome.FOUND:
            if question.otherwise:
                await self._tell(question, model.Message(question.otherwise))
            self._metrics.answered("talk", found.seconds)
            return
        shown = answers.answer(
            found,
            texts,
            link=self._means.link,
            question=question.text if question.repeat else None,
            note=question.note,
        )
        await self._say(question, found, shown)
        ended = time.monotonic()
        self._metrics.answered(found.outcome, ended - began)
        self._metrics.staged(ready - began - found.seconds, found.seconds, ended - ready)
        _log.info(
            "Chat %s: %s, %d passages, %.0f ms, generation %s",
            pseudonym(question.turn.asker.chat),
            found.outcome,
            len(found.hits),
            found.seconds * 1_000,
            found.generation.id,
        )

    async def _chat(self, question: Question, found: Answer) -> None:
        """Reply to a message that asks nothing; in a group only to a person who sent it with
        /ask.
        """
        turn = question.turn
        if self._replies_to_talk(turn):
            await self._tell(question, answers.answer(found, turn.texts).message)
        self._metrics.answered("talk", found.seconds)

    def _replies_to_talk(self, turn: Turn) -> bool:
        given = addressing.command(turn.message, self._means.sender.me)
        return turn.asker.private or given is not None

    async def _found(self, question: Question) -> Answer | None:
        turn, asker = question.turn, question.turn.asker
        before = question.before or self.before(turn, turn.message.reply_to_message)
        query = Query(question.text, _TOP, asker.scope, before)
        worker, again = self._means.lookup.worker, not self._is_ours(turn.message)
        asks, retry = not addressing.is_talk(question.text), partial(self.answer, question)
        return await turn.look(
            lambda: worker.ask(query),
            again=again,
            later=lambda: asks and self._postponed.add(asker.person, retry, self._until_built),
            silent=not asks and not self._replies_to_talk(turn),
        )

    def _until_built(self) -> float:
        return _BUILT_AGAIN if self._means.lookup.indexing.state else 0.0

    async def _tell(self, question: Question, words: model.Message) -> None:
        """Say something in place of an answer."""
        if question.instead is None:
            await question.turn.reply(words)
        else:
            await self._means.sender.edit(question.instead, words)

    async def _say(self, question: Question, found: Answer, shown: Shown, first: int = 0) -> None:
        """Send the rendered message, with its buttons, and note in the journal what was shown."""
        turn, asker, sender = question.turn, question.turn.asker, self._means.sender
        keyboard = turn.keyboards.under(found, shown, first, editors=self._editors)
        words = replace(shown.message, keyboard=keyboard)
        if question.instead is not None:
            there = await sender.edit(question.instead, words)
            sent = _number(question.instead) if there else None
        elif question.repeat and self._is_ours(turn.message):
            message = await sender.beside(turn.message, words)
            sent = whispers.number(message) if message else None
        else:
            message = await turn.reply(words)
            sent = whispers.number(message) if message else None
        if first == 0:
            self.conversations.remember(asker.chat, asker.person, found.context, sent)
        asked = None if question.repeat else turn.message.message_id
        self._means.journal.answers.add(
            asker.answered(found, shown.hits, asked=asked, answer=sent, continues=first > 0)
        )


def _number(sent: Place) -> int | None:
    if isinstance(sent, Message):
        return whispers.number(sent)
    return None if isinstance(sent, str) else sent[1]
