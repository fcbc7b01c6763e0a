"""The terminal's `citebot add` and `citebot refresh`: files and addresses among the documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from bot.messages.signs import on_one_line
from bot.messages.texts import Texts
from bot.terminal.build import build, progress_bar
from bot.terminal.console import console, editor, notices
from bot.terminal.starting import terminal_texts
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
    texts = terminal_texts()
    failed: list[str] = []
    changed = 0
    for number, name in enumerate(files, 1):
        if len(files) > 1:
            notices().print(Text(f"[{number}/{len(files)}] {on_one_line(name)}", style="dim"))
        try:
            changed += _add(library, name, texts, replace=replace, at=at)
        except CitebotError as error:
            if len(files) == 1:
                raise
            failed.append(texts.reason(error))
    if failed:
        _note(texts("cli_not_added", count=len(failed)))
        for reason in failed:
            _note(reason)
    if changed:
        _note(texts("cli_index_wanted"))
    return int(bool(failed))


def refresh(library: Library, *, dry_run: bool, force: bool) -> int:
    """Fetch again what came from the web, print what changed, and index it; the exit code.

    If golden questions would be lost, the index is not published: RegressionError.
    """
    texts = terminal_texts()
    if not library.desk.web.origins():
        _note(texts("cli_no_origins"))
        return 0
    with progress_bar(texts) as progress:
        found = library.desk.web.look(progress=progress)
    if not dry_run:
        found = library.desk.web.take(found, editor())
    _tell(found, texts)
    if found.changed and not dry_run:
        build(library, force=force)
    return int(bool(found.failed))


def _tell(found: Refreshed, texts: Texts) -> None:
    for edited in found.changed:
        _print(f"~ {edited.id}")
        for sign, sentences in (("+", edited.added), ("−", edited.removed)):
            for words in sentences[:_SENTENCES]:
                _print(f"  {sign} {words}")
            if len(sentences) > _SENTENCES:
                more = texts("cli_more_sentences", count=len(sentences) - _SENTENCES)
                _print(f"  {sign} {more}")
    for id in found.gone:
        _print(texts("cli_gone", id=id))
    for id in found.back:
        _print(texts("cli_back", id=id))
    for id, reason in found.failed:
        _print(texts("cli_not_fetched", id=id, reason=texts.reason(reason)))
    _note(texts("cli_same", count=found.same))


def _add(library: Library, name: str, texts: Texts, *, replace: bool, at: str | None) -> bool:
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
        with progress_bar(texts) as progress:
            look = desk.documents.look(label, data, at, progress)
        if look.sentences > LONG:
            price = cost(look.sentences)
            # before it is there: it can still be left out
            words = texts(
                "cli_cost",
                id=look.id,
                sentences=texts("cli_sentences", count=look.sentences),
                minutes=texts("cli_minutes", count=price.minutes),
                megabytes=price.megabytes,
            )
            _note(words)
        replace = replace or at is not None
        added = desk.documents.add(label, data, editor(), replace=replace, at=at)
    except DocumentError as error:
        raise DocumentError(f"{name}: {error}", "file_refused", file=name, reason=error) from None
    if fetched:
        desk.web.record(added.id, Origin.of(fetched))
    key = "cli_replaced" if added.replaced else "cli_added" if added.changed else "cli_already"
    passages = texts("passages", count=look.passages)
    _print(texts(key, id=added.id, title=look.title, passages=passages))
    if added.replaced:
        _note(texts("cli_restore_earlier", key=added.replaced.key))
    for id in look.duplicates:
        if id != added.id:
            _note(texts("cli_same_text", id=id))
    for id in look.namesakes:
        if id not in look.duplicates and at is None:
            _note(texts("cli_namesake", id=id))
    if look.inside:
        names = ", ".join(look.inside[:_NAMED])
        _note(texts("cli_holds", count=len(look.inside), names=names))
    for id, reason in look.unread:
        _note(texts("cli_part_unread", id=id, reason=texts.reason(reason)))
    return added.changed


def _print(words: str) -> None:
    console().print(Text(on_one_line(words)))


def _note(words: str) -> None:
    notices().print(Text(on_one_line(words)))
