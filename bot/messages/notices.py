"""The bot's messages about itself and its index. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.messages.model import MOST_UNITS, Draft, Message, clip, units
from bot.messages.quoting import apart, steady
from bot.messages.texts import Texts
from index.errors import CitebotError
from index.types import Generation, Omitted, Source

if TYPE_CHECKING:
    from bot.running.builds import State
    from index.desk.build import Changes

__all__ = [
    "PAGE",
    "Membership",
    "changes",
    "counts",
    "greeting",
    "joined",
    "list_failures",
    "named",
    "omitted",
    "progress",
    "reason",
    "sources",
    "unread",
]

PAGE = 10
"""Documents on a page of /sources."""

_TITLE, _TITLES = 120, 3
_GREETED = 40  # characters of a title in the greeting, which fits one screen
_REASON = 200
_BAR = 12


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot's role and rights in a group; `folders` are the reserved ones it sees there, None
    if none are reserved.
    """

    bot: str
    title: str
    id: int
    sees_all: bool
    writes: bool
    topics: bool
    may_ask: bool
    folders: tuple[str, ...] | None


def greeting(
    documents: Sequence[tuple[Source, int]],
    texts: Texts,
    *,
    examples: bool,
    group: str | None = None,
) -> Message:
    """Say what the bot answers from, how, and what to do now: three lines.

    Documents in the person's language come first. In a `group` the bot's name goes with each
    command.
    """
    named = sorted(documents, key=lambda document: document[0].language != texts.language)
    titles = ", ".join(_title(source.title, texts) for source, _ in named[:_TITLES])
    if len(documents) > _TITLES:
        titles = texts("start_titles", titles=titles, count=len(documents) - _TITLES)
    now = texts("start_try" if examples else "start_ask")
    lines = [
        texts("start_what", count=len(documents), titles=titles),
        texts("start_how"),
        texts("start_group", bot=group) if group else now,
    ]
    return Message("\n".join(lines))


def _title(title: str, texts: Texts) -> str:
    """Return a title in quotation marks, unless it has some itself."""
    words = clip(title, _GREETED)
    return words if set(words) & set('«»“”„"') else texts("quoted", words=words)


def sources(
    documents: Sequence[tuple[Source, int]],
    first: int,
    generation: Generation,
    failed: Sequence[tuple[str, str]],
    texts: Texts,
    gone: Mapping[str, datetime.date] | None = None,
) -> Message:
    """Show a page of the documents, from place `first` on, with date and passages; below the
    last one the files that failed. `gone` are those that vanished from the web, and when.
    """
    draft = Draft()
    day = texts.day(generation.built.astimezone())
    draft.add(texts("sources", count=len(documents), day=day))
    for number, (source, passages) in enumerate(documents[first : first + PAGE], first + 1):
        line = f"{number}. {_source(source, passages, texts, gone or {})}"
        draft.add(f"\n{steady(line)}")
    if failed and first + PAGE >= len(documents):
        draft.paragraph(texts("unread", count=len(failed)))
        _list(draft, _failures(failed, (), texts), texts)
    return draft.message()


def omitted(left_out: Omitted, texts: Texts) -> str:
    """Say how much of the files was left out; empty if nothing was."""
    counted = {
        "omitted_scanned": left_out.scanned,
        "omitted_damaged": left_out.damaged,
        "omitted_dropped": left_out.dropped,
    }
    said = ", ".join(texts(key, count=number) for key, number in counted.items() if number)
    return texts("omitted", parts=said) if said else ""


def joined(group: Membership, texts: Texts) -> Message:
    """Say what works in a group that added the bot, and what to change."""
    draft = Draft()
    draft.add(texts("joined", title=clip(group.title, _TITLE)) + "\n")
    draft.add(texts("joined_id"))
    draft.add(str(group.id), "code")
    if not group.may_ask:
        draft.paragraph(texts("joined_not_allowed", id=str(group.id)))
        return draft.message()
    if not group.writes:
        draft.paragraph(texts("joined_mute"))
    draft.paragraph(texts("joined_works", bot=group.bot))
    mentions = "joined_mentions" if group.sees_all else "joined_private"
    draft.paragraph(texts(mentions, bot=group.bot))
    if group.topics:
        draft.paragraph(texts("joined_topics"))
    if group.folders:
        folders = ", ".join(group.folders)
        draft.paragraph(texts("joined_reserved", folders=clip(folders, MOST_UNITS // 4)))
    elif group.folders is not None:
        draft.paragraph(texts("joined_unreserved"))
    return draft.message()


def progress(state: State, texts: Texts) -> Message:
    """Show a running build: the step, and a bar."""
    bar = "▓" * (state.percent * _BAR // 100)
    what = texts.step(state.step)
    return Message(
        texts("reindex_state", what=what, bar=bar.ljust(_BAR, "░"), percent=state.percent)
    )


def changes(changes: Changes, texts: Texts) -> Message:
    """Show what happened to each document, those that could not be read first."""
    signs = (("+", changes.added), ("~", changes.changed), ("−", changes.removed))
    lines = [f"{sign} {clip(id, _TITLE)}" for sign, ids in signs for id in ids]
    draft = Draft()
    draft.add(counts(changes, texts))
    if failed := _failures(changes.failed, changes.kept, texts):
        draft.add("\n")
        _list(draft, failed, texts)
    if lines:
        draft.add("\n")
        _list(draft, lines, texts)
    return draft.message()


def unread(failed: Sequence[tuple[str, str]], texts: Texts) -> Message:
    """List the files that could not be read, each with the reason."""
    draft = Draft()
    draft.add(texts("unread", count=len(failed)))
    list_failures(draft, failed, texts)
    return draft.message()


def list_failures(draft: Draft, failed: Sequence[tuple[str, str]], texts: Texts) -> None:
    """Append a line for each file that could not be read, as many as fit."""
    _list(draft, _failures(failed, (), texts), texts)


def counts(changes: Changes, texts: Texts) -> str:
    """Return how many documents were added, changed, removed and not read."""
    return texts(
        "reindex_counts",
        added=len(changes.added),
        changed=len(changes.changed),
        removed=len(changes.removed),
        failed=len(changes.failed),
    )


def reason(error: CitebotError, texts: Texts) -> str:
    """Return the text of one of our errors, cut to leave room for more."""
    return clip(texts.reason(error), MOST_UNITS // 2)


def named(name: str) -> str:
    """Return an untrusted name on one line, shortened."""
    return clip(name, _TITLE) or "…"


def _source(source: Source, passages: int, texts: Texts, gone: Mapping[str, datetime.date]) -> str:
    details = [texts.day(source.date)] if source.date else []
    details.append(texts("passages", count=passages))
    if since := gone.get(source.id):
        details.append(texts("source_gone", day=texts.day(since)))
    return texts("source", title=apart(clip(source.title, _TITLE)), details=", ".join(details))


def _failures(failed: Iterable[tuple[str, str]], kept: Sequence[str], texts: Texts) -> list[str]:
    return [
        texts(
            "kept" if id in kept else "failed",
            id=clip(id, _TITLE),
            reason=clip(texts.reason(why), _REASON),
        )
        for id, why in failed
    ]


def _list(draft: Draft, lines: Sequence[str], texts: Texts) -> None:
    """Append as many lines as fit, and how many more there are."""
    for number, line in enumerate(lines):
        more = "\n" + texts("more", count=len(lines) - number)
        if not draft.fits(units(line) + 1 + units(more)):
            draft.add(more)
            return
        draft.add("\n" + line)
