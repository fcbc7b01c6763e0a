"""What the bot tells its editors by itself: an index it did not publish, what was left undone."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import replace

from bot import messages, notices, previews
from bot.callbacks import Action, Buttons
from bot.journal import Journal
from bot.keyboards import Keyboards
from bot.quarantine import Quarantine
from bot.sending import Sender
from bot.texts import texts_for
from index.desk.build import Changes
from index.desk.gate import Comparison
from index.desk.staging import Staged
from index.errors import CitebotError
from index.library import Library
from index.stores.pointers import Pointer

__all__ = ["Telling"]

_log = logging.getLogger(__name__)


class Telling:
    """Messages to every editor, in the language each chose, each thing once.

    `told` remembers across restarts what was told last.
    """

    def __init__(
        self,
        library: Library,
        sender: Sender,
        journal: Journal,
        buttons: Buttons,
        quarantine: Quarantine,
        told: Pointer,
        *,
        editors: Iterable[int],
        language: str | None,
    ) -> None:
        self._desk = library.desk
        self._sender = sender
        self._journal = journal
        self._buttons = buttons
        self._quarantine = quarantine
        self._told = told
        self._editors = sorted(editors)
        self._language = language

    async def held(self, staged: Staged) -> None:
        """A new index that was made unasked waits: golden questions would be lost, or changes of
        editors published that they have not decided on.
        """
        try:
            compared = await asyncio.to_thread(self._desk.compare, staged.generation.id)
        except CitebotError as error:
            _log.error("The index %s cannot be shown: %s", staged.generation.id, error)
            return
        for keyboards in self._all():
            lost = compared is not None and compared.lost
            intro = keyboards.texts("told_held" if lost else "told_waits")
            await self._sender.send(keyboards.chat, _held(staged, compared, keyboards, intro))
        await self._remember(staged, None, [])

    async def left_undone(self) -> None:
        """What a restart finds waiting for a decision, unless that was told already."""
        try:
            staged = await asyncio.to_thread(self._desk.staged)
            changes = None if staged else await asyncio.to_thread(self._desk.undone)
            files = await asyncio.to_thread(self._quarantine.waiting)
            if not (staged or changes or files) or self._told.read() == _key(
                staged, changes, files
            ):
                return
            compared = None
            if staged:
                compared = await asyncio.to_thread(self._desk.compare, staged.generation.id)
        except CitebotError as error:
            _log.error("What was left undone cannot be told: %s", error)
            return
        for keyboards in self._all():
            texts = keyboards.texts
            if staged:
                day = texts.day(staged.generation.built.astimezone())
                intro = texts("told_staged", day=day)
                await self._sender.send(keyboards.chat, _held(staged, compared, keyboards, intro))
            elif changes:
                words = notices.changes(changes, texts)
                again = keyboards.one("reindex_button", Action.REINDEX)
                text = f"{texts('told_undone')}\n\n{words.text}"
                await self._sender.send(keyboards.chat, messages.Message(text, keyboard=again))
            names = [notices.named(name) for name, by in files if by == keyboards.person]
            if names:
                text = "\n".join([texts("told_files", count=len(names)), *names])
                await self._sender.send(keyboards.chat, messages.prefix(text, messages.MOST_UNITS))
        await self._remember(staged, changes, files)

    async def _remember(
        self, staged: Staged | None, changes: Changes | None, files: list[tuple[str, int]]
    ) -> None:
        try:
            await asyncio.to_thread(self._told.write, *_key(staged, changes, files))
        except OSError as error:
            _log.warning("%s: %s; editors may be told twice", self._told.path, error.strerror)

    def _all(self) -> list[Keyboards]:
        """Each editor's buttons and words; a private chat has its person's id."""
        return [
            Keyboards(
                self._buttons,
                texts_for(self._journal.language(editor), None, self._language),
                editor,
                editor,
            )
            for editor in self._editors
        ]


def _held(
    staged: Staged, compared: Comparison | None, keyboards: Keyboards, intro: str
) -> messages.Message:
    """The preview, and below it the golden questions that would be lost, as many as fit."""
    words = previews.preview(staged, compared, keyboards, intro)
    if compared is None or not compared.lost:
        return words
    lost = "".join(
        "\n• " + messages.clip(pair.after.golden.question, 160) for pair in compared.lost
    )
    room = messages.MOST_UNITS - messages.units(words.text)
    return replace(words, text=words.text + messages.prefix("\n" + lost, room))


def _key(
    staged: Staged | None, changes: Changes | None, files: list[tuple[str, int]]
) -> tuple[str, ...]:
    said = repr((staged.generation.id if staged else None, changes, files))
    return (hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16],)
