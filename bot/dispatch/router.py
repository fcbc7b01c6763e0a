"""The bot's handling of Telegram updates: one path for each kind of update."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from telegram import ChatMember, ChatMemberUpdated, Message, Update
from telegram.error import BadRequest, NetworkError
from telegram.ext import Application, ContextTypes, TypeHandler

from bot.dispatch.askers import Asker, Askers
from bot.dispatch.pressing import Pressing
from bot.dispatch.registry import Registry
from bot.dispatch.turn import Means, Turn
from bot.logs import refer
from bot.running.limits import Kind, Limits
from bot.running.recent import Recent
from bot.transport import addressing, reading
from bot.transport.addressing import Given

__all__ = ["Router"]

_log = logging.getLogger(__name__)

_REMEMBERED = 5_000  # messages

Context = ContextTypes.DEFAULT_TYPE


class Router:
    """Decides whether an update is answered, and passes it to the feature registered for it."""

    def __init__(self, registry: Registry, askers: Askers, limits: Limits, means: Means) -> None:
        self._registry = registry
        self._askers = askers
        self._limits = limits
        self._means = means
        self._pressing = Pressing(registry, means)
        self._heard = Recent[tuple[int, int], str](_REMEMBERED)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register this with the application."""
        application.add_handler(TypeHandler(Update, self._update))
        application.add_error_handler(self._failed)

    async def _update(self, update: Update, context: Context) -> None:
        asker = self._askers.of(update)
        admitted = await self._admit(update, asker)
        if update.my_chat_member:
            await self._member(update.my_chat_member, answered=admitted)
        elif not admitted:
            return
        elif not self._askers.may_ask(update):
            await self._turn_away(update, asker)
        elif update.message:
            await self._message(Turn(update.message, asker, self._means))
        elif update.edited_message:
            await self._edited(Turn(update.edited_message, asker, self._means))
        elif update.callback_query:
            # in the background: the next button needs its answer at once as well
            await self._pressing.pressed(
                update.callback_query,
                asker,
                lambda work: context.application.create_task(work, update=update),
            )
        elif update.message_reaction and self._registry.reaction:
            await self._registry.reaction(update.message_reaction, asker)
        elif update.inline_query and self._registry.inline:
            await self._registry.inline(update.inline_query, asker)
        elif update.guest_message and self._registry.guest:
            await self._registry.guest(update.guest_message, asker)

    async def _admit(self, update: Update, asker: Asker) -> bool:
        """Return True if the person's minute has room for this update; if not, say so, but not
        too often.
        """
        message, query = update.message or update.edited_message, update.callback_query
        if message and not self._is_meant(message):
            return True
        kind = Kind.PRESSED if query else Kind.TYPED if update.inline_query else Kind.SAID
        admission = self._limits.take(asker.person, asker.chat, kind, editor=asker.editor)
        if admission.tell:
            words = asker.texts(admission.words, count=admission.count, most=admission.most)
            if query:
                await self._means.sender.answer(query, words)
            elif update.message:
                await self._means.sender.reply(update.message, words, only=asker.person)
        return admission.allowed

    async def _message(self, turn: Turn) -> None:
        message = turn.message
        if message.migrate_to_chat_id:
            self._means.journal.people.moved(message.chat_id, message.migrate_to_chat_id)
        if not self._is_meant(message):
            if addressing.is_editing(message, turn.me) and self._askers.edits(message):
                await turn.reply(turn.texts("editors_private"), alone=True)
            return
        self._is_news(message)
        self._returned(message)
        if given := addressing.command(message, turn.me):
            await self._command(turn, given)
            return
        for take, editors in self._registry.messages:
            if (turn.asker.editor or not editors) and await take(turn):
                return

    async def _edited(self, turn: Turn) -> None:
        message = turn.message
        if self._registry.edited and self._is_meant(message) and self._is_news(message):
            await self._registry.edited(turn)

    async def _command(self, turn: Turn, given: Given) -> None:
        if not given.name:
            return
        do = self._registry.doing(given.name, editor=turn.asker.editor)
        if do is None:
            await turn.reply(turn.texts("unknown_command"))
        else:
            await do(replace(turn, given=given.rest))

    async def _member(self, change: ChatMemberUpdated, *, answered: bool) -> None:
        """Note that someone blocked the bot or lets it write again, or a group added or removed
        it.
        """
        here = change.new_chat_member.status not in (ChatMember.LEFT, ChatMember.BANNED)
        self._means.journal.people.set_active(change.chat.id, here)
        if answered and self._registry.joined:
            await self._registry.joined(change)

    def _returned(self, message: Message) -> None:
        """Note that a person who writes to the bot may be written to."""
        journal = self._means.journal
        if not journal.people.is_active(message.chat_id):
            journal.people.set_active(message.chat_id, True)

    def _is_news(self, message: Message) -> bool:
        """Return True unless the same words of this message were read already.

        Telegram also reports edits that change nothing a person sees.
        """
        key = message.chat_id, message.message_id
        words, before = reading.said(message).text, self._heard.get(key)
        self._heard.put(key, words)
        return words != before

    async def _turn_away(self, update: Update, asker: Asker) -> None:
        """Reply to people who may not ask, if they expect a reply; otherwise stay silent."""
        words = asker.texts("not_allowed")
        if update.callback_query:
            await self._means.sender.answer(update.callback_query, words)
        elif update.message and asker.private:
            await self._means.sender.reply(update.message, words)

    def _is_meant(self, message: Message) -> bool:
        return addressing.is_meant(message, self._means.sender.me)

    async def _failed(self, update: object, context: Context) -> None:
        """Log an unexpected error, and tell the person its reference; never raise."""
        error = context.error or RuntimeError()
        reference = refer(error)
        # a failed call may have reached Telegram: a second message would confuse, or not arrive
        lost = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
        if lost or not isinstance(update, Update):
            return
        try:
            pressed = update.callback_query and update.effective_message
            message = update.message or pressed
            if message and (pressed or self._is_meant(message)):
                words = self._askers.of(update).texts("wrong", reference=reference)
                await self._means.sender.reply(message, words)
        except Exception as failure:
            _log.warning("The reference could not be sent (%s)", type(failure).__name__)
