"""From messages to Telegram: everything the bot says goes through here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import telegram
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.logs import pseudonym
from bot.messages.model import Article, Message, units
from bot.transport import forms, whispers
from bot.transport.delivery import PATIENCE, Delivery
from bot.transport.letters import Letter, Place, place_of, says, topic_of

__all__ = ["Place", "Sender"]

_log = logging.getLogger(__name__)
Found = TypeVar("Found")

_TYPING_AFTER, _TYPING_AGAIN = 1.0, 4.0
_MOST_ANSWERED = 200  # characters in the answer to a button
_MOST_QUOTED = 1_024  # UTF-16 units of a quote in a reply
_INLINE_PATIENCE = 20.0  # seconds; a query no one answers is dead after 30

# Errors that no other form of the message would change.
_CLOSED = (
    "chat not found",
    "not enough rights",
    "need administrator rights",
    "chat_write_forbidden",
    "topic_closed",
)
# A message that cannot be edited any longer, or never could.
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "no text in")


class Sender:
    """Sends the bot's messages, each once, at the rates Telegram accepts.

    Words are a Message, or a text without marks. A message that cannot be sent is logged and
    otherwise skipped: `None` or False, never an error, except a message that Telegram refuses in
    its plainest form (BadRequest). `on_blocked` is called for a chat that shuts the bot out,
    `on_moved` (old, new) for one with a new id.
    """

    def __init__(
        self,
        bot: telegram.Bot,
        *,
        on_blocked: Callable[[int], None],
        on_moved: Callable[[int, int], None],
    ) -> None:
        self._bot = bot
        self._on_blocked = on_blocked
        self._on_moved = on_moved
        self._delivery = Delivery()
        self.calls = self._delivery.calls

    @property
    def me(self) -> telegram.User:
        """The bot's own user; set once connected."""
        return self._bot.bot

    async def reply(
        self,
        to: telegram.Message,
        words: Message | str,
        *,
        quote: str | None = None,
        only: int | None = None,
    ) -> telegram.Message | None:
        """Send as a reply in the same topic, or without reference if the message is gone.

        A `quote` that is a part of the message and not too long is shown above the reply. `only`
        is the one person who sees it, in a group and if Telegram can do that; a reply to a message
        that only one person sees always is for that person.
        """
        fits = quote and quote in (to.text or "") and units(quote) <= _MOST_QUOTED
        letter = Letter(
            to.chat_id, _message(words), topic_of(to), to.message_id, quote if fits else None
        ).as_seen(to)
        if only is not None and only > 0 and letter.only is None and whispers.may_be(to):
            letter = replace(letter, only=only)
        return await self._send(letter)

    async def send(
        self,
        chat_id: int,
        words: Message | str,
        *,
        topic: int | None = None,
        reply_to: int | None = None,
    ) -> telegram.Message | None:
        """Send into a chat, or into a topic of it."""
        return await self._send(Letter(chat_id, _message(words), topic, reply_to))

    async def beside(
        self, there: telegram.Message, words: Message | str
    ) -> telegram.Message | None:
        """Send into the chat and topic of a message, not as a reply, and to those who see that."""
        letter = Letter(there.chat_id, _message(words), topic_of(there)).as_seen(there)
        return await self._send(letter)

    async def document(
        self, to: telegram.Message, content: bytes, name: str
    ) -> telegram.Message | None:
        """Send a file, of at most 50 MB, as a reply."""
        upload = telegram.InputFile(content, filename=name)
        letter = Letter(to.chat_id, Message(""), topic_of(to), to.message_id, file=upload)
        return await self._send(letter)

    async def picture(
        self, to: telegram.Message, content: bytes, name: str, caption: str
    ) -> telegram.Message | None:
        """Send a picture as a reply; to what is for one person's eyes, for theirs alone."""
        upload, words = telegram.InputFile(content, filename=name), Message(caption)
        letter = Letter(to.chat_id, words, topic_of(to), to.message_id, None, upload, True)
        return await self._send(letter.as_seen(to))

    async def edit(self, sent: Place, words: Message | str, *, droppable: bool = False) -> bool:
        """Replace the words and buttons of a message of the bot.

        Return False if it can no longer be edited, or if a `droppable` edit would have to wait.
        """
        message = _message(words)
        if isinstance(sent, telegram.Message) and (seen := whispers.read(sent)):
            return await self._edit(sent, partial(whispers.edit, self._bot, seen, message))

        async def call(place: dict[str, Any]) -> object:
            return await self._bot.edit_message_text(
                message.text,
                **place,
                entities=forms.entities(message),
                link_preview_options=forms.NO_PREVIEW,
                reply_markup=forms.keyboard(message),
            )

        try:
            return await self._edit(sent, call, droppable=droppable)
        except BadRequest:
            plainer = forms.enabled(message)
            if plainer is None and not message.entities:
                raise
            _log.warning("An edit was refused and is made in a plainer form")
            message = plainer or replace(message, entities=())
            return await self._edit(sent, call, droppable=droppable)

    async def edit_keyboard(self, sent: Place, words: Message) -> bool:
        """Replace the buttons below a message of the bot; return False as `edit` does."""
        if isinstance(sent, telegram.Message) and (seen := whispers.read(sent)):
            return await self._edit(sent, partial(whispers.edit_keyboard, self._bot, seen, words))

        async def call(place: dict[str, Any]) -> object:
            markup = forms.keyboard(words)
            return await self._bot.edit_message_reply_markup(**place, reply_markup=markup)

        return await self._edit(sent, call, droppable=False)

    async def answer(
        self, query: telegram.CallbackQuery, text: str | None = None, *, alert: bool = False
    ) -> None:
        """Answer a pressed button, at once; a button that has waited too long is skipped."""
        shown = text and text[:_MOST_ANSWERED]
        await self._answer(
            "answerCallbackQuery",
            lambda: self._bot.answer_callback_query(query.id, text=shown, show_alert=alert),
        )

    async def answer_inline(
        self,
        query: telegram.InlineQuery,
        offered: Sequence[Article],
        *,
        cache: int = 30,
        button: tuple[str, str] | None = None,
    ) -> None:
        """Answer an inline query for this person; `button`: a label and the word for /start."""
        results = [forms.article(article) for article in offered]
        above = button and telegram.InlineQueryResultsButton(button[0], start_parameter=button[1])
        await self._answer(
            "answerInlineQuery",
            lambda: self._bot.answer_inline_query(
                query.id, results, cache_time=cache, is_personal=True, button=above
            ),
            _INLINE_PATIENCE,
        )

    async def answer_guest(self, query_id: str, offered: Article) -> str | None:
        """Answer a guest message (its `guest_query_id`); return the inline id of the post."""
        sent = await self._answer(
            "answerGuestQuery",
            lambda: self._bot.answer_guest_query(query_id, forms.article(offered)),
            _INLINE_PATIENCE,
        )
        return sent.inline_message_id if sent else None

    @asynccontextmanager
    async def typing(self, beside: telegram.Message) -> AsyncIterator[None]:
        """Show in the chat that the bot is working, after a second, if the rates allow it."""
        chat, topic = beside.chat_id, topic_of(beside)
        act = partial(self._bot.send_chat_action, chat, ChatAction.TYPING, message_thread_id=topic)

        async def show() -> None:
            await asyncio.sleep(_TYPING_AFTER)
            while True:
                with suppress(TelegramError):
                    await self._delivery.make(chat, act, counted=False, droppable=True)
                await asyncio.sleep(_TYPING_AGAIN)

        task = asyncio.create_task(show())
        try:
            yield
        finally:
            task.cancel()

    async def _send(self, letter: Letter) -> telegram.Message | None:
        moved = False
        while True:
            try:
                return await self._delivery.make(letter.chat, partial(letter.post, self._bot))
            except Forbidden:
                self._blocked(letter.chat)
                return None
            except ChatMigrated as error:
                if moved:
                    return None
                moved = True
                self._on_moved(letter.chat, error.new_chat_id)
                letter = letter.moved(error.new_chat_id)
            except BadRequest as error:
                if says(error, *_CLOSED):
                    _log.info("Chat %s: the bot may not write there", pseudonym(letter.chat))
                    return None
                plainer = letter.plainer(error)
                if plainer is None:
                    raise
                _log.warning("A message was refused and is sent in a plainer form")
                letter = plainer

    async def _edit(
        self,
        sent: Place,
        call: Callable[[dict[str, Any]], Awaitable[object]],
        *,
        droppable: bool = False,
    ) -> bool:
        chat, place = place_of(sent)
        try:
            done = await self._delivery.make(
                chat, lambda: call(place), repeatable=True, droppable=droppable
            )
        except Forbidden:
            if isinstance(chat, int):
                self._blocked(chat)
        except ChatMigrated as error:
            if isinstance(chat, int):
                self._on_moved(chat, error.new_chat_id)
        except BadRequest as error:
            if "not modified" in str(error):
                return True
            if not says(error, *_GONE, *_CLOSED):
                raise
        else:
            return done is not None
        return False

    async def _answer(
        self, method: str, call: Callable[[], Awaitable[Found]], patience: float = PATIENCE
    ) -> Found | None:
        try:
            return await self._delivery.make(
                method, call, counted=False, repeatable=True, patience=patience
            )
        except BadRequest as error:
            if not says(error, "query is too old"):
                raise
        except (ChatMigrated, Forbidden):
            _log.info("%s was refused", method)
        return None

    def _blocked(self, chat: int) -> None:
        _log.info("Chat %s has shut the bot out", pseudonym(chat))
        self._on_blocked(chat)


def _message(words: Message | str) -> Message:
    return Message(words) if isinstance(words, str) else words
