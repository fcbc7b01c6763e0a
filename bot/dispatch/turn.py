"""One request to the bot, and the means to respond: the object that features are given."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from telegram import CallbackQuery, Message, User

from bot.dispatch.askers import Asker
from bot.journal import Journal
from bot.messages import model
from bot.messages.buttons import Button, Buttons
from bot.messages.keyboards import Keyboards
from bot.messages.texts import Texts
from bot.running.lookup import Lookup
from bot.running.worker import BusyError, Later
from bot.transport.sending import Sender
from index.errors import CitebotError, QuestionError
from index.search.keys import key_of
from index.types import Passage, Place

__all__ = ["Means", "Press", "Turn"]

_log = logging.getLogger(__name__)

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Means:
    """The means of every feature; one object for the whole bot.

    If `discreet`, only the asker sees the reply in a group.
    """

    lookup: Lookup
    sender: Sender
    journal: Journal
    buttons: Buttons
    discreet: bool = False

    def link(self, passage: Passage) -> str | None:
        """Return the address that opens a passage in the chat with the bot."""
        return f"https://t.me/{self.sender.me.username}?start=p_{key_of(passage)}"

    def keyboards(self, asker: Asker) -> Keyboards:
        """Return an object that makes the buttons for someone."""
        return Keyboards(self.buttons, asker.texts, asker.chat, asker.person, asker.scope.document)

    def excuse(self, error: TimeoutError | CitebotError, texts: Texts) -> str:
        """Return what to say if the library did not answer; log what the operator must fix."""
        if isinstance(error, TimeoutError):
            _log.warning("The library took too long")
            return texts("too_slow")
        if isinstance(error, BusyError):
            _log.warning("The library was not asked: %s", error)
            return texts("queue_full")
        if isinstance(error, QuestionError):
            return texts("question_wanted")
        if state := self.lookup.indexing.state:
            return texts("building", percent=state.percent)
        _log.error("The library cannot answer: %s", error)
        return texts("not_ready")


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and its sender. `given` is what follows the command it begins with."""

    message: Message
    asker: Asker
    means: Means
    given: str = ""

    @property
    def texts(self) -> Texts:
        """The bot's words in the asker's language."""
        return self.asker.texts

    @property
    def lookup(self) -> Lookup:
        """The library, asked off the event loop."""
        return self.means.lookup

    @property
    def me(self) -> User:
        """The bot itself."""
        return self.means.sender.me

    @property
    def keyboards(self) -> Keyboards:
        """Return an object that makes the asker's buttons."""
        return self.means.keyboards(self.asker)

    def about(self, document: str) -> Self:
        """Return the same turn, narrowed to one document."""
        scope = replace(self.asker.scope, document=document)
        return replace(self, asker=replace(self.asker, scope=scope))

    async def reply(self, words: str | model.Message, *, alone: bool = False) -> Message | None:
        """Reply to the message, in a group `alone` to the asker; None if it did not arrive."""
        alone = not self.asker.private and (alone or self.means.discreet)
        only = self.asker.person if alone else None
        return await self.means.sender.reply(self.message, words, only=only)

    async def show(self, picture: bytes, name: str, caption: str) -> Message | None:
        """Reply with a picture, seen by those who see the message; None if it did not arrive."""
        return await self.means.sender.picture(self.message, picture, name, caption)

    async def edit(self, words: str | model.Message) -> bool:
        """Replace this message of the bot; return False if it is gone."""
        return await self.means.sender.edit(self.message, words)

    async def look(
        self,
        work: Callable[[], Awaitable[Found]],
        *,
        again: bool = False,
        later: Callable[[], bool] = lambda: False,
        silent: bool = False,
    ) -> Found | None:
        """Return what `work` finds in the library; None after telling the person why it cannot.

        With `again` the message is a question, and a button asks it again if it took too long.
        `later` keeps it until the first index is there, if it can; if `silent`, nothing is said of
        an index that is not there yet.
        """
        keyboard = model.Keyboard()
        try:
            async with self.means.sender.typing(self.message):
                return await work()
        except (TimeoutError, CitebotError) as error:
            if silent and (_is_unready(error) or isinstance(error, BusyError)):
                return None
            words = self.means.excuse(error, self.texts)
            state = self.lookup.indexing.state
            if state and _is_unready(error) and later():
                words = self.texts("building_kept", percent=state.percent)
            if again and isinstance(error, TimeoutError):
                keyboard = self.keyboards.again()
        await self.reply(model.Message(words, keyboard=keyboard))
        return None

    async def place(self, key: str) -> Place | None:
        """Return the passage that a key names; None after telling the person that it is gone or
        cannot be had.
        """
        lookup, scope = self.means.lookup, self.asker.scope

        def find() -> tuple[Place | None]:
            return (lookup.library.place(key, scope),)

        found = await self.look(lambda: lookup.worker.run(find))
        if found == (None,):
            await self.reply(self.texts("gone"))
        return found[0] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Turn):
    """A pressed button and the message above it; `later` runs work in the background."""

    query: CallbackQuery
    button: Button
    later: Later

    async def answer(self, words: str | None = None) -> None:
        """Answer the press, which Telegram waits for; the words show for a moment."""
        await self.means.sender.answer(self.query, words)


def _is_unready(error: Exception) -> bool:
    return isinstance(error, CitebotError) and not isinstance(error, BusyError | QuestionError)
