"""Notices to editors that no one asked for: an index that was not published, decisions left
open.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import replace
from pathlib import Path

from bot.editing import index_messages
from bot.editing.editors import Editors, noted
from bot.editing.quarantine import Quarantine
from bot.messages import model, notices
from bot.messages.buttons import Action
from bot.messages.keyboards import Keyboards
from index.desk.build import Changes
from index.desk.gate import Comparison
from index.desk.staging import Staged
from index.errors import CitebotError
from index.library import Library
from index.stores.pointers import Pointer

__all__ = ["Telling"]

_log = logging.getLogger(__name__)


class Telling:
    """Messages to every editor, each once, across restarts as well."""

    def __init__(
        self, library: Library, editors: Editors, quarantine: Quarantine, data: Path
    ) -> None:
        self._desk = library.desk
        self._editors = editors
        self._quarantine = quarantine
        self._told = Pointer(data / "TOLD")

    async def held(self, staged: Staged) -> None:
        """Report that an automatic new index was held back: it would lose golden questions, or
        publish editors' changes that they have not decided on.
        """
        try:
            compared = await asyncio.to_thread(self._desk.golden.compare, staged.generation.id)
        except CitebotError as error:
            _log.error("The index %s cannot be shown: %s", staged.generation.id, error)
            return
        for keyboards in self._editors.keyboards():
            lost = compared is not None and compared.lost
            intro = keyboards.texts("told_held" if lost else "told_waits")
            await self._editors.send(keyboards.chat, _held(staged, compared, keyboards, intro))
        await noted(self._told, *_key(staged, None, []))

    async def left_undone(self) -> None:
        """Report the decisions that are still open after a restart, unless that was reported
        already.
        """
        try:
            staged = await asyncio.to_thread(self._desk.index.staged)
            changes = None if staged else await asyncio.to_thread(self._desk.index.decisions.undone)
            files = await asyncio.to_thread(self._quarantine.waiting)
            if not (staged or changes or files) or self._told.read() == _key(
                staged, changes, files
            ):
                return
            compared = None
            if staged:
                compared = await asyncio.to_thread(self._desk.golden.compare, staged.generation.id)
        except CitebotError as error:
            _log.error("The open decisions could not be reported: %s", error)
            return
        for keyboards in self._editors.keyboards():
            texts = keyboards.texts
            if staged:
                day = texts.day(staged.generation.built.astimezone())
                intro = texts("told_staged", day=day)
                await self._editors.send(keyboards.chat, _held(staged, compared, keyboards, intro))
            elif changes:
                words = notices.changes(changes, texts)
                again = keyboards.one("reindex_button", Action.REINDEX)
                text = f"{texts('told_undone')}\n\n{words.text}"
                await self._editors.send(keyboards.chat, model.Message(text, keyboard=again))
            names = [notices.named(name) for name, by in files if by == keyboards.person]
            if names:
                text = "\n".join([texts("told_files", count=len(names)), *names])
                await self._editors.send(keyboards.chat, model.prefix(text, model.MOST_UNITS))
        await noted(self._told, *_key(staged, changes, files))


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
