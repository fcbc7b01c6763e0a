"""The people's side of the server: who there is, what they do besides writing, and waiting."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from .calls import Call, Violation
from .chats import Chat
from .files import StoredFile
from .messages import Json, Message
from .patience import PATIENCE
from .people import User
from .queries import GuestQuery, InlineQuery, Press
from .state import DAY, State

__all__ = ["Driver"]

Found = TypeVar("Found")
_FIRST_USER = 700_000_001
_FIRST_GROUP = 4_000_001


class Driver:
    """What a test makes happen; every method may be called from any thread."""

    def __init__(self, state: State) -> None:
        """Drive that state."""
        self.state = state

    def user(
        self,
        first_name: str,
        *,
        language_code: str | None = None,
        username: str | None = None,
        last_name: str | None = None,
        is_bot: bool = False,
        user_id: int | None = None,
    ) -> User:
        """A new person, or another bot."""
        with self.state.change():
            number = user_id or _FIRST_USER + len(self.state.users)
            user = User(number, first_name, last_name, username, language_code, is_bot)
            self.state.users[user.id] = user
            return user

    def private(self, user: User, *, started: bool = True) -> Chat:
        """The person's chat with the bot; unless `started`, the bot may not write first."""
        with self.state.change():
            if user.id not in self.state.chats:
                chat = Chat(
                    self.state,
                    user.id,
                    "private",
                    user.first_name,
                    owner=user,
                    username=user.username,
                )
                chat.started = started
                self.state.chats[chat.id] = chat
            return self.state.chats[user.id]

    def group(self, title: str, *members: User, admins: Iterable[User] = ()) -> Chat:
        """A basic group with the bot in it."""
        return self._room("group", title, members, admins)

    def supergroup(
        self,
        title: str,
        *members: User,
        admins: Iterable[User] = (),
        username: str | None = None,
    ) -> Chat:
        """A supergroup with the bot in it."""
        return self._room("supergroup", title, members, admins, username)

    def forum(self, title: str, *members: User, admins: Iterable[User] = ()) -> Chat:
        """A supergroup with topics; open them with `chat.topic(name)`."""
        return self._room("supergroup", title, members, admins, forum=True)

    def channel(self, title: str, *, username: str | None = None) -> Chat:
        """A channel with the bot as an admin."""
        return self._room("channel", title, (), (), username)

    def press(
        self,
        message: Message,
        button: str | None = None,
        *,
        by: User | None = None,
        data: str | None = None,
    ) -> Press:
        """Press a button, by its label or its callback data; `data` sends forged data instead."""
        if data is None:
            pressed = message.button(button or "")
            if "callback_data" not in pressed:
                raise ValueError(f"{button!r} is no callback button: {pressed}")
            data = str(pressed["callback_data"])
        with self.state.change():
            chat = self.state.chats.get(message.chat_id)
            who = by or (chat.owner if chat else None)
            if who is None:
                raise ValueError("name who presses: by=...")
            press = Press(self.state, *self._identity("cb"), who, data, message)
            body: Json = {"id": press.id, "from": who.as_json(), "data": data}
            body["chat_instance"] = str(7_000_000_000 + abs(message.chat_id))
            if chat is None:
                body["inline_message_id"] = message.inline_id
            else:
                gone = {"chat": chat.as_json(), "message_id": message.id, "date": 0}
                current = chat.messages.get(message.id) if message.id else message
                body["message"] = current.raw if current else gone
                chat.last_seq = press.seq
            self.state.presses[press.id] = press
            lifetime = self.state.lifetimes.callback
            self.state.push("callback_query", body, f"press {who.id}", lifetime)
            return press

    def inline_query(
        self, query: str, *, by: User, offset: str = "", chat_type: str = "sender"
    ) -> InlineQuery:
        """Type a text after the bot's name in some chat."""
        with self.state.change():
            typed = InlineQuery(self.state, *self._identity("iq"), by, query)
            self.state.inline_queries[typed.id] = typed
            body = {
                "id": typed.id,
                "from": by.as_json(),
                "query": query,
                "offset": offset,
                "chat_type": chat_type,
            }
            lifetime = self.state.lifetimes.inline
            self.state.push("inline_query", body, f"inline {by.id}", lifetime)
            return typed

    def guest_message(
        self, text: str, *, by: User, chat: Chat | None = None, reply_to: Message | None = None
    ) -> GuestQuery:
        """Name the bot in a chat that it is not in, one of its own or a foreign one."""
        if chat is None:
            chat = self.supergroup("Elsewhere", by)
            chat.bot_status = "left"
        status, chat.bot_status = chat.bot_status, "left"
        message = chat.say(text, by=by, reply_to=reply_to)
        chat.bot_status = status
        with self.state.change():
            query = GuestQuery(self.state, *self._identity("gq"), by, chat)
            self.state.guest_queries[query.id] = query
            body = message.raw | {"guest_query_id": query.id}
            lifetime = self.state.lifetimes.guest
            self.state.push("guest_message", body, f"guest {by.id}", lifetime)
            return query

    def raw_update(self, body: Json, *, lifetime: float = DAY) -> int:
        """Queue an update as it is, without `update_id`, which is returned."""
        with self.state.change():
            query = body.get("callback_query")
            if isinstance(query, dict) and "id" in query:
                who = User(int(query.get("from", {}).get("id", 0)), "Raw")
                data = str(query.get("data", ""))
                press = Press(self.state, str(query["id"]), self.state.tick(), who, data, None)
                self.state.presses[press.id] = press
            update = self.state.updates.push(body, lifetime=lifetime, queue="raw")
            return update.id if update else 0

    def poison_update(self) -> int:
        """Queue an update which python-telegram-bot cannot read: its chat has no type."""
        return self.raw_update({"message": {"message_id": 1, "date": 1, "chat": {"id": 1}}})

    def wait(
        self, find: Callable[[State], Found | None], timeout: float = PATIENCE, what: str = "it"
    ) -> Found:
        """Return what `find` returns, once it is true; AssertionError with the last calls after
        that.
        """
        return self.state.wait(find, timeout, what)

    def wait_call(self, method: str, *, after: int = 0, timeout: float = PATIENCE) -> Call:
        """The first finished call of a method later than the place `after`."""
        return self.state.wait(
            lambda _: next((c for c in self.calls(method) if c.seq > after and c.status), None),
            timeout,
            method,
        )

    def calls(self, method: str | None = None) -> list[Call]:
        """The calls so far, of one method or of all."""
        with self.state.lock:
            return [call for call in self.state.calls if method in (None, call.method)]

    def latest(self, message: Message) -> Message | None:
        """A message as it stands now, in a chat or inline; None once it is deleted."""
        with self.state.lock:
            if message.inline_id is not None:
                return self.state.inline_messages.get(message.inline_id)
            chat = self.state.chats[message.chat_id]
            if message.seen_by is not None:
                id = int(message.raw["ephemeral_message_id"])
                return chat.ephemeral_messages.get((message.seen_by, id))
            return chat.messages.get(message.id)

    def file(self, message: Message) -> StoredFile:
        """The document of a message, with its content."""
        with self.state.lock:
            return self.state.files[str(message.raw["document"]["file_id"])]

    @property
    def violations(self) -> list[Violation]:
        """The rules the bot broke so far."""
        with self.state.lock:
            return list(self.state.violations)

    def forgive(self, rule: str) -> list[Violation]:
        """Take back the violations of one rule, where a test provokes them; they are returned."""
        with self.state.change():
            forgiven = [v for v in self.state.violations if v.rule == rule]
            self.state.violations = [v for v in self.state.violations if v.rule != rule]
            return forgiven

    def _identity(self, prefix: str) -> tuple[str, int]:
        seq = self.state.tick()
        return f"{prefix}{seq:09d}", seq

    def _room(
        self,
        kind: str,
        title: str,
        members: Iterable[User],
        admins: Iterable[User],
        username: str | None = None,
        *,
        forum: bool = False,
    ) -> Chat:
        with self.state.change():
            number = _FIRST_GROUP + len(self.state.chats)
            chat_id = -number if kind == "group" else -1_000_000_000_000 - number
            chat = Chat(self.state, chat_id, kind, title, username=username, forum=forum)
            chat.members = {user.id: "member" for user in members}
            chat.members |= {user.id: "administrator" for user in admins}
            self.state.chats[chat.id] = chat
            return chat
