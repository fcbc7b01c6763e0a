"""A group that takes the bot in -> an editor is told what works there and what to change."""

from __future__ import annotations

import logging

import telegram
from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated
from telegram.error import TelegramError

from bot.access import Access
from bot.journal import Journal
from bot.messages import notices
from bot.messages.notices import Membership
from bot.messages.texts import texts_for
from bot.transport.sending import Sender

__all__ = ["Joining"]

_log = logging.getLogger(__name__)


class Joining:
    """Looks at a group when the bot comes in or gets other rights there; says nothing in it."""

    def __init__(
        self,
        bot: telegram.Bot,
        sender: Sender,
        journal: Journal,
        access: Access,
        editors: frozenset[int],
        language: str | None,
    ) -> None:
        self._bot = bot
        self._sender = sender
        self._journal = journal
        self._access = access
        self._editors = editors
        self._language = language

    async def joined(self, change: ChatMemberUpdated) -> None:
        """Tell the editor who did it, or else every editor."""
        now = change.new_chat_member
        if change.chat.type not in (change.chat.GROUP, change.chat.SUPERGROUP):
            return
        if now.status in (ChatMember.LEFT, ChatMember.BANNED):
            return
        try:
            membership = await self._look(change)
        except TelegramError as error:
            _log.warning("A group that took the bot in could not be looked at (%s)", error)
            return
        by = change.from_user
        for editor in [by.id] if by.id in self._editors else sorted(self._editors):
            code = by.language_code if editor == by.id else None
            texts = texts_for(self._journal.language(editor), code, self._language)
            await self._sender.send(editor, notices.joined(membership, texts))

    async def _look(self, change: ChatMemberUpdated) -> Membership:
        chat, now = change.chat, change.new_chat_member
        # asked anew: privacy may have been changed since the start
        me = await self._bot.get_me()
        full = await self._bot.get_chat(chat.id)
        admin = now.status == ChatMember.ADMINISTRATOR
        if isinstance(now, ChatMemberRestricted):
            writes = now.can_send_messages
        else:
            writes = (
                admin or not full.permissions or full.permissions.can_send_messages is not False
            )
        return Membership(
            bot=me.username or "",
            title=chat.title or "",
            id=chat.id,
            sees_all=admin or bool(me.can_read_all_group_messages),
            writes=writes,
            topics=bool(full.is_forum),
            may_ask=self._access.may_ask(chat.id, None),
            folders=self._access.folders(chat.id),
        )
