"""A chat as the server sees it: its kind, members, topics, messages, and who may write."""

import time
from typing import TYPE_CHECKING

from .errors import ApiError, bad_request, forbidden
from .messages import Json, Message
from .people import User, member

if TYPE_CHECKING:
    from .state import State

__all__ = ["GENERAL_TOPIC", "Room"]

GENERAL_TOPIC = 1
_ABSENT = ("left", "kicked")


class Room:
    """A private chat, group, supergroup or channel."""

    def __init__(
        self,
        state: "State",
        chat_id: int,
        kind: str,
        title: str,
        *,
        owner: User | None = None,
        username: str | None = None,
        forum: bool = False,
    ) -> None:
        """Make an empty chat; a private one belongs to `owner`."""
        self.state = state
        self.id = chat_id
        self.kind = kind
        self.title = title
        self.owner = owner
        self.username = username
        self.forum = forum
        self.members: dict[int, str] = {} if owner is None else {owner.id: "member"}
        self.bot_status = "administrator" if kind == "channel" else "member"
        self.started = True
        self.deactivated = False
        self.may_write = True
        self.migrated_to: int | None = None
        self.topics: dict[int, Json] = {}
        self.closed_topics: set[int] = set()
        self.messages: dict[int, Message] = {}
        self.ephemeral = True
        self._reactions: dict[tuple[int, int], list[Json]] = {}
        self.ephemeral_messages: dict[tuple[int, int], Message] = {}
        self.private_words: dict[tuple[int, int], tuple[Message, float]] = {}
        self.outbox: list[Message] = []
        self.last_seq = 0
        self._last_id = GENERAL_TOPIC  # whose id no message has
        self._last_ephemeral = 0

    def as_json(self) -> Json:
        """The Bot API's Chat object."""
        fields: Json = {"id": self.id, "type": self.kind}
        if self.owner is not None:
            fields["first_name"] = self.owner.first_name
            if self.owner.last_name:
                fields["last_name"] = self.owner.last_name
        else:
            fields["title"] = self.title
        if self.username:
            fields["username"] = self.username
        if self.forum:
            fields["is_forum"] = True
        return fields

    def check_access(self, *, write: bool = True) -> None:
        """Refuse what the bot may not do here, with the real server's words."""
        if self.migrated_to is not None and write:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.migrated_to,
            )
        if self.kind == "private":
            self._check_private(write)
        elif self.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {self.kind} chat")
        elif self.bot_status == "left":
            raise forbidden(f"bot is not a member of the {self.kind} chat")
        elif self.kind == "channel" and write and self.bot_status != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        elif write and not self.may_write:
            raise bad_request("not enough rights to send text messages to the chat")

    def check_topic(self, topic: int, *, action: bool = False) -> None:
        """Refuse a topic that is not there; the general one is named in actions only."""
        if topic == GENERAL_TOPIC and self.forum and action:
            return
        if topic not in self.topics:
            raise bad_request("message thread not found")
        if topic in self.closed_topics:
            raise bad_request("TOPIC_CLOSED")

    def next_id(self) -> int:
        """The next message id; supergroups and channels count on their own."""
        if self.kind in ("private", "group"):
            return self.state.next_message_id()
        self._last_id += 1
        return self._last_id

    def store(
        self, raw: Json, *, by_bot: bool = False, edited: bool = False, keyboard: Json | None = None
    ) -> Message:
        """Keep a message as it now stands."""
        message = Message(raw, self.state.tick(), by_bot, edited, None, keyboard)
        if (receiver := message.seen_by) is not None:
            self.ephemeral_messages[receiver, int(raw["ephemeral_message_id"])] = message
        else:
            self.messages[message.id] = message
        if by_bot:
            self.outbox.append(message)
            self.state.outbox.append(message)
        else:
            self.last_seq = message.seq
        return message

    def new_raw(self, sender: Json, *, ago: float = 0.0, ephemeral: int | None = None) -> Json:
        """The fields every new message has; `ephemeral` is who alone sees it."""
        fields: Json = {
            "message_id": 0 if ephemeral is not None else self.next_id(),
            "from": sender,
            "chat": self.as_json(),
            "date": int(time.time() - ago),
        }
        if ephemeral is not None:
            self._last_ephemeral += 1
            fields["ephemeral_message_id"] = self._last_ephemeral
            fields["receiver_user"] = self.state.users[ephemeral].as_json()
        return fields

    def status_of(self, user: User) -> str:
        """Return what a person is in this chat."""
        return self.members.get(user.id, "left")

    def bot_member(self) -> Json:
        """The bot as a ChatMember of this chat."""
        return member(self.state.bot, self.bot_status)

    def _check_private(self, write: bool) -> None:
        if self.deactivated and write:
            raise forbidden("user is deactivated")
        if not self.started:
            raise forbidden("bot can't initiate conversation with a user")
        if self.bot_status == "kicked" and write:
            raise forbidden("bot was blocked by the user")
