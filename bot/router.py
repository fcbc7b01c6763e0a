"""What the bot does with what comes from Telegram: each kind of update goes one way."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from telegram import ChatMember, ChatMemberUpdated, Message, Update
from telegram.error import BadRequest, NetworkError
from telegram.ext import Application, ContextTypes, TypeHandler

from bot.access import Access
from bot.askers import Asker, Askers
from bot.asking.answer_buttons import Pressing
from bot.asking.greeting import Greeting
from bot.asking.inline import Elsewhere
from bot.asking.personal import Personal
from bot.asking.questions import Asking
from bot.asking.reception import Reception
from bot.asking.sources import Sources
from bot.asking.verify import Checking
from bot.editing.insight import Insight
from bot.editing.joining import Joining
from bot.editing.pinning import Pinning
from bot.editing.publishing import Publishing
from bot.editing.removing import Removing
from bot.editing.thresholds import Levels
from bot.editing.uploads import Uploading
from bot.journal import Journal
from bot.logs import refer
from bot.running.limits import Kind, Limits
from bot.transport import addressing, reading
from bot.transport.addressing import Command
from bot.transport.sending import Sender

__all__ = ["Faces", "Handlers"]

_log = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
Do = Callable[[Message, Asker, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Faces:
    """What the bot can do, one object a subject."""

    greeting: Greeting
    asking: Asking
    reception: Reception
    checking: Checking
    sources: Sources
    personal: Personal
    pressing: Pressing
    elsewhere: Elsewhere
    uploading: Uploading
    removing: Removing
    publishing: Publishing
    levels: Levels
    pinning: Pinning
    insight: Insight
    joining: Joining


class Handlers:
    """The bot's side of every conversation."""

    def __init__(
        self,
        faces: Faces,
        askers: Askers,
        access: Access,
        sender: Sender,
        journal: Journal,
        limits: Limits,
    ) -> None:
        self._faces = faces
        self._askers = askers
        self._access = access
        self._sender = sender
        self._journal = journal
        self._limits = limits
        self._commands: dict[str, Do] = {
            "start": self._start,
            "help": self._help,
            "ask": faces.reception.ask,
            "verify": faces.checking.verify,
            "sources": lambda message, asker, _: faces.sources.show(message, asker),
            "lang": lambda message, asker, _: faces.personal.language(message, asker),
            "privacy": lambda message, asker, _: faces.personal.privacy(message, asker),
            "forget": lambda message, asker, _: faces.personal.forget(message, asker),
        }
        self._editors: dict[str, Do] = {
            "gaps": lambda message, asker, _: faces.pinning.show(message, asker),
            "why": faces.insight.why,
            "stats": lambda message, asker, _: faces.insight.stats(message, asker),
            "health": lambda message, asker, _: faces.insight.health(message, asker),
            "add": faces.uploading.address,
            "remove": lambda message, asker, _: faces.removing.show(message, asker),
            "reindex": lambda message, asker, _: faces.publishing.reindex(message, asker),
            "rollback": lambda message, asker, _: faces.publishing.rollback(message, asker),
            "thresholds": lambda message, asker, _: faces.levels.show(message, asker),
        }

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Have the application call this."""
        application.add_handler(TypeHandler(Update, self._update))
        application.add_error_handler(self._failed)

    async def _update(self, update: Update, context: Context) -> None:
        asker = self._askers.of(update)
        admitted = await self._admit(update, asker)
        if update.my_chat_member:
            await self._member(update.my_chat_member, answered=admitted)
        elif not admitted:
            return
        elif not self._may(update):
            await self._turn_away(update, asker)
        elif update.message:
            await self._message(update.message, asker)
        elif update.edited_message:
            await self._edited(update.edited_message, asker)
        elif update.callback_query:
            # in the background: the next button wants its answer at once as well
            await self._faces.pressing.pressed(
                update.callback_query,
                asker,
                lambda work: context.application.create_task(work, update=update),
            )
        elif update.inline_query:
            await self._faces.elsewhere.inline(update.inline_query, asker)
        elif update.guest_message:
            await self._faces.elsewhere.guest(update.guest_message, asker)

    async def _admit(self, update: Update, asker: Asker) -> bool:
        """Whether the person's minute has room for what an update wants; if not they are told, but
        not too often.
        """
        message, query = update.message or update.edited_message, update.callback_query
        if message and not self._is_meant(message):
            return True
        kind = Kind.PRESSED if query else Kind.TYPED if update.inline_query else Kind.SAID
        admission = self._limits.take(asker.person, asker.chat, kind, editor=asker.editor)
        if admission.tell:
            words = asker.texts(admission.words, count=admission.count)
            if query:
                await self._sender.answer(query, words)
            elif update.message:
                await self._sender.reply(update.message, words)
        return admission.allowed

    async def _message(self, message: Message, asker: Asker) -> None:
        if message.migrate_to_chat_id:
            self._journal.moved(message.chat_id, message.migrate_to_chat_id)
        if not self._is_meant(message):
            return
        self._faces.reception.is_news(message)
        self._returned(message)
        if given := addressing.command(message, self._sender.me):
            await self._command(message, asker, given)
        elif asker.editor and (gap := self._faces.pinning.prompted(message)):
            await self._faces.pinning.search(message, asker, gap)
        elif message.document and asker.editor:
            await self._faces.uploading.file(message, asker)
        elif asker.editor and (link := reading.link_alone(reading.said(message).text)):
            await self._faces.uploading.address(message, asker, link)
        else:
            await self._faces.reception.message(message, asker)

    async def _edited(self, message: Message, asker: Asker) -> None:
        """Answer an edited question again; read what was never answered as a new message."""
        if not self._is_meant(message) or not self._faces.reception.is_news(message):
            return
        if await self._faces.asking.again(message, asker):
            return
        given = addressing.command(message, self._sender.me)
        if given and given.name in ("ask", "verify"):
            await self._command(message, asker, given)
        elif not given and not message.document and reading.said(message).text:
            await self._faces.reception.message(message, asker)

    async def _command(self, message: Message, asker: Asker, given: Command) -> None:
        if not given.name:
            return
        do = self._commands.get(given.name)
        if do is None and asker.editor:
            do = self._editors.get(given.name)
        if do is None:
            await self._sender.reply(message, asker.texts("unknown_command"))
        else:
            await do(message, asker, given.rest)

    async def _start(self, message: Message, asker: Asker, parameter: str) -> None:
        await self._faces.greeting.greet(message, asker, parameter)

    async def _help(self, message: Message, asker: Asker, _: str) -> None:
        words = asker.texts("help").strip()
        if asker.editor:
            words += "\n" + asker.texts("help_editor").strip()
        await self._sender.reply(message, words)

    async def _member(self, change: ChatMemberUpdated, *, answered: bool) -> None:
        """Somebody blocked the bot or lets it write again, or a group took it in or put it out."""
        here = change.new_chat_member.status not in (ChatMember.LEFT, ChatMember.BANNED)
        self._journal.set_active(change.chat.id, here)
        if answered:
            await self._faces.joining.joined(change)

    def _returned(self, message: Message) -> None:
        """Who writes to the bot may be written to."""
        if not self._journal.is_active(message.chat_id):
            self._journal.set_active(message.chat_id, True)

    def _may(self, update: Update) -> bool:
        chat, user = update.effective_chat, update.effective_user
        trusted = chat if not update.guest_message else None
        return self._access.may_ask(trusted.id if trusted else None, user.id if user else None)

    async def _turn_away(self, update: Update, asker: Asker) -> None:
        """Tell who may not ask, where they expect an answer; to others the bot does not stir."""
        words = asker.texts("not_allowed")
        if update.callback_query:
            await self._sender.answer(update.callback_query, words)
        elif update.message and asker.private:
            await self._sender.reply(update.message, words)

    def _is_meant(self, message: Message) -> bool:
        return addressing.is_meant(message, self._sender.me)

    async def _failed(self, update: object, context: Context) -> None:
        """Log an error that nobody expected, and tell the person its reference; never raise."""
        error = context.error or RuntimeError()
        reference = refer(error)
        # what could not reach Telegram may have: a second message would confuse, or not arrive
        lost = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
        if lost or not isinstance(update, Update):
            return
        try:
            pressed = update.callback_query and update.effective_message
            message = update.message or pressed
            if message and (pressed or self._is_meant(message)):
                asker = self._askers.of(update)
                await self._sender.reply(message, asker.texts("wrong", reference=reference))
        except Exception as failure:
            _log.warning("The reference could not be told (%s)", type(failure).__name__)
