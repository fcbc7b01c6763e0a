"""From an ordinary message, in any form, to the question in it, or a line that says why there is
none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from telegram import Message

from bot.asking.question import Question
from bot.asking.questions import Asking
from bot.asking.unread import Unread
from bot.asking.verify import Checking
from bot.dispatch.registry import Registry
from bot.dispatch.turn import Turn
from bot.transport import addressing, reading, whispers
from bot.transport.backlog import Missed
from index.text import messages

__all__ = ["Reception"]

# “Is that true?” about someone else's words asks for a check, not for passages about truth.
_DOUBT = re.compile(
    r"(?:is|was) (?:this|that|it) (?:really |actually )?(?:true|right|correct|so)"
    r"|(?:true|really|right)|(?:это|а это) (?:точно |правда|верно|так)\w*(?: так)?"
    r"|(?:правда|верно|точно|так)(?: ли это)?"
)


class Reception:
    """Reads messages that are not commands, /ask, and edits of them."""

    def __init__(
        self,
        asking: Asking,
        checking: Checking,
        unread: Unread,
        missed: Callable[[Message], Missed],
    ) -> None:
        """`missed` returns the other messages that the bot was away for."""
        self._asking = asking
        self._checking = checking
        self._unread = unread
        self._missed = missed

    def register(self, registry: Registry) -> None:
        """Take what no other feature takes."""
        registry.command("ask", self._asked)
        registry.message(self._take)
        registry.edited = self._edited

    async def _take(self, turn: Turn) -> bool:
        await self._message(turn)
        return True

    async def _edited(self, turn: Turn) -> None:
        """Answer an edited question again; read a message that was never answered as a new one."""
        message = turn.message
        if await self._asking.again(turn):
            return
        given = addressing.command(message, turn.me)
        if given and given.name == "ask":
            await self._asked(replace(turn, given=given.rest))
        elif given and given.name == "verify":
            await self._checking.verify(turn, given.rest)
        elif not given and not message.document and reading.said(message).text:
            await self._message(turn)

    async def _message(self, turn: Turn) -> None:
        """Answer what a message asks, by itself or about the message it replies to."""
        message, private = turn.message, turn.asker.private
        text = addressing.asked(message, turn.me)
        if message.media_group_id and not self._unread.leads(message, text):
            return
        pointed = _pointed(turn)
        if not text and not pointed:
            await self._unread.say(turn)
        elif pointed:
            await self._about(turn, text, pointed)
        elif reading.link_alone(text) and private:
            await turn.reply(turn.texts("no_links"))
        elif private and _states(message, text):
            await self._asking.offer_check(turn)
        else:
            await self._ask(turn, text, _otherwise(turn, text))
            if turn.asker.editor and message.photo and not messages.asks(text):
                # “new price list” below a photo may be meant as a document
                await turn.reply(turn.texts("file_wanted"))

    async def _asked(self, turn: Turn) -> None:
        """Answer /ask: what follows it, else what the message replies to."""
        pointed = _pointed(turn)
        if pointed and not turn.given:
            await self._about(turn, turn.given, pointed)
        else:
            await self._ask(turn, turn.given)

    async def _ask(self, turn: Turn, text: str, otherwise: str | None = None) -> None:
        missed = self._missed(turn.message)
        if scoped := await self._asking.about(turn):
            late = addressing.is_late(turn.message)
            question = Question(text, scoped, late=late, otherwise=otherwise)
            if missed.earlier or missed.skipped:
                together = "\n".join([*missed.earlier, text])
                question = replace(question, text=together, skipped=missed.skipped, otherwise=None)
            await self._asking.answer(question)

    async def _about(self, turn: Turn, text: str, pointed: str) -> None:
        """Answer a message that replies to someone else's words."""
        message = turn.message
        bare = text.strip(" ?!.…").casefold()
        if _DOUBT.fullmatch(bare):
            await self._checking.verify(turn, pointed)
            return
        late = addressing.is_late(message)
        if bare and not messages.read(text).talk:
            await self._asking.answer(
                Question(text, turn, before=" ".join(pointed.split()), late=late)
            )
            return
        replied = message.reply_to_message
        if replied and not message.quote:
            # next to the question, so that the person who asked it sees the answer
            await self._asking.answer(Question(pointed, replace(turn, message=replied), late=late))
        else:
            await self._asking.answer(Question(pointed, turn, repeat=True, late=late))


def _pointed(turn: Turn) -> str:
    """Return another person's words that a message replies to or quotes, else ""."""
    replied = turn.message.reply_to_message
    if replied and addressing.is_by(replied, turn.me):
        return ""
    return reading.quoted(turn.message)


def _otherwise(turn: Turn, text: str) -> str | None:
    """Return what to say without a clear answer to words that may ask nothing, "" for silence; None
    if they ask.

    Words below a picture often only name it, and a reply in a group may go to its readers.
    """
    message = turn.message
    if messages.asks(text):
        return None
    plain = reading.is_plain(message)
    if not turn.asker.private:
        return None if plain and _is_addressed(turn) else ""
    if plain:
        return None
    # a line below the photo says how to add a document
    return "" if turn.asker.editor and message.photo else turn.texts("words_only")


def _is_addressed(turn: Turn) -> bool:
    """Return True if a message in a group names the bot, or replies to its request for a question
    rather than to an answer.
    """
    replied = turn.message.reply_to_message
    if replied is None or reading.said(turn.message, turn.me).mentions:
        return True
    shown = turn.means.journal.answers.shown(turn.asker.chat, whispers.number(replied))
    return shown is None


def _states(message: Message, text: str) -> bool:
    """Return True if someone passes on a text that asks nothing."""
    if not reading.is_forwarded(message):
        return False
    return "?" not in text and not messages.read(text).talk
