"""Show an editor what works in a group that adds the bot, and what to change."""

from __future__ import annotations

import logging

import telegram
from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated
from telegram.error import TelegramError

from bot.access import Access
from bot.dispatch.registry import Registry
from bot.editing.editors import Editors
from bot.messages import notices
from bot.messages.notices import Membership

__all__ = ["Joining"]

_log = logging.getLogger(__name__)


class Joining:
    """Checks a group when the bot joins or its rights change; says nothing in the group."""

    def __init__(self, bot: telegram.Bot, access: Access, editors: Editors) -> None:
        self._bot = bot
        self._access = access
        self._editors = editors

    def register(self, registry: Registry) -> None:
        """Register for Telegram's reports of the bot's own membership."""
        registry.joined = self.joined

    async def joined(self, change: ChatMemberUpdated) -> None:
        """Notify the editor who did it, or else every editor."""
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
        for editor in [by.id] if by.id in self._editors else self._editors:
            code = by.language_code if editor == by.id else None
            words = notices.joined(membership, self._editors.texts(editor, code))
            await self._editors.send(editor, words)

    async def _look(self, change: ChatMemberUpdated) -> Membership:
        chat, now = change.chat, change.new_chat_member
        # asked again: privacy may have been changed since the start
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
