"""The editors, as recipients of the bot's notices."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator

from bot.dispatch.turn import Means
from bot.messages import model
from bot.messages.keyboards import Keyboards
from bot.messages.texts import Texts, texts_for
from index.stores.pointers import Pointer

__all__ = ["Editors", "noted"]

_log = logging.getLogger(__name__)


class Editors:
    """Everyone who may edit, each in the language they chose."""

    def __init__(self, means: Means, ids: Iterable[int], language: str | None) -> None:
        """`language` is for those who chose none."""
        self._means = means
        self._ids = sorted(ids)
        self._language = language

    def __contains__(self, person: int) -> bool:
        return person in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def texts(self, editor: int, code: str | None = None) -> Texts:
        """Return the bot's words for an editor; `code` is the language of their program, if
        known.
        """
        return texts_for(self._means.journal.people.language(editor), code, self._language)

    def keyboards(self) -> list[Keyboards]:
        """Return each editor's buttons and words; a private chat has its person's id."""
        return [
            Keyboards(self._means.buttons, self.texts(editor), editor, editor) for editor in self
        ]

    async def send(self, editor: int, words: str | model.Message) -> None:
        """Send an editor a private message."""
        await self._means.sender.send(editor, words)


async def noted(pointer: Pointer, *words: str) -> None:
    """Note what the editors have heard, so that a restart does not repeat it."""
    try:
        await asyncio.to_thread(pointer.write, *words)
    except OSError as error:
        _log.warning("%s: %s; editors may hear it again", pointer.path, error.strerror)
