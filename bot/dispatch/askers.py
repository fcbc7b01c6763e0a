"""Everything an update says about the person and the chat, as one object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from telegram import Message, Update

from bot.access import Access
from bot.journal import Answered, Journal
from bot.messages.texts import Texts, texts_for
from index.search.keys import key_of
from index.search.verdict import Match, Verdict
from index.types import Answer, Hit, Outcome, Scope

__all__ = ["Asker", "Askers"]

_OUTCOMES = {
    Match.EXACT: Outcome.FOUND,
    Match.NEARLY: Outcome.RELATED,
    Match.ABSENT: Outcome.NOTHING,
}


@dataclass(frozen=True, slots=True)
class Asker:
    """A person in a chat, their language, and what they may see and do.

    `person` is the id that limits and votes count by; it is the chat's if someone speaks as a chat.
    """

    person: int
    chat: int
    private: bool
    texts: Texts
    scope: Scope
    editor: bool

    @property
    def by(self) -> str:
        """An editor's name in the audit: a number, which the settings have as well."""
        return f"telegram:{self.person}"

    def answered(
        self,
        found: Answer,
        shown: Iterable[Hit],
        *,
        place: Literal["inline", "guest"] | None = None,
        asked: int | None = None,
        answer: int | None = None,
        continues: bool = False,
    ) -> Answered:
        """Return an entry for the journal: what was found for this person, and which of it was
        shown; without `place`, in the chat with the bot or the group.
        """
        return Answered(
            person=self.person,
            chat=self.chat,
            place=place or ("private" if self.private else "group"),
            outcome=found.outcome,
            generation=found.generation.id,
            score=found.hits[0].score if found.hits else None,
            seconds=found.seconds,
            question=found.question,
            language=self.texts.language,
            keys=tuple(key_of(hit.passage) for hit in shown),
            asked=asked,
            answer=answer,
            continues=continues,
        )

    def checked(self, verdict: Verdict | None, seconds: float) -> Answered:
        """Return an entry for the journal: a text of this person's was checked. The text is not
        stored.
        """
        return Answered(
            person=self.person,
            chat=self.chat,
            place="verify",
            outcome=_OUTCOMES[verdict.match] if verdict else Outcome.NOTHING,
            generation=verdict.generation.id if verdict else "",
            score=None,
            seconds=seconds,
            question="",
            language=self.texts.language,
        )


class Askers:
    """Identifies who asks."""

    def __init__(self, access: Access, journal: Journal, language: str | None) -> None:
        self._access = access
        self._journal = journal
        self._language = language

    def may_ask(self, update: Update) -> bool:
        """Return True if the sender of this update may ask at all, in that place."""
        # Telegram does not vouch for the chat that a guest's update names
        chat = None if update.guest_message else update.effective_chat
        user = update.effective_user
        return self._access.may_ask(chat.id if chat else None, user.id if user else None)

    def edits(self, message: Message) -> bool:
        """Return True if the sender of a message may edit in their private chat."""
        user, as_chat = message.from_user, message.sender_chat is not None
        return self._access.may_edit(user.id if user else None, private=True, as_chat=as_chat)

    def of(self, update: Update) -> Asker:
        """Return the sender of this update. Outside the bot's chats (inline, as a guest) they
        see what everyone may.
        """
        # Telegram does not vouch for the chat that a guest's update names
        chat = None if update.guest_message else update.effective_chat
        user = update.effective_user
        message = update.effective_message
        as_chat = message.sender_chat if message and not update.callback_query else None
        person = as_chat.id if as_chat else user.id if user else 0
        private = chat is not None and chat.type == chat.PRIVATE
        chosen = self._journal.people.language(person)
        return Asker(
            person=person,
            chat=chat.id if chat else person,
            private=private,
            texts=texts_for(chosen, user.language_code if user else None, self._language),
            scope=self._access.scope(
                chat.id if chat else None, user.id if user else None, private=private
            ),
            editor=self._access.may_edit(
                user.id if user else None, private=private, as_chat=as_chat is not None
            ),
        )
