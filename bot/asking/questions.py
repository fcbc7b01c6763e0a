"""A question in a chat -> its answer there."""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram import Message

from bot.askers import Asker
from bot.journal import Journal
from bot.logs import pseudonym
from bot.messages import answers, model
from bot.messages.answers import Shown
from bot.messages.buttons import Action, Buttons
from bot.messages.keyboards import Keyboards
from bot.messages.texts import Texts
from bot.running.builds import Indexing
from bot.running.conversations import Conversations
from bot.running.limits import Limits
from bot.running.metrics import Metrics
from bot.running.worker import BusyError, Worker
from bot.transport import addressing
from bot.transport.sending import Sender
from index.errors import CitebotError, QuestionError
from index.library import MAX_QUESTION, Library
from index.search.keys import key_of
from index.search.verdict import Verdict
from index.types import Answer, Passage, Place, Query

__all__ = ["Asking", "Question"]

_log = logging.getLogger(__name__)

Found = TypeVar("Found")

_TOP = 10
_EDITABLE = datetime.timedelta(minutes=2)
# A message that got no answer may be corrected for longer.
_CORRECTABLE = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks, the message they are answered beside, and how.

    `repeat` where no message of theirs holds the question, so that the answer shows it; `instead`
    is the id of an earlier answer that this one replaces. `before` is what the question may lean
    on, `late` if the bot was away when it was asked, and `skipped` how many earlier ones were not
    answered for that.
    """

    text: str
    asker: Asker
    beside: Message
    repeat: bool = False
    instead: int | None = None
    before: str | None = None
    late: bool = False
    skipped: int = 0


class Asking:
    """Asks the library off the event loop, and says so where it cannot answer."""

    def __init__(
        self,
        library: Library,
        worker: Worker[Query, Answer],
        indexing: Indexing,
        sender: Sender,
        journal: Journal,
        limits: Limits,
        buttons: Buttons,
        metrics: Metrics,
        *,
        editors: bool,
    ) -> None:
        """`editors` where there are any, who might be told of what is not answered."""
        self._library = library
        self._worker = worker
        self._indexing = indexing
        self._sender = sender
        self._journal = journal
        self._limits = limits
        self._buttons = buttons
        self._metrics = metrics
        self._editors = editors
        self.conversations = Conversations()

    async def answer(self, question: Question) -> None:
        """Answer as a reply to the message, beside it, or in the place of an earlier answer."""
        asker, texts = question.asker, question.asker.texts
        if not question.text.strip():
            asked = model.Message(texts("question_wanted"))
            if not asker.private:
                asked = replace(asked, asks=texts("question_placeholder"))
            await self._tell(question, asked)
            return
        if len(question.text) > MAX_QUESTION:
            await self._tell(question, self._too_long(question))
            return
        async with self.admitted(question.beside, question.asker) as admitted:
            if admitted:
                await self._answer(question)

    async def offer_check(self, message: Message, asker: Asker) -> None:
        """Ask whether to check a text that asks nothing against the documents."""
        keyboard = self.keyboards(asker).one("check_button", Action.CHECK)
        words = model.Message(asker.texts("check_offer"), keyboard=keyboard)
        await self._sender.reply(message, words)

    def _too_long(self, question: Question) -> model.Message:
        """The limit, and a button that checks the text instead."""
        asker, length = question.asker, len(question.text)
        words = asker.texts("too_long", length=length, count=MAX_QUESTION)
        if question.instead is not None or addressing.is_by(question.beside, self._sender.me):
            return model.Message(words)
        keyboard = self.keyboards(asker).one("check_button", Action.CHECK)
        return model.Message(f"{words} {asker.texts('check_offer')}", keyboard=keyboard)

    async def about(self, message: Message, asker: Asker) -> Asker | None:
        """The asker as they are, or who sees but one document: that of the passage they quote. None
        where that cannot be found out, which the person is told.
        """
        replied, quote = message.reply_to_message, message.quote
        if replied is None or quote is None or not addressing.is_by(replied, self._sender.me):
            return asker
        shown = self._journal.shown(asker.chat, replied.message_id)

        def quoted() -> str:
            for key in shown.keys if shown else ():
                place = self._library.place(key, asker.scope)
                if place and quote.text.strip() in place.passage.text:
                    return place.passage.source.id
            return ""

        document = await self.look(message, asker, lambda: self._worker.run(quoted))
        if not document:
            return None if document is None else asker
        return replace(asker, scope=replace(asker.scope, document=document))

    async def again(self, message: Message, asker: Asker) -> bool:
        """Answer an edited question again in the place of its answer, if that is the latest one.

        False if the message was never answered, so that it may be read as a new one.
        """
        if message.edit_date is None:
            return True
        shown = self._journal.answer_to(asker.chat, message.message_id, asker.person)
        given = addressing.command(message, self._sender.me)
        if shown is None or shown.answer is None:
            late = message.edit_date - message.date > _CORRECTABLE
            return late or self._journal.was_answered(asker.chat, message.message_id)
        if message.edit_date - message.date > _EDITABLE or (given and given.name != "ask"):
            return True
        text = addressing.asked(message, self._sender.me)
        await self.answer(Question(text, asker, message, instead=shown.answer))
        return True

    async def more(self, question: Question, first: int) -> None:
        """The passages after those an answer has shown, from place `first` on."""
        texts = question.asker.texts
        async with self.admitted(question.beside, question.asker) as admitted:
            found = await self._found(question) if admitted else None
            if found is None:
                return
            if first >= len(found.hits):
                await self._sender.reply(question.beside, texts("no_more"))
                return
            shown = answers.more(found, first, texts, link=self.link)
            await self._say(question, found, shown, first)

    def link(self, passage: Passage) -> str | None:
        """The address that opens a passage in the chat with the bot."""
        return f"https://t.me/{self._sender.me.username}?start=p_{key_of(passage)}"

    def keyboards(self, asker: Asker) -> Keyboards:
        """Makes the buttons for somebody."""
        return Keyboards(self._buttons, asker.texts, asker.chat, asker.person, asker.scope.document)

    @asynccontextmanager
    async def admitted(self, message: Message, asker: Asker) -> AsyncIterator[bool]:
        """Whether the person may ask one more now; if not they are told, but not too often."""
        with self._limits.admit(
            asker.person,
            asker.chat,
            group=not asker.private,
            unlimited=asker.editor,
            today=lambda: self._journal.asked_today(asker.person),
        ) as admission:
            if admission.tell:
                words = asker.texts(admission.words, count=admission.count)
                await self._sender.reply(message, words)
            yield admission.allowed

    def checked(self, asker: Asker, verdict: Verdict | None, seconds: float) -> None:
        """Count a checked text towards the person's day, and one that took too long as well."""
        self._journal.answered(asker.checked(verdict, seconds))

    async def place(self, message: Message, asker: Asker, key: str) -> Place | None:
        """The passage that a key names; None where it is gone or cannot be had, either of which the
        person is told.
        """

        def find() -> tuple[Place | None]:
            return (self._library.place(key, asker.scope),)

        found = await self.look(message, asker, lambda: self._worker.run(find))
        if found == (None,):
            await self._sender.reply(message, asker.texts("gone"))
        return found[0] if found else None

    async def look(
        self,
        message: Message,
        asker: Asker,
        work: Callable[[], Awaitable[Found]],
        *,
        again: bool = False,
    ) -> Found | None:
        """What `work` finds in the library; None where it cannot, which the person is told.

        With `again` the message is a question, and a button asks it anew where it took too long.
        """
        keyboard = model.Keyboard()
        try:
            async with self._sender.typing(message):
                return await work()
        except (TimeoutError, BusyError, CitebotError) as error:
            words = self.excuse(error, asker.texts)
            if again and isinstance(error, TimeoutError):
                keyboard = self.keyboards(asker).again()
        await self._sender.reply(message, model.Message(words, keyboard=keyboard))
        return None

    def excuse(self, error: TimeoutError | BusyError | CitebotError, texts: Texts) -> str:
        """What to say where the library did not answer; what the operator must mend is logged."""
        if isinstance(error, TimeoutError):
            _log.warning("The library took too long")
            return texts("too_slow")
        if isinstance(error, BusyError):
            _log.warning("The library was not asked: %s", error)
            return texts("queue_full")
        if isinstance(error, QuestionError):
            return texts("question_wanted")
        if state := self._indexing.state:
            return texts("building", percent=state.percent)
        _log.error("The library cannot answer: %s", error)
        return texts("not_ready")

    async def _answer(self, question: Question) -> None:
        began = time.monotonic()
        found = await self._found(question)
        if found is None:
            self._metrics.answered("failed", time.monotonic() - began)
            return
        texts = question.asker.texts
        if found.talk:
            await self._chat(question, found)
            return
        shown = answers.answer(
            found,
            texts,
            link=self.link,
            question=question.text if question.repeat else None,
            note=_note(question),
        )
        await self._say(question, found, shown)
        self._metrics.answered(found.outcome, time.monotonic() - began)
        _log.info(
            "Chat %s: %s, %d passages, %.0f ms, generation %s",
            pseudonym(question.asker.chat),
            found.outcome,
            len(found.hits),
            found.seconds * 1_000,
            found.generation.id,
        )

    async def _chat(self, question: Question, found: Answer) -> None:
        """Reply to what asks nothing; in a group only to who sent it to the bot by /ask."""
        given = addressing.command(question.beside, self._sender.me)
        if question.asker.private or given:
            await self._tell(question, answers.answer(found, question.asker.texts).message)
        self._metrics.answered("talk", found.seconds)

    async def _found(self, question: Question) -> Answer | None:
        asker = question.asker
        replied = question.beside.reply_to_message
        before = question.before or self.conversations.before(
            asker.chat, asker.person, replied.message_id if replied else None
        )
        query = Query(question.text, _TOP, asker.scope, before)
        again = not addressing.is_by(question.beside, self._sender.me)
        return await self.look(question.beside, asker, lambda: self._worker.ask(query), again=again)

    async def _tell(self, question: Question, words: model.Message) -> None:
        """Say something instead of an answer, where the answer would stand."""
        if question.instead is None:
            await self._sender.reply(question.beside, words)
        else:
            await self._sender.edit((question.asker.chat, question.instead), words)

    async def _say(self, question: Question, found: Answer, shown: Shown, first: int = 0) -> None:
        """Send what was rendered, with its buttons, and note in the journal what was shown."""
        asker = question.asker
        keyboard = self.keyboards(asker).under(found, shown, first, editors=self._editors)
        words = replace(shown.message, keyboard=keyboard)
        if question.instead is not None:
            there = await self._sender.edit((asker.chat, question.instead), words)
            sent = question.instead if there else None
        elif question.repeat and addressing.is_by(question.beside, self._sender.me):
            message = await self._sender.beside(question.beside, words)
            sent = message.message_id if message else None
        else:
            message = await self._sender.reply(question.beside, words)
            sent = message.message_id if message else None
        if first == 0:
            taken = found.taken_for or question.text
            self.conversations.remember(asker.chat, asker.person, taken, sent)
        asked = None if question.repeat else question.beside.message_id
        self._journal.answered(
            asker.answered(found, shown.hits, asked=asked, answer=sent, continues=first > 0)
        )


def _note(question: Question) -> str | None:
    """What stands above an answer that comes late."""
    texts = question.asker.texts
    if not question.late or question.instead is not None:
        return None
    if question.skipped:
        return f"{texts('delayed')}\n{texts('skipped', count=question.skipped)}"
    return texts("delayed")
