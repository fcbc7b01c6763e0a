"""Notices to editors that no one asked for: a build that failed or was not published, decisions
left open.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.editing import index_messages
from bot.editing.digest import Digest, Notice
from bot.editing.editors import noted
from bot.editing.quarantine import Quarantine
from bot.messages import model, notices
from bot.messages.buttons import Action
from bot.messages.keyboards import Keyboards
from bot.messages.texts import Texts
from index.desk.build import Changes
from index.desk.gate import Comparison
from index.desk.staging import Staged
from index.errors import CitebotError
from index.library import Library
from index.stores.pointers import Pointer

__all__ = ["Telling"]

_log = logging.getLogger(__name__)


class Telling:
    """Notices to every editor, each once, across restarts as well."""

    def __init__(
        self, library: Library, digest: Digest, quarantine: Quarantine, data: Path
    ) -> None:
        self._desk = library.desk
        self._digest = digest
        self._quarantine = quarantine
        self._told = Pointer(data / "TOLD")
        self._failure: str | None = None

    async def built(self, found: Staged | CitebotError | None) -> None:
        """Report an automatic build that failed or was held back; the same failure only once."""
        if not isinstance(found, CitebotError):
            self._failure = None
            if found:
                await self._held(found)
        elif str(found) != self._failure:
            self._failure = str(found)
            self._digest.post(
                Notice("index", partial(_failed, found), holds=partial(self._fails, str(found)))
            )

    async def left_undone(self) -> None:
        """Report the decisions that are still open after a restart, unless that was reported
        already.
        """
        try:
            staged = await asyncio.to_thread(self._desk.index.staged)
            changes = None if staged else await asyncio.to_thread(self._desk.index.decisions.undone)
            files = await asyncio.to_thread(self._quarantine.waiting)
            key = _key(staged, changes, files)
            if not (staged or changes or files) or self._told.read() == key:
                return
        except CitebotError as error:
            _log.error("The open decisions could not be reported: %s", error)
            return
        told = partial(noted, self._told, *key)
        if staged:
            await self._waits(staged, _restarted, told)
        elif changes:
            self._digest.post(Notice("index", partial(_undone, changes), told=told))
        for editor in sorted({by for _, by in files}):
            names = [name for name, by in files if by == editor]
            self._digest.post(Notice("files", partial(_files, names), told=told), [editor])

    async def _held(self, staged: Staged) -> None:
        """Report that an automatic new index was held back: it would lose golden questions, or
        publish editors' changes that they have not decided on.
        """
        told = partial(noted, self._told, *_key(staged, None, []))
        await self._waits(staged, _kept_back, told)

    async def _waits(
        self,
        staged: Staged,
        intro: Callable[[Staged, Comparison | None, Texts], str],
        told: Callable[[], Awaitable[None]],
    ) -> None:
        """Post the preview of an index that waits for a decision."""
        id = staged.generation.id
        try:
            compared = await asyncio.to_thread(self._desk.golden.compare, id)
        except CitebotError as error:
            _log.error("The index %s cannot be shown: %s", id, error)
            return

        def words(keyboards: Keyboards) -> model.Message:
            return _held(staged, compared, keyboards, intro(staged, compared, keyboards.texts))

        def beside(keyboards: Keyboards) -> model.Keyboard:
            return keyboards.one("show_button", Action.SHOW, id)

        holds = partial(self._is_staged, id)
        self._digest.post(Notice("index", words, beside, holds, told))

    async def _is_staged(self, id: str) -> bool:
        staged = await asyncio.to_thread(self._desk.index.staged)
        return staged is not None and staged.generation.id == id

    async def _fails(self, reason: str) -> bool:
        return self._failure == reason


def _restarted(staged: Staged, _: Comparison | None, texts: Texts) -> str:
    return texts("told_staged", day=texts.day(staged.generation.built.astimezone()))


def _kept_back(_: Staged, compared: Comparison | None, texts: Texts) -> str:
    return texts("told_held" if compared and compared.lost else "told_waits")


def _failed(error: CitebotError, keyboards: Keyboards) -> model.Message:
    texts = keyboards.texts
    return model.Message(texts("told_failed", reason=notices.reason(error, texts)))


def _undone(changes: Changes, keyboards: Keyboards) -> model.Message:
    words = notices.changes(changes, keyboards.texts)
    again = keyboards.one("reindex_button", Action.REINDEX)
    text = f"{keyboards.texts('told_undone')}\n\n{words.text}"
    return model.Message(text, keyboard=again)


def _files(names: list[str], keyboards: Keyboards) -> model.Message:
    named = [notices.named(name) for name in names]
    text = "\n".join([keyboards.texts("told_files", count=len(names)), *named])
    return model.Message(model.prefix(text, model.MOST_UNITS))


def _held(
    staged: Staged, compared: Comparison | None, keyboards: Keyboards, intro: str
) -> model.Message:
    """Return the preview, and below it the golden questions that would be lost, as many as fit."""
    words = index_messages.preview(staged, compared, keyboards, intro)
    if compared is None or not compared.lost:
        return words
    lost = "".join("\n• " + model.clip(pair.after.golden.question, 160) for pair in compared.lost)
    room = model.MOST_UNITS - model.units(words.text)
    return replace(words, text=words.text + model.prefix("\n" + lost, room))


def _key(
    staged: Staged | None, changes: Changes | None, files: list[tuple[str, int]]
) -> tuple[str, ...]:
    said = repr((staged.generation.id if staged else None, changes, files))
    return (hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16],)
