"""Messages without words: the reply to them, once for an album."""

from __future__ import annotations

import asyncio
import logging

from telegram import Message

from bot.dispatch.turn import Turn
from bot.logs import pseudonym
from bot.running.metrics import Metrics
from bot.running.recent import Recent
from bot.running.worker import Later
from bot.transport import reading

__all__ = ["Unread"]

_log = logging.getLogger(__name__)

_REMEMBERED = 5_000  # albums
_SETTLED = 1.5  # seconds in which all parts of an album arrive
_KINDS = frozenset(("voice", "video_note", "audio", "photo", "video", "sticker", "document"))


class Unread:
    """Says that a message has no words, and counts such messages."""

    def __init__(self, metrics: Metrics, later: Later) -> None:
        self._metrics = metrics
        self._later = later
        self._albums = Recent[tuple[int, str], bool](_REMEMBERED)

    async def say(self, turn: Turn) -> None:
        """Say that a message has no words; in a group only the log does."""
        kind = reading.kind(turn.message)
        self._metrics.unread(kind if kind in _KINDS else "other")
        _log.info("Chat %s: nothing to read in a message (%s)", pseudonym(turn.asker.chat), kind)
        if not turn.asker.private:
            return
        if turn.message.media_group_id:
            # another part may have the words
            self._later(self._say_of_album(turn))
            return
        await turn.reply(turn.texts(_excuse(kind, editor=turn.asker.editor)))

    def leads(self, message: Message, text: str) -> bool:
        """Return True for the part of an album to react to: the first, or the first with words."""
        key = _album(message)
        said = self._albums.get(key)
        self._albums.put(key, bool(said or text))
        return said is None or bool(text and not said)

    async def _say_of_album(self, turn: Turn) -> None:
        await asyncio.sleep(_SETTLED)
        if not self._albums.get(_album(turn.message)):
            words = _excuse(reading.kind(turn.message), editor=turn.asker.editor)
            await turn.reply(turn.texts(words))


def _album(message: Message) -> tuple[int, str]:
    return message.chat_id, message.media_group_id or ""


def _excuse(kind: str, *, editor: bool) -> str:
    if kind in ("voice", "video_note", "audio"):
        return "no_voice"
    return "file_wanted" if editor and kind in ("photo", "video") else "text_only"
