"""What the bot does with what people send it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import telegram
from telegram import Message, Update
from telegram.error import BadRequest, Forbidden, NetworkError
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import notices, sending
from bot.access import Access
from bot.asking import Asking
from bot.editors import Editors
from bot.examples import examples
from bot.indexing import Indexing
from bot.logs import refer
from bot.metrics import Metrics
from bot.settings import Settings
from bot.texts import Texts, texts_for
from bot.worker import Worker
from index.errors import NoIndexError
from index.library import Library
from index.types import Generation, Source

__all__ = ["Handlers"]

_log = logging.getLogger(__name__)
_EXAMPLE = "ask:"

Context = ContextTypes.DEFAULT_TYPE
Documents = Sequence[tuple[Source, int]]

# The library's handlers also fire on edits, channel posts and more: only new messages are meant.
_PRIVATE = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE


class Handlers:
    """The bot's side of every conversation."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        worker: Worker,
        indexing: Indexing,
        metrics: Metrics,
    ) -> None:
        self._language = settings.language
        self._library = library
        self._access = Access(settings)
        self._asking = Asking(library, worker, indexing, metrics)
        self._editors = Editors(indexing)
        self._examples: tuple[str, tuple[str, ...]] = ("", ())

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Have the application call these."""
        application.add_handler(TypeHandler(Update, self._admit), group=-1)
        application.add_handlers(
            [
                CommandHandler("start", self._start, _PRIVATE),
                CommandHandler("help", self._help, _PRIVATE),
                CommandHandler("sources", self._sources, _PRIVATE),
                CommandHandler("ask", self._ask, _PRIVATE),
                CommandHandler("reindex", self._reindex, _PRIVATE),
                MessageHandler(_PRIVATE & filters.COMMAND, self._unknown),
                MessageHandler(_PRIVATE & filters.TEXT, self._text),
                MessageHandler(_PRIVATE & ~filters.StatusUpdate.ALL, self._no_text),
                CallbackQueryHandler(self._pressed),
            ]
        )
        application.add_error_handler(self._failed)

    async def _text(self, update: Update, _: Context) -> None:
        message = _message(update)
        await self._asking.answer(message, message.text or "", self._texts(update))

    async def _ask(self, update: Update, _: Context) -> None:
        message = _message(update)
        question = (message.text or "").split(maxsplit=1)[1:]
        await self._asking.answer(message, "".join(question), self._texts(update))

    async def _start(self, update: Update, _: Context) -> None:
        message, texts = _message(update), self._texts(update)
        found = await self._asking.look(message, texts, self._to_begin_with)
        if found:
            documents, questions = found
            words = notices.greeting(documents, texts, examples=bool(questions))
            buttons = [(question, f"{_EXAMPLE}{n}") for n, question in enumerate(questions)]
            await sending.send(message, words, buttons=buttons)

    async def _pressed(self, update: Update, context: Context) -> None:
        query, texts = update.callback_query, self._texts(update)
        assert query is not None
        pressed = _label(query)
        if pressed is None:
            await query.answer(texts("outdated_button"))
            return
        await query.answer()
        # in the background: the next button wants its answer at once as well
        context.application.create_task(
            self._asking.answer(*pressed, texts, repeat=True), update=update
        )

    async def _help(self, update: Update, _: Context) -> None:
        texts = self._texts(update)
        words = texts("help").strip()
        if self._may_edit(update):
            words += "\n" + texts("help_editor")
        await sending.send(_message(update), words)

    async def _sources(self, update: Update, _: Context) -> None:
        message, texts = _message(update), self._texts(update)
        found = await self._asking.look(message, texts, self._what_there_is)
        if found:
            documents, generation, failed = found
            shown = failed if self._may_edit(update) else ()
            await sending.send(message, notices.sources(documents, generation, shown, texts))

    async def _reindex(self, update: Update, context: Context) -> None:
        if self._may_edit(update):
            await self._editors.reindex(_message(update), context, self._texts(update))
        else:
            await self._unknown(update, context)

    async def _unknown(self, update: Update, context: Context) -> None:
        message = _message(update)
        _, at, name = (message.text or "").split(maxsplit=1)[0].partition("@")
        if not at or name.lower() == context.bot.username.lower():
            await sending.reply(message, self._texts(update)("unknown_command"))

    async def _no_text(self, update: Update, _: Context) -> None:
        await sending.reply(_message(update), self._texts(update)("text_only"))

    async def _admit(self, update: Update, _: Context) -> None:
        """Let only those pass whom the settings let ask."""
        chat, user = update.effective_chat, update.effective_user
        if self._access.may_ask(chat.id if chat else None, user.id if user else None):
            return
        words = self._texts(update)("not_allowed")
        if update.callback_query:
            await update.callback_query.answer(words)
        elif update.message and chat and chat.type == chat.PRIVATE:
            await sending.reply(update.message, words)
        raise ApplicationHandlerStop

    async def _failed(self, update: object, context: Context) -> None:
        """Log an error that nobody expected, and tell the person its reference; never raise."""
        error = context.error or RuntimeError()
        if isinstance(error, Forbidden):
            _log.info("Somebody who asked has blocked the bot")
            return
        reference = refer(error)
        # what could not reach Telegram may have: a second message would confuse, or not arrive
        lost = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
        if lost or not isinstance(update, Update):
            return
        try:
            message = update.effective_message
            if message and message.chat.type == message.chat.PRIVATE:
                await sending.reply(message, self._texts(update)("wrong", reference=reference))
        except Exception as failure:
            _log.warning("The reference could not be told (%s)", type(failure).__name__)

    def _texts(self, update: Update) -> Texts:
        user = update.effective_user
        return texts_for(self._language, user.language_code if user else None)

    def _may_edit(self, update: Update) -> bool:
        message, user = _message(update), update.effective_user
        return self._access.may_edit(
            user.id if user else None,
            private=message.chat.type == message.chat.PRIVATE,
            as_chat=message.sender_chat is not None,
        )

    def _to_begin_with(self) -> tuple[Documents, tuple[str, ...]]:
        """The documents and the example questions; these are found once for each generation."""
        documents, generation, _ = self._what_there_is()
        if self._examples[0] != generation.id:
            self._examples = generation.id, examples(self._library)
        return documents, self._examples[1]

    def _what_there_is(self) -> tuple[Documents, Generation, Sequence[tuple[str, str]]]:
        documents, failed = self._library.sources(), self._library.failed()
        generation = self._library.generation()
        if generation is None:
            raise NoIndexError("the index was there a moment ago, and cannot be opened now")
        return documents, generation, failed


def _message(update: Update) -> Message:
    assert update.message is not None
    return update.message


def _label(query: telegram.CallbackQuery) -> tuple[Message, str] | None:
    """The message of a pressed example and the question on it, as Telegram has kept them."""
    message = query.message
    if not isinstance(message, Message) or not (query.data or "").startswith(_EXAMPLE):
        return None
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    for row in keyboard:
        for button in row:
            if button.callback_data == query.data:
                return message, button.text
    return None
