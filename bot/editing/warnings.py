"""Warnings to the editors: files that cannot be read, builds that take long, and rules of access
that do not fit.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from pathlib import Path

from bot.access.guard import Guard, Trouble
from bot.editing.editors import Editors, noted
from bot.messages import model, notices
from bot.running.builds import State
from index.desk.room import LONG, cost
from index.errors import CitebotError
from index.library import Library
from index.stores.pointers import Pointer

__all__ = ["Warnings"]

_log = logging.getLogger(__name__)

_CLOSED = {
    "wrong": "closed_wrong",
    "lost": "closed_lost",
    "unfit": "closed_unfit",
    "moved": "closed_moved",
}


class Warnings:
    """Messages to every editor, each warning once; those about files across restarts as well."""

    def __init__(self, library: Library, editors: Editors, guard: Guard, data: Path) -> None:
        self._library = library
        self._editors = editors
        self._guard = guard
        self._told = Pointer(data / "TOLD_UNREAD")
        self._said: list[Trouble] = []
        self._long = False

    async def unread(self) -> None:
        """Report the files that could not be read and were not reported before, in one message."""
        try:
            failed = await asyncio.to_thread(self._library.failed)
            before = self._told.read()
        except CitebotError as error:
            _log.warning("The files that could not be read cannot be reported: %s", error)
            return
        keys = [hashlib.sha256(repr(one).encode()).hexdigest()[:16] for one in failed]
        if tuple(keys) == before:
            return
        new = [one for one, key in zip(failed, keys, strict=True) if key not in before]
        for keyboards in self._editors.keyboards() if new else ():
            await self._editors.send(keyboards.chat, notices.unread(new, keyboards.texts))
        await noted(self._told, *keys)

    async def long(self, state: State | None) -> None:
        """Report what a build costs that will take minutes, once for each."""
        sentences = state.sentences if state else 0
        if state is None:
            self._long = False
        if self._long or sentences <= LONG:
            return
        self._long, price = True, cost(sentences)
        for keyboards in self._editors.keyboards():
            words = keyboards.texts(
                "told_long",
                sentences=f"{sentences:,}",
                minutes=price.minutes,
                size=f"{price.megabytes:,}",
            )
            await self._editors.send(keyboards.chat, words)

    async def closed(self) -> None:
        """Report documents that stay closed because `access.toml` does not fit; again if that
        changes.
        """
        found = await asyncio.to_thread(self._guard.trouble)
        if found == self._said:
            return
        self._said = found
        for keyboards in self._editors.keyboards() if found else ():
            texts = keyboards.texts
            lines = [
                f"• {texts(_CLOSED[one.kind], folder=one.folder, detail=one.detail)}"
                for one in found
            ]
            text = "\n".join([texts("told_closed"), *lines])
            words = model.prefix(text, model.MOST_UNITS)
            await self._editors.send(keyboards.chat, words)
