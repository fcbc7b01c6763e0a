"""An ordinary message, in whatever form it comes -> the question in it, or one line that says why
there is none.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Generic, TypeVar

from telegram import Message

from bot.askers import Asker
from bot.asking.questions import Asking, Question
from bot.asking.verify import Checking
from bot.logs import pseudonym
from bot.running.metrics import Metrics
from bot.transport import addressing, reading
from bot.transport.backlog import Missed
from bot.transport.sending import Sender
from index.text import messages

__all__ = ["Reception"]

_log = logging.getLogger(__name__)

Value = TypeVar("Value")

_REMEMBERED = 5_000  # messages, and albums
_SETTLED = 1.5  # seconds within which all parts of an album have come
_KINDS = frozenset(("voice", "video_note", "audio", "photo", "video", "sticker", "document"))

# “Is that true?” to what somebody else wrote asks for a check, not for passages about truth.
_DOUBT = re.compile(
    r"(?:is|was) (?:this|that|it) (?:really |actually )?(?:true|right|correct|so)"
    r"|(?:true|really|right)|(?:это|а это) (?:точно |правда|верно|так)\w*(?: так)?"
    r"|(?:правда|верно|точно|так)(?: ли это)?"
)


class Reception:
    """Reads messages that are no commands, and edits of them."""

    def __init__(
        self,
        asking: Asking,
        checking: Checking,
        sender: Sender,
        metrics: Metrics,
        *,
        missed: Callable[[Message], Missed],
        later: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """`missed` says what a message brings along that the bot was away for."""
        self._asking = asking
        self._checking = checking
        self._sender = sender
        self._metrics = metrics
        self._missed = missed
        self._later = later
        self._heard = _Recent[str]()
        self._albums = _Recent[bool]()

    def is_news(self, message: Message) -> bool:
        """Return True unless the same words of this message were read already.

        Telegram reports an edit also where nothing a person sees has changed.
        """
        key = message.chat_id, message.message_id
        words = reading.said(message).text
        before = self._heard.get(key)
        self._heard.put(key, words)
        return words != before

    async def message(self, message: Message, asker: Asker) -> None:
        """Answer what a message asks, by itself or of what it replies to."""
        text = addressing.asked(message, self._sender.me)
        if message.media_group_id and not self._leads(message, text):
            return
        pointed = self._pointed(message)
        if not text and not pointed:
            await self._unread(message, asker)
        elif pointed:
            await self._about(message, asker, text, pointed)
        elif reading.link_alone(text) and asker.private:
            await self._sender.reply(message, asker.texts("no_links"))
        elif asker.private and _states(message, text):
            await self._asking.offer_check(message, asker)
        else:
            await self._ask(message, asker, text)

    async def ask(self, message: Message, asker: Asker, text: str) -> None:
        """Answer /ask: what follows it, else what the message replies to."""
        pointed = self._pointed(message)
        if pointed and not text:
            await self._about(message, asker, text, pointed)
        else:
            await self._ask(message, asker, text)

    async def _ask(self, message: Message, asker: Asker, text: str) -> None:
        missed = self._missed(message)
        if scoped := await self._asking.about(message, asker):
            question = Question(text, scoped, message, late=addressing.is_late(message))
            if missed.earlier or missed.skipped:
                together = "\n".join([*missed.earlier, text])
                question = replace(question, text=together, skipped=missed.skipped)
            await self._asking.answer(question)

    async def _about(self, message: Message, asker: Asker, text: str, pointed: str) -> None:
        """Answer a message that replies to somebody else's words."""
        bare = text.strip(" ?!.…").casefold()
        if _DOUBT.fullmatch(bare):
            await self._checking.verify(message, asker, pointed)
            return
        late = addressing.is_late(message)
        if bare and not messages.read(text).talk:
            question = Question(text, asker, message, before=pointed, late=late)
            await self._asking.answer(question)
            return
        replied = message.reply_to_message
        if replied and not message.quote:
            # beside the question, so that whoever asked it sees the answer
            await self._asking.answer(Question(pointed, asker, replied, late=late))
        else:
            await self._asking.answer(Question(pointed, asker, message, repeat=True, late=late))

    async def _unread(self, message: Message, asker: Asker) -> None:
        """Say that a message holds no words; in a group only the log does."""
        kind = reading.kind(message)
        self._metrics.unread(kind if kind in _KINDS else "other")
        _log.info("Chat %s: nothing to read in a message (%s)", pseudonym(asker.chat), kind)
        if not asker.private:
            return
        if message.media_group_id:
            # another part may hold the words
            self._later(self._unread_album(message, asker))
            return
        await self._sender.reply(message, asker.texts(_excuse(kind, editor=asker.editor)))

    async def _unread_album(self, message: Message, asker: Asker) -> None:
        await asyncio.sleep(_SETTLED)
        if not self._albums.get(_album(message)):
            words = _excuse(reading.kind(message), editor=asker.editor)
            await self._sender.reply(message, asker.texts(words))

    def _leads(self, message: Message, text: str) -> bool:
        """Whether a part of an album is the one to react to: the first, or the first with words."""
        key = _album(message)
        said = self._albums.get(key)
        self._albums.put(key, bool(said or text))
        return said is None or bool(text and not said)

    def _pointed(self, message: Message) -> str:
        """What somebody else wrote and a message replies to or quotes; "" for anything else."""
        replied = message.reply_to_message
        if replied and addressing.is_by(replied, self._sender.me):
            return ""
        return reading.quoted(message)


class _Recent(Generic[Value]):
    """The latest values by a pair of ids."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[int, int | str], Value] = OrderedDict()

    def get(self, key: tuple[int, int | str]) -> Value | None:
        return self._values.get(key)

    def put(self, key: tuple[int, int | str], value: Value) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > _REMEMBERED:
            self._values.popitem(last=False)


def _states(message: Message, text: str) -> bool:
    """Whether somebody passes on a text that asks nothing."""
    if not reading.is_forwarded(message):
        return False
    return "?" not in text and not messages.read(text).talk


def _album(message: Message) -> tuple[int, str]:
    return message.chat_id, message.media_group_id or ""


def _excuse(kind: str, *, editor: bool) -> str:
    if kind in ("voice", "video_note", "audio"):
        return "no_voice"
    return "file_wanted" if editor and kind in ("photo", "video") else "text_only"
