"""A voice message -> the question in it, if there is a speech model."""

from __future__ import annotations

import telegram
from telegram import Bot, Message

from bot.asking.question import Question
from bot.asking.questions import Asking
from bot.dispatch.registry import Registry
from bot.dispatch.turn import Turn
from bot.running.hearing import Hearing
from bot.running.worker import BusyError
from bot.transport import reading
from bot.transport.files import download

__all__ = ["Spoken"]

_LONGEST = 120  # seconds
_LARGEST = 8 * 1024 * 1024  # bytes


class Spoken:
    """Has voice messages written down, shows the words and asks them."""

    def __init__(self, bot: Bot, asking: Asking, hearing: Hearing) -> None:
        self._bot = bot
        self._asking = asking
        self._hearing = hearing

    def register(self, registry: Registry) -> None:
        """Take voice messages."""
        registry.message(self._take)

    async def _take(self, turn: Turn) -> bool:
        """Answer a voice message in a private chat; False for any other message."""
        voice = _voice(turn.message)
        if voice is None or not turn.asker.private or reading.said(turn.message).text:
            return False
        words = turn.texts("voice_too_long", count=_LONGEST)
        if _seconds(voice) <= _LONGEST and (voice.file_size or 0) <= _LARGEST:
            try:
                async with turn.means.sender.typing(turn.message):
                    speech = await download(self._bot, voice.file_id, _LARGEST)
                    heard = await self._hearing.words(speech) if speech else ""
            except BusyError:
                words = turn.texts("queue_full")
            else:
                if heard:
                    await self._asking.answer(Question(heard, turn, repeat=True))
                    return True
                words = turn.texts("voice_unheard")
        await turn.reply(words)
        return True


def _voice(message: Message) -> telegram.Voice | telegram.VideoNote | telegram.Audio | None:
    return message.voice or message.video_note or message.audio


def _seconds(voice: telegram.Voice | telegram.VideoNote | telegram.Audio) -> float:
    # the property changes its type in the library's next version, and warns of it
    return float(voice.to_dict().get("duration", 0))
