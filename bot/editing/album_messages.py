"""Messages to editors about files that they send together. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.editing.document_messages import update
from bot.messages import notices
from bot.messages.buttons import Action
from bot.messages.keyboards import Keyboards
from bot.messages.model import Draft, Message, clip
from bot.messages.texts import Texts
from index.desk.look import Look

__all__ = ["added", "offer", "reading"]

_TITLE, _SAME = 100, 3


def reading(done: int, count: int, texts: Texts) -> Message:
    """Say how many of the files are read."""
    return Message(texts("album_reading", done=done, count=count))


def offer(
    looks: Sequence[Look], failed: Sequence[tuple[str, str]], kept: str, keyboards: Keyboards
) -> Message:
    """Describe files as the documents they would be, with one button to add them all; `kept` is
    their id in the quarantine, `failed` the names of the others with the reasons.
    """
    texts, count = keyboards.texts, len(looks)
    draft = Draft()
    draft.add(texts("album_offer", count=count) if looks else texts("album_none"))
    for look in looks:
        draft.add(f"\n• {_described(look, texts)}")
    unread = [*failed, *((f"{look.id}/{n}", why) for look in looks for n, why in look.unread)]
    if unread:
        draft.paragraph(texts("offer_unread", count=len(unread)))
        notices.list_failures(draft, unread, texts)
    if not looks:
        return draft.message()
    replaces = any(look.replaces for look in looks)
    action = Action.REPLACE if replaces else Action.ADD
    label = texts("album_replace_button" if replaces else "album_button", count=count)
    cancel = keyboards.one_of(texts("cancel_button"), Action.CANCEL, kept)
    # a label with a number of files takes more than half a phone's width in Russian
    return draft.message((keyboards.one_of(label, action, kept), cancel))


def added(done: Sequence[str], failed: Sequence[tuple[str, str]], keyboards: Keyboards) -> Message:
    """Say which files were added, and which could not be, with the reasons."""
    texts = keyboards.texts
    draft = Draft()
    if done:
        draft.add(texts("album_added", count=len(done)))
        for id in done:
            draft.add(f"\n• {clip(id, _TITLE)}")
    if failed:
        draft.paragraph(texts("album_failed", count=len(failed)))
        notices.list_failures(draft, failed, texts)
    return draft.message(update(keyboards) if done else ())


def _described(look: Look, texts: Texts) -> str:
    """Return a document on a line: its place, title and length, and what it is to others."""
    title = texts("quoted", words=clip(look.title, _TITLE))
    parts = [f"{clip(look.id, _TITLE)}: {title}"]
    parts.append(texts("passages", count=look.passages))
    if look.replaces:
        parts.append(texts("album_replaces"))
    same = [id for id in look.duplicates if not (look.replaces and id == look.id)][:_SAME]
    if same:
        titles = ", ".join(clip(id, _TITLE) for id in same)
        parts.append(texts("album_same", titles=titles))
    return ", ".join(parts)
