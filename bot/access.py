"""Who may ask, and who may edit: by numeric id, never by name. Pure."""

from __future__ import annotations

from bot.settings import Settings

__all__ = ["Access"]

# Who speaks as a chat: an anonymous group admin, a channel, a channel's posts in its group.
_NOBODY = frozenset({1087968824, 136817688, 777000})


class Access:
    """The rights of people and chats, as the settings give them."""

    def __init__(self, settings: Settings) -> None:
        self._admins = settings.admins - _NOBODY
        self._chats = settings.chats

    def may_ask(self, chat: int | None, user: int | None) -> bool:
        """Whether this person may ask in this chat."""
        return not self._chats or bool({chat, user} & (self._chats | self._admins))

    def may_edit(self, user: int | None, *, private: bool, as_chat: bool) -> bool:
        """Whether this person may change the index; nobody may who speaks as a chat."""
        return private and not as_chat and user in self._admins
