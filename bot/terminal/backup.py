"""`citebot backup` and `citebot restore`: everything that cannot be made again, in one archive."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from rich.text import Text

from bot.journal import copying as journals
from bot.messages.texts import Texts
from bot.settings import Settings
from bot.terminal.console import console, notices
from bot.terminal.starting import terminal_texts
from index.desk import backup as archive
from index.errors import CitebotError, StoreError
from index.library import Library

__all__ = ["backup", "restore"]

_JOURNAL = "journal.sqlite"
_FILES = ("access.toml", "origins.json", "audit.jsonl", "TOLD")
# Beside the index, in the database if there is one.
_NOTES = ("golden.jsonl", "GOLDEN", "thresholds.json", "reserved.json")
_FOLDERS = ("trash", "quarantine")
# Editors' decisions about the index are of use only with the index that serves.
_DECISIONS = ("CURRENT", "DISCARDED", "LEFT")


def backup(library: Library, settings: Settings, file: Path) -> None:
    """Write the archive, also while the bot runs, and print its contents."""
    texts = terminal_texts()
    if settings.knowledge.resolve() in file.resolve().parents:
        raise StoreError(
            f"{file} would be among the documents, where archives are read; name a file elsewhere",
            "backup_inside",
            file=file,
        )
    with tempfile.TemporaryDirectory(prefix="citebot-") as beside, library.desk.undisturbed():
        found = [
            *_knowledge(settings.knowledge, settings.data, file, texts),
            *_data(settings.data),
            *_index(library, settings.data),
            *_notes(library, Path(beside)),
            *_journal(settings, Path(beside) / _JOURNAL),
        ]
        number = archive.pack(file, found, version("citebot"))
    files, size = texts("cli_files", count=number), file.stat().st_size / 1024**2
    console().print(Text(texts("cli_backup", file=file, files=files, size=size)))
    _note(texts("cli_backup_note"))


def restore(settings: Settings, file: Path) -> None:
    """Restore the archive into the folders of the settings, which must be empty, and report it."""
    if not file.is_file():
        raise StoreError(
            f"{file} is neither a backup nor a key; citebot restore lists the keys",
            "backup_or_key",
            file=file,
        )
    places = {"data": settings.data, "knowledge": settings.knowledge}
    number = archive.unpack(file, places)
    if settings.database:
        _into_database(settings)
    texts = terminal_texts()
    words = texts(
        "cli_backup_restored",
        files=texts("cli_files", count=number),
        knowledge=settings.knowledge,
        data=settings.data,
    )
    console().print(Text(words))
    _note(texts("cli_backup_next"))


def _into_database(settings: Settings) -> None:
    """Put the journal where it belongs. What lies beside the index is taken over when it is first
    looked for.
    """
    journal = settings.data / _JOURNAL
    with closing(journals.place(settings.data, settings.database)) as shared:
        journals.copy(journals.place(settings.data), shared)
    # what people want forgotten must not stay in a copy that nobody looks at
    journal.unlink(missing_ok=True)


def _knowledge(folder: Path, data: Path, file: Path, texts: Texts) -> Iterator[tuple[str, Path]]:
    """Return every file of the documents' folder, whether it can be read or not, without links."""
    left_out = {data.resolve(), file.resolve()}
    for path in sorted(folder.rglob("*")):
        if left_out & {path.resolve(), *path.resolve().parents}:
            continue
        if path.is_symlink():
            _note(texts("cli_backup_link", path=path))
        elif path.is_file():
            yield f"knowledge/{path.relative_to(folder).as_posix()}", path


def _data(data: Path) -> Iterator[tuple[str, Path]]:
    for name in _FILES:
        if (data / name).is_file():
            yield f"data/{name}", data / name
    for folder in _FOLDERS:
        yield from _below(data, data / folder)


def _index(library: Library, data: Path) -> Iterator[tuple[str, Path]]:
    """Return the index that serves, if the current documents would give another one."""
    try:
        now = library.generation()
        if now is None or library.desk.index.is_served():
            return
    # a document that cannot be read cannot be embedded
    except CitebotError:
        return
    for name in _DECISIONS:
        if (data / name).is_file():
            yield f"data/{name}", data / name
    yield from _below(data, data / "generations" / now.id)


def _below(data: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(data)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield f"data/{relative.as_posix()}", path


def _notes(library: Library, beside: Path) -> Iterator[tuple[str, Path]]:
    for name in _NOTES:
        if content := library.store.notes.read(name):
            (beside / name).write_bytes(content)
            yield f"data/{name}", beside / name


def _journal(settings: Settings, copy: Path) -> Iterator[tuple[str, Path]]:
    """Return a copy of the journal at one moment, whatever is written meanwhile."""
    if settings.database:
        with closing(journals.place(copy.parent, settings.database)) as shared:
            if journals.copy(shared, journals.place(copy.parent)):
                yield f"data/{_JOURNAL}", copy
        return
    path = settings.data / _JOURNAL
    if not path.is_file():
        return
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            # one file, without a log next to it
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StoreError(
            f"{path}: {error}; move it away if it is damaged, and try again",
            "journal_copy",
            path=path,
            reason=error,
        ) from None
    yield f"data/{_JOURNAL}", copy


def _note(words: str) -> None:
    notices().print(Text(words))
