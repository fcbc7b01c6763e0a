"""Methods that tell about the bot, chats and members, and the one that leaves a chat."""

from typing import TYPE_CHECKING

from .calls import Call
from .errors import bad_request
from .messages import Json
from .people import member

if TYPE_CHECKING:
    from .chats import Chat

__all__ = ["METHODS", "get_chat", "get_chat_administrators", "get_chat_member", "get_me"]

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")


def get_me(call: Call) -> Json:
    """The bot itself."""
    return {**call.state.bot, "can_read_all_group_messages": not call.state.privacy_mode}


def get_chat(call: Call) -> Json:
    """A chat in full."""
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access(write=False)
    gifts = dict.fromkeys((*_GIFTS, "gifts_from_channels"), False)
    full = {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": gifts}
    if chat.kind in ("group", "supergroup"):
        full["permissions"] = {"can_send_messages": chat.may_write}
    return chat.as_json() | full


def get_chat_administrators(call: Call) -> list[Json]:
    """The admins of a group, other bots left out."""
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access(write=False)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    admins = [
        member(call.state.users[user_id].as_json(), status)
        for user_id, status in chat.members.items()
        if status in ("administrator", "creator")
    ]
    return admins + ([chat.bot_member()] if chat.bot_status == "administrator" else [])


def get_chat_member(call: Call) -> Json:
    """Return what a person, or the bot itself, is in a chat."""
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access(write=False)
    user_id = call.params.number("user_id")
    if user_id == call.state.bot["id"]:
        return chat.bot_member()
    user = call.state.users.get(user_id)
    if user is None:
        raise bad_request("user not found")
    return member(user.as_json(), chat.status_of(user))


def leave_chat(call: Call) -> bool:
    """Leave a group or channel."""
    chat: Chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access(write=False)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    return True


METHODS = {
    "getChat": get_chat,
    "getChatAdministrators": get_chat_administrators,
    "getChatMember": get_chat_member,
    "getMe": get_me,
    "leaveChat": leave_chat,
}
