"""The people and bots of the chats."""

from dataclasses import dataclass

from .messages import Json

__all__ = ["CHANNEL_BOT", "GROUP_ANONYMOUS_BOT", "User", "member"]


@dataclass(frozen=True, slots=True)
class User:
    """A person as the Bot API shows them."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def as_json(self) -> Json:
        """The Bot API object, without empty fields."""
        fields: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if getattr(self, name) is not None:
                fields[name] = getattr(self, name)
        return fields


# The senders which the Bot API shows for anonymous admins and for channels.
GROUP_ANONYMOUS_BOT = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
CHANNEL_BOT = User(136817688, "Channel", username="Channel_Bot", is_bot=True)

_RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_pin_messages",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_post_messages",
    "can_edit_messages",
    "can_manage_topics",
)


def member(user: Json, status: str) -> Json:
    """The ChatMember object of a user with that status."""
    fields: Json = {"user": user, "status": status}
    if status == "administrator":
        fields |= dict.fromkeys(_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": False}
    elif status == "creator":
        fields["is_anonymous"] = False
    elif status == "kicked":
        fields["until_date"] = 0
    return fields
