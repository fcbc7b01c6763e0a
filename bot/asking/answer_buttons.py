"""A pressed button -> what it does. Each press is answered first and worked on after."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from telegram import CallbackQuery, Message, MessageEntity, User

from bot.askers import Asker
from bot.asking.questions import Asking, Question
from bot.journal import Journal
from bot.messages import answers, model
from bot.messages.buttons import Action, Button, Buttons
from bot.messages.keyboards import REASONS
from bot.running.worker import Later, Worker
from bot.transport import addressing, forms
from bot.transport.sending import Sender
from index.errors import StoreError
from index.library import Library
from index.search.keys import document_key
from index.types import Answer, Query

__all__ = ["Press", "Pressing"]

Press = Callable[[Message, Button, Asker], Awaitable[None]]
"""Does what a button says; the press is answered already."""

_ASKING = (Action.EXAMPLE, Action.AGAIN, Action.MORE, Action.BACK)

# Presses of one person that may be worked on at once, and the seconds until there is room again.
_AT_ONCE, _SOON = 4, 5


class Pressing:
    """The buttons under answers and passages; all others go to whom they are about."""

    def __init__(
        self,
        library: Library,
        worker: Worker[Query, Answer],
        sender: Sender,
        journal: Journal,
        buttons: Buttons,
        asking: Asking,
        others: Mapping[Action, Press],
        editors: Mapping[Action, Press],
    ) -> None:
        """`others` do what buttons beside those of answers do; `editors` the same for editors
        alone.
        """
        self._library = library
        self._worker = worker
        self._sender = sender
        self._journal = journal
        self._buttons = buttons
        self._asking = asking
        self._others = {**others, **editors}
        self._for_editors = frozenset(editors)
        self._working = Counter[int]()

    async def pressed(self, query: CallbackQuery, asker: Asker, later: Later) -> None:
        """Answer the press; what takes longer is handed to `later`."""
        message, texts = query.message, asker.texts
        if not isinstance(message, Message) or not message.is_accessible:
            await self._sender.answer(query, texts("outdated_button"))
            return
        button = self._buttons.read(query.data or "", message.chat_id)
        if button is None:
            await self._sender.answer(query, texts("outdated_button"))
        elif button.owner not in (None, query.from_user.id):
            await self._sender.answer(query, texts("not_yours"))
        elif button.action in self._for_editors and not asker.editor:
            # an editor no more, or a button forwarded: as if it had never been one
            await self._sender.answer(query, texts("outdated_button"))
        elif button.action in (Action.GOOD, Action.BAD, Action.REASON):
            await self._vote(query, message, button, asker, later)
        elif button.action in (Action.TELL, Action.NOTIFY):
            try:
                await self._keep(query, message, button, asker, later)
            except StoreError:
                await self._sender.answer(query, texts("not_kept"))
        elif button.action is Action.NOTHING:
            await self._sender.answer(query)
        else:
            question = _asked(query, message, button, self._sender.me)
            if question is None and button.action in _ASKING:
                await self._sender.answer(query, texts("outdated_button"))
                return
            if self._working[asker.person] >= _AT_ONCE:
                await self._sender.answer(query, texts("busy", count=_SOON))
                return
            await self._sender.answer(query)
            later(self._counted(message, button, asker, question or ""))

    async def _counted(self, message: Message, button: Button, asker: Asker, text: str) -> None:
        self._working[asker.person] += 1
        try:
            await self._work(message, button, asker, text)
        finally:
            self._working[asker.person] -= 1
            if not self._working[asker.person]:
                del self._working[asker.person]

    async def _work(self, message: Message, button: Button, asker: Asker, text: str) -> None:
        payload, _, about = button.payload.partition("_")
        match button.action:
            case Action.EXAMPLE:
                await self._asking.answer(Question(text, asker, message, repeat=True))
            case Action.AGAIN | Action.MORE | Action.BACK:
                scoped = await self._about(message, asker, about)
                if scoped is None:
                    return
                beside = message.reply_to_message
                question = Question(text, scoped, beside or message, repeat=beside is None)
                if button.action is Action.MORE:
                    await self._asking.more(question, int(payload))
                elif button.action is Action.BACK:
                    await self._asking.answer(replace(question, instead=message.message_id))
                else:
                    await self._asking.answer(question)
            case Action.READ:
                await self._read(message, button.payload, asker)
            case Action.WHOLE:
                await self._whole(message, button.payload, asker)
            case action:
                await self._others[action](message, button, asker)

    async def _about(self, message: Message, asker: Asker, about: str) -> Asker | None:
        """The asker, who sees but one document where a button says so; None where that cannot be
        found out, which the person is told.
        """
        if not about:
            return asker
        sources = await self._asking.look(
            message, asker, lambda: self._worker.run(self._library.sources, asker.scope)
        )
        if sources is None:
            return None
        found = [source.id for source, _ in sources if document_key(source.id) == about]
        # gone since: then nothing is left to see
        return replace(asker, scope=replace(asker.scope, document=found[0] if found else ""))

    async def _read(self, message: Message, key: str, asker: Asker) -> None:
        place = await self._asking.place(message, asker, key)
        if place is None:
            return
        question = _question_of(message, self._sender.me)
        repeated = None if message.reply_to_message else question
        words = answers.reading(place, asker.texts, link=self._asking.link, question=repeated)
        keyboard = self._asking.keyboards(asker).reading(place, answered=question is not None)
        await self._sender.edit(message, replace(words, keyboard=keyboard))

    async def _whole(self, message: Message, key: str, asker: Asker) -> None:
        place = await self._asking.place(message, asker, key)
        if place is None:
            return
        for words in answers.whole(place.passage, asker.texts, link=self._asking.link):
            await self._sender.reply(message, words)

    async def _vote(
        self,
        query: CallbackQuery,
        message: Message,
        button: Button,
        asker: Asker,
        later: Later,
    ) -> None:
        """Note a vote; the latest of a person counts. A bad one is asked for its reason."""
        shown = self._journal.shown(message.chat_id, message.message_id)
        if shown is None:
            await self._sender.answer(query, asker.texts("outdated_button"))
            return
        good, reason = button.action is Action.GOOD, None
        if button.action is Action.REASON and button.payload.isdecimal():
            reason = REASONS[int(button.payload)]
        self._journal.vote(shown.id, asker.person, up=good, reason=reason)
        asks = button.action is Action.BAD
        await self._sender.answer(query, asker.texts("say_why" if asks else "thanks"))
        above = [row for row in forms.buttons(message) if not self._is_vote(row, message.chat_id)]
        keyboards = self._asking.keyboards(asker)
        below = keyboards.reasons() if asks else (keyboards.votes(),)
        if asks or button.action is Action.REASON:
            later(self._sender.edit_keyboard(message, _rows(*above, *below)))

    def _is_vote(self, row: tuple[model.Button, ...], chat: int) -> bool:
        read = self._buttons.read(row[0].data or "", chat)
        return read is not None and read.action in (Action.GOOD, Action.BAD, Action.REASON)

    async def _keep(
        self, query: CallbackQuery, message: Message, button: Button, asker: Asker, later: Later
    ) -> None:
        """Keep a question for the editors, and where its asker wants to be told of an answer."""
        journal, texts, keyboard = self._journal, asker.texts, model.Keyboard()
        if button.action is Action.NOTIFY:
            gap = int(button.payload)
            kept = await asyncio.to_thread(
                journal.notify, gap, asker.person, message.chat_id, texts.language
            )
            await self._sender.answer(query, texts("will_notify" if kept else "answered_since"))
        elif question := _question_of(message, self._sender.me):
            shown = journal.shown(message.chat_id, message.message_id)
            gap = await asyncio.to_thread(
                journal.ask_editors, question, asker.person, shown.id if shown else None
            )
            await self._sender.answer(query, texts("told"))
            if asker.private:
                keyboard = self._asking.keyboards(asker).one("notify", Action.NOTIFY, str(gap))
        else:
            await self._sender.answer(query, texts("outdated_button"))
            return
        later(self._sender.edit_keyboard(message, _rows(*keyboard)))


def _rows(*rows: tuple[model.Button, ...]) -> model.Message:
    return model.Message("", keyboard=rows)


def _asked(query: CallbackQuery, message: Message, button: Button, bot: User) -> str | None:
    """The question that a button is about, from what Telegram kept of it; None where it is gone."""
    if button.action is Action.EXAMPLE:
        return next(
            (
                pressed.text
                for row in forms.buttons(message)
                for pressed in row
                if pressed.data == query.data
            ),
            None,
        )
    return _question_of(message, bot)


def _question_of(message: Message, bot: User) -> str | None:
    """The question that a message answers: the one it replies to, or the one it begins with."""
    if message.reply_to_message is not None:
        return addressing.asked(message.reply_to_message, bot) or None
    for entity in message.entities:
        if entity.type == MessageEntity.ITALIC and entity.offset == 0:
            return message.parse_entity(entity)
    return None
