"""Warnings to the editors: files that cannot be read, builds that take long, and rules of access
that do not fit.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from functools import partial
from pathlib import Path

from bot.access.guard import Guard, Trouble
from bot.editing.digest import Digest, Notice
from bot.editing.editors import noted
from bot.messages import model, notices
from bot.messages.keyboards import Keyboards
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

    def __init__(self, library: Library, digest: Digest, guard: Guard, data: Path) -> None:
        self._library = library
        self._digest = digest
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
        if new:
            told = partial(noted, self._told, *keys)
            self._digest.post(Notice("unread", lambda to: notices.unread(new, to.texts), told=told))
        else:
            await noted(self._told, *keys)

    def long(self, state: State | None) -> None:
        """Report what a build costs that will take minutes, once for each."""
        sentences = state.sentences if state else 0
        if state is None:
            self._long = False
        elif sentences > LONG and not self._long:
            self._long = True
            self._digest.post(
                Notice("long", partial(_long, sentences), holds=self._is_still_building)
            )

    async def _is_still_building(self) -> bool:
        return self._long

    async def closed(self) -> None:
        """Report documents that stay closed because `access.toml` does not fit; again if that
        changes.
        """
        found = await asyncio.to_thread(self._guard.trouble)
        if found == self._said:
            return
        self._said = found
        if found:
            words = partial(_closed, found)
            self._digest.post(Notice("closed", words, holds=partial(self._is_so, found)))

    async def _is_so(self, found: list[Trouble]) -> bool:
        return self._said == found


def _closed(found: list[Trouble], keyboards: Keyboards) -> model.Message:
    texts = keyboards.texts
    lines = [f"• {texts(_CLOSED[one.kind], folder=one.folder, detail=one.detail)}" for one in found]
    text = "\n".join([texts("told_closed"), *lines])
    return model.Message(model.prefix(text, model.MOST_UNITS))


def _long(sentences: int, keyboards: Keyboards) -> model.Message:
    price = cost(sentences)
    words = keyboards.texts(
        "told_long",
        sentences=f"{sentences:,}",
        minutes=price.minutes,
        size=f"{price.megabytes:,}",
    )
    return model.Message(words)
