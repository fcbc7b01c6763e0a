"""A chat as people use it: what a test makes them write, edit, upload and wait for."""

import time

from . import entities as spans
from . import utf16
from .entities import Entity
from .files import StoredFile, media
from .messages import Json, Message
from .people import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, User, member
from .privacy import visible
from .rooms import GENERAL_TOPIC
from .watched import Watched

__all__ = ["Chat"]


class Chat(Watched):
    """A chat that a test drives; all of it may be called from any thread."""

    def say(
        self,
        text: str,
        *,
        by: User | None = None,
        reply_to: Message | None = None,
        quote: str | None = None,
        topic: int | None = None,
        entities: list[Entity] | None = None,
        ago: float = 0.0,
        as_chat: "Chat | None" = None,
        **fields: object,
    ) -> Message:
        """Write a text; commands, mentions and links are marked unless `entities` are given.

        A `quote` without `reply_to` is of a message in another chat. `ago` dates it so many seconds
        back, `as_chat` sends it as an anonymous admin or a channel;
        it has whatever further fields are given, as `via_bot`.
        """
        content: Json = {"text": text, **fields}
        marked = spans.find(text) if entities is None else entities
        if marked:
            content["entities"] = marked
        return self._post(content, by, reply_to, quote, topic, ago, as_chat)

    def rich(
        self,
        *blocks: Json,
        by: User | None = None,
        reply_to: Message | None = None,
        quote: str | None = None,
        topic: int | None = None,
        **fields: object,
    ) -> Message:
        """Write a rich message (see `rich`), as a client does for lists, tables and headings."""
        content: Json = {"rich_message": {"blocks": list(blocks)}, **fields}
        return self._post(content, by, reply_to, quote, topic, 0.0, None)

    def checklist(self, title: str, *tasks: str, by: User | None = None) -> Message:
        """Send a checklist."""
        listed = [{"id": number, "text": task} for number, task in enumerate(tasks, 1)]
        return self._post(
            {"checklist": {"title": title, "tasks": listed}}, by, None, None, None, 0.0, None
        )

    def whisper(self, text: str, *, by: User | None = None) -> Message:
        """Send a command that is ephemeral in the menu: the group does not see it."""
        with self.state.change():
            sender = self._sender(by)
            raw = self.new_raw(sender.as_json(), ephemeral=sender.id)
            raw |= {"text": text, "entities": spans.find(text)}
            message = Message(raw, self.state.tick())
            id = int(raw["ephemeral_message_id"])
            self.private_words[sender.id, id] = message, time.monotonic()
            self.last_seq = message.seq
            self._publish(message)
            return message

    def react(self, message: Message, *emoji: str, by: User | None = None) -> None:
        """Leave these reactions on a message, in place of those of before.

        A bot gets them in private chats, and in groups as an admin, if it asks for them.
        """
        with self.state.change():
            sender = self._sender(by)
            before = self._reactions.get((sender.id, message.id), [])
            now: list[Json] = [{"type": "emoji", "emoji": each} for each in emoji]
            self._reactions[sender.id, message.id] = now
            if self.kind != "private" and self.bot_status != "administrator":
                return
            body: Json = {"chat": self.as_json(), "message_id": message.id}
            body |= {"user": sender.as_json(), "date": int(time.time())}
            body |= {"old_reaction": before, "new_reaction": now}
            self.state.push("message_reaction", body, f"chat {self.id}")

    def edit(self, message: Message, text: str, *, ago: float = 0.0) -> Message:
        """Change the text of a person's message."""
        with self.state.change():
            gone = ("entities", "text", "rich_message")
            raw = {k: v for k, v in message.raw.items() if k not in gone}
            raw |= {"text": text, "edit_date": int(time.time() - ago)}
            if marked := spans.find(text):
                raw["entities"] = marked
            edited = self.store(raw, edited=True)
            self._publish(edited)
            return edited

    def upload(
        self,
        name: str,
        content: bytes,
        *,
        by: User | None = None,
        mime_type: str | None = None,
        caption: str | None = None,
        size: int | None = None,
        topic: int | None = None,
        **fields: object,
    ) -> Message:
        """Send a document that getFile serves; `size` may lie about its length."""
        with self.state.lock:
            stored = StoredFile.new(name, content, mime_type, size)
            self.state.files[stored.id] = stored
        body: Json = {"document": stored.as_document(), **_captioned(caption), **fields}
        return self._post(body, by, None, None, topic, 0.0, None)

    def media(
        self,
        kind: str,
        *,
        by: User | None = None,
        reply_to: Message | None = None,
        caption: str | None = None,
        topic: int | None = None,
        recording: bytes | None = None,
        **fields: object,
    ) -> Message:
        """Send a "photo", "voice", "sticker", "video", "audio", "animation" or "location".

        The parts of an album share a `media_group_id`. getFile serves a `recording`.
        """
        carried = media(kind)
        if recording is not None:
            stored = StoredFile.new(f"{kind}.ogg", recording)
            carried[kind] |= {"file_id": stored.id, "file_size": stored.size}
            with self.state.lock:
                self.state.files[stored.id] = stored
        content = carried | _captioned(caption) | fields
        return self._post(content, by, reply_to, None, topic, 0.0, None)

    def topic(self, name: str, *, by: User | None = None) -> int:
        """Open a forum topic; its id is that of the message that announces it."""
        with self.state.change():
            raw = self.new_raw(self._sender(by).as_json())
            created = {"name": name, "icon_color": 7322096}
            raw |= {
                "message_thread_id": raw["message_id"],
                "is_topic_message": True,
                "forum_topic_created": created,
            }
            self.topics[raw["message_id"]] = raw
            self._publish(self.store(raw))
            return int(raw["message_id"])

    def delete_topic(self, topic: int) -> None:
        """Delete a topic with its messages; Telegram reports it to no bot."""
        with self.state.change():
            del self.topics[topic]
            for id, message in list(self.messages.items()):
                if message.topic == topic:
                    del self.messages[id]

    def bot_becomes(self, status: str, *, by: User | None = None) -> None:
        """Make the bot "member", "administrator", "left" or "kicked" here, and tell it so."""
        with self.state.change():
            self._change_status(status, self._sender(by))

    def block(self) -> None:
        """The person of a private chat blocks the bot."""
        self.bot_becomes("kicked")

    def unblock(self) -> None:
        """The person of a private chat lets the bot write again."""
        self.bot_becomes("member")

    def migrate(self) -> "Chat":
        """Turn this group into a supergroup, which is returned; the old id is refused from now."""
        with self.state.change():
            new = Chat(self.state, -1_001_000_000_000 + self.id, "supergroup", self.title)
            new.members, new.bot_status = dict(self.members), self.bot_status
            self.state.chats[new.id] = new
            sender = self._sender(None).as_json()
            self._publish(self.store(self.new_raw(sender) | {"migrate_to_chat_id": new.id}))
            new._publish(new.store(new.new_raw(sender) | {"migrate_from_chat_id": self.id}))
            self.migrated_to = new.id
            return new

    def _post(
        self,
        content: Json,
        by: User | None,
        reply_to: Message | None,
        quote: str | None,
        topic: int | None,
        ago: float,
        as_chat: "Chat | None",
    ) -> Message:
        with self.state.change():
            sender = self._sender(by)
            if as_chat is not None:
                sender = GROUP_ANONYMOUS_BOT if as_chat is self else CHANNEL_BOT
            elif self.kind != "channel":
                self.members.setdefault(sender.id, "member")
            raw = self.new_raw(sender.as_json(), ago=ago)
            if self.kind == "channel":
                raw.pop("from")
                raw["sender_chat"] = self.as_json()
            elif as_chat is not None:
                raw["sender_chat"] = as_chat.as_json()
            raw |= self._place(reply_to, quote, topic)
            message = self.store(raw | content)
            self._publish(message)
            return message

    def _place(self, reply_to: Message | None, quote: str | None, topic: int | None) -> Json:
        """Return where a new message stands: its topic, what it answers, and the part it quotes."""
        place: Json = {}
        if topic is None and reply_to is not None:
            topic = reply_to.topic
        if topic is not None and not (self.forum and topic == GENERAL_TOPIC):
            place |= {"message_thread_id": topic, "is_topic_message": True}
            if self.kind != "private":
                place["reply_to_message"] = self.topics[topic]
        elif reply_to is not None and self.kind == "supergroup" and not self.forum:
            # Threads of replies carry an id as well, though no topic has it.
            place["message_thread_id"] = reply_to.raw.get("message_thread_id", reply_to.id)
        if reply_to is not None:
            current = self.messages.get(reply_to.id, reply_to)
            place["reply_to_message"] = _without_reply(current.raw)
            if quote is not None:
                start = current.text.index(quote)
                place["quote"] = {
                    "text": quote,
                    "position": utf16.length(current.text[:start]),
                    "is_manual": True,
                }
        elif quote is not None:
            origin = {"type": "hidden_user", "sender_user_name": "Sam", "date": 1}
            place["external_reply"] = {"origin": origin}
            place["quote"] = {"text": quote, "position": 0, "is_manual": True}
        return place

    def _publish(self, message: Message) -> None:
        """Queue the update of a person's message, if the bot may see it."""
        kind = "channel_post" if self.kind == "channel" else "message"
        if message.edited:
            kind = f"edited_{kind}"
        if self.bot_status in ("left", "kicked") or not visible(self, message):
            return
        if self.kind == "private":
            self.started = True
        self.state.push(kind, message.raw, f"chat {self.id}")

    def _sender(self, by: User | None) -> User:
        if by is not None:
            return by
        if self.owner is not None:
            return self.owner
        if self.kind == "channel":
            return CHANNEL_BOT
        for user_id in self.members:
            return self.state.users[user_id]
        raise ValueError(f"name who writes in {self.title!r}: by=...")

    def _change_status(self, status: str, by: User) -> None:
        old, self.bot_status = self.bot_status, status
        body = {
            "chat": self.as_json(),
            "from": by.as_json(),
            "date": int(time.time()),
            "old_chat_member": member(self.state.bot, old),
            "new_chat_member": member(self.state.bot, status),
        }
        self.last_seq = self.state.tick()
        self.state.push("my_chat_member", body, f"chat {self.id}")


def _captioned(caption: str | None) -> Json:
    if caption is None:
        return {}
    marked = spans.find(caption)
    return {"caption": caption} | ({"caption_entities": marked} if marked else {})


def _without_reply(raw: Json) -> Json:
    return {k: v for k, v in raw.items() if k not in ("reply_to_message", "quote")}
