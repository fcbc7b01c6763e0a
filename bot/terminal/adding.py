"""The terminal's `citebot add` and `citebot refresh`: files and addresses among the documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from bot.messages.signs import on_one_line
from bot.terminal.build import build, progress_bar
from bot.terminal.console import console, count, editor, notices
from index import fetch, readers
from index.desk.origins import Origin
from index.desk.room import LONG, cost
from index.desk.websources import Refreshed
from index.errors import CitebotError, DocumentError
from index.library import Library

__all__ = ["add", "refresh"]

_NAMED = 5
# Of each document that changed on the web, so many sentences are shown.
_SENTENCES = 3


def add(library: Library, files: Sequence[str], *, replace: bool, at: str | None = None) -> int:
    """Put files and web addresses among the documents and print what they are; the exit code.

    `at` is the folder, or for one file the document in whose place it goes. Of several files those
    that cannot be added are listed once at the end. Raises CitebotError if there is only one.
    """
    if at is not None and len(files) > 1 and not at.endswith("/"):
        at += "/"
    failed: list[str] = []
    changed = 0
    for number, name in enumerate(files, 1):
        if len(files) > 1:
            notices().print(Text(f"[{number}/{len(files)}] {on_one_line(name)}", style="dim"))
        try:
            changed += _add(library, name, replace=replace, at=at)
        except CitebotError as error:
            if len(files) == 1:
                raise
            failed.append(str(error))
    if failed:
        notices().print(Text(f"Not added, {count(len(failed), 'file')}:"))
        for reason in failed:
            _note(reason)
    if changed:
        _note("citebot index makes it answer.")
    return int(bool(failed))


def refresh(library: Library, *, dry_run: bool, force: bool) -> int:
    """Fetch again what came from the web, print what changed, and index it; the exit code.

    If golden questions would be lost, the index is not published: RegressionError.
    """
    known = library.desk.web.origins()
    if not known:
        _note("No document came from the web; citebot add ADDRESS fetches one.")
        return 0
    with progress_bar() as progress:
        found = library.desk.web.look(progress=progress)
    if not dry_run:
        found = library.desk.web.take(found, editor())
    _tell(found)
    if found.changed and not dry_run:
        build(library, force=force)
    return int(bool(found.failed))


def _tell(found: Refreshed) -> None:
    for edited in found.changed:
        _print(f"~ {edited.id}")
        for sign, sentences in (("+", edited.added), ("−", edited.removed)):
            for words in sentences[:_SENTENCES]:
                _print(f"  {sign} {words}")
            if len(sentences) > _SENTENCES:
                _print(f"  {sign} {count(len(sentences) - _SENTENCES, 'more sentence')}")
    for id in found.gone:
        _print(f"? {id}: there is nothing at its address any more; it stays among the documents")
    for id in found.back:
        _print(f"{id} is at its address again")
    for id, reason in found.failed:
        _print(f"! {id}: {reason}")
    _note(f"{count(found.same, 'document')} did not change.")


def _add(library: Library, name: str, *, replace: bool, at: str | None) -> bool:
    """Add one file or address; return True if anything changed."""
    fetched = None
    if name.startswith(("http://", "https://")):
        fetched = fetch.fetch(name)
        label, data = fetched.name, fetched.data
    else:
        label = Path(name).name
        try:
            data = readers.File(label, Path(name)).load()
        except DocumentError as error:
            raise DocumentError(
                f"{name}: {error}", "file_refused", file=name, reason=error
            ) from None
    desk = library.desk
    try:
        look = desk.documents.look(label, data, at)
        if look.sentences > LONG:
            price = cost(look.sentences)
            # before it is there: it can still be left out
            _note(
                f"{look.id} has {count(look.sentences, 'sentence')}: citebot index will take about "
                f"{count(price.minutes, 'minute')} on one core and {price.megabytes:,} MB of disk."
            )
        replace = replace or at is not None
        added = desk.documents.add(label, data, editor(), replace=replace, at=at)
    except DocumentError as error:
        raise DocumentError(f"{name}: {error}", "file_refused", file=name, reason=error) from None
    if fetched:
        desk.web.record(added.id, Origin.of(fetched))
    did = "Replaced" if added.replaced else "Added" if added.changed else "Already there:"
    _print(f"{did} {added.id}: {look.title}, {count(look.passages, 'passage')}.")
    if added.replaced:
        _note(f"citebot restore {added.replaced.key} would bring the earlier version back.")
    for id in look.duplicates:
        if id != added.id:
            _note(f"{id} has the same text.")
    for id in look.namesakes:
        if id not in look.duplicates and at is None:
            _note(f"{id} has the same name or title; --as {id} puts the file in its place.")
    if look.inside:
        _note(f"It holds {count(len(look.inside), 'document')}: {', '.join(look.inside[:_NAMED])}")
    for id, reason in look.unread:
        _note(f"{id} cannot be read: {reason}")
    return added.changed


def _print(words: str) -> None:
    console().print(Text(on_one_line(words)))


def _note(words: str) -> None:
    notices().print(Text(on_one_line(words)))
