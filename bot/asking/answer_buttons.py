"""The buttons under answers and passages: ask this, ask again, more, read around, whole
document.
"""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, MessageEntity, User

from bot.asking.question import Question
from bot.asking.questions import Asking
from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press
from bot.messages import answers, tables
from bot.messages.buttons import Action
from bot.transport import addressing, forms
from index.search.keys import document_key

__all__ = ["AnswerButtons", "question_of"]


class AnswerButtons:
    """The buttons that act on an answer."""

    def __init__(self, means: Means, asking: Asking) -> None:
        self._means = means
        self._asking = asking

    def register(self, registry: Registry) -> None:
        """Register the buttons; those that ask something work as long as their question is
        known.
        """
        asks = (Action.EXAMPLE, Action.AGAIN, Action.MORE, Action.BACK)
        known = Pressed(self._ask, works=lambda press: _asked(press) is not None)
        registry.buttons(known, *asks)
        registry.buttons(Pressed(self._read), Action.READ)
        registry.buttons(Pressed(self._whole), Action.WHOLE)
        registry.buttons(Pressed(self._table), Action.TABLE)
        registry.buttons(Pressed(_nothing, answers=True), Action.NOTHING)

    async def _ask(self, press: Press) -> None:
        text, button, message = _asked(press) or "", press.button, press.message
        if button.action is Action.EXAMPLE:
            await self._asking.answer(Question(text, press, repeat=True))
            return
        payload, _, about = button.payload.partition("_")
        scoped = await self._about(press, about)
        if scoped is None:
            return
        beside = message.reply_to_message
        turn = replace(scoped, message=beside or message)
        shown = button.action in (Action.MORE, Action.BACK)
        # it follows what it followed when it was answered, whatever was asked since
        before = self._asking.before(turn, message) if shown else None
        question = Question(text, turn, not _is_asked(message, press.me), before=before)
        if button.action is Action.MORE:
            await self._asking.more(question, int(payload))
        elif button.action is Action.BACK:
            await self._asking.answer(replace(question, instead=message))
        else:
            await self._asking.answer(question)

    async def _about(self, press: Press, about: str) -> Press | None:
        """Return the press, about one document if a button names it; None, after an apology, if
        it cannot be looked up.
        """
        if not about:
            return press
        lookup, scope = self._means.lookup, press.asker.scope
        sources = await press.look(lambda: lookup.worker.run(lookup.library.sources, scope))
        if sources is None:
            return None
        found = [source.id for source, _ in sources if document_key(source.id) == about]
        # gone since: nothing is left to see
        return press.about(found[0] if found else "")

    async def _read(self, press: Press) -> None:
        place = await press.place(press.button.payload)
        if place is None:
            return
        question = question_of(press.message, press.me)
        repeated = None if _is_asked(press.message, press.me) else question
        words = answers.reading(place, press.texts, link=self._means.link, question=repeated)
        keyboard = press.keyboards.reading(place, answered=question is not None)
        await press.edit(replace(words, keyboard=keyboard))

    async def _whole(self, press: Press) -> None:
        place = await press.place(press.button.payload)
        if place is None:
            return
        for words in answers.whole(place.passage, press.texts, link=self._means.link):
            await press.reply(words)

    async def _table(self, press: Press) -> None:
        place = await press.place(press.button.payload)
        if place is None:
            return
        if tables.rows(place.passage):
            await press.reply(tables.message(place.passage, press.texts, self._means.link))
        else:
            await press.reply(press.texts("gone"))


async def _nothing(press: Press) -> None:
    """A button that only shows something."""
    await press.answer()


def _asked(press: Press) -> str | None:
    """Return the question that a button is about, from Telegram's copy of the message; None if
    it is gone.
    """
    if press.button.action is Action.EXAMPLE:
        return next(
            (
                shown.text
                for row in forms.buttons(press.message)
                for shown in row
                if shown.data == press.query.data
            ),
            None,
        )
    return question_of(press.message, press.me)


def question_of(message: Message, bot: User) -> str | None:
    """Return the question that a message answers: the one it replies to, or the one it begins
    with.
    """
    if _is_asked(message, bot) and message.reply_to_message:
        return addressing.asked(message.reply_to_message, bot)
    for entity in message.entities:
        if entity.type == MessageEntity.ITALIC and entity.offset == 0:
            return message.parse_entity(entity)
    return None


def _is_asked(message: Message, bot: User) -> bool:
    """Return True if an answer replies to the words of its question; a voice message has none."""
    replied = message.reply_to_message
    return replied is not None and bool(addressing.asked(replied, bot))
