"""`citebot copy`: an index with journal and golden questions, to a folder or a database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from rich.text import Text

from bot.access import copied as access
from bot.journal import copying as journals
from bot.messages.texts import Texts
from bot.terminal.console import console, notices
from bot.terminal.starting import terminal_texts
from index.desk import copying
from index.errors import SettingsError, StoreError

__all__ = ["copy"]

# Documents between two words on how far it is.
_STEP = 100


def copy(source: str, target: str) -> None:
    """Copy from one place to the other and say what was brought."""
    _check(source, target)
    texts = terminal_texts()
    with (
        closing(copying.place(source)) as here,
        closing(copying.place(target)) as there,
        closing(_journal(source)) as journal,
        closing(_journal(target)) as its_journal,
        notices().status(texts("cli_copying")) as status,
    ):
        # before anything is written
        journals.check(journal, its_journal)
        rules = None if copying.is_database(source) else Path(source)
        access.bring(here.notes, there.notes, rules, to_folder=not copying.is_database(target))
        copied = copying.copy(here, there, _telling(status.update, texts))
        status.update(texts("cli_copying_journal"))
        has_journal = journals.copy(journal, its_journal)
    generation = copied.generation
    _print(
        texts(
            "cli_copied" if copied.is_new else "cli_copied_already",
            id=generation.id,
            documents=texts("cli_documents", count=generation.documents),
            passages=texts("passages", count=generation.passages),
        )
    )
    questions = texts("cli_test_questions", count=copied.golden)
    rest = "cli_copied_journal" if has_journal else "cli_copied_no_journal"
    _print(texts(rest, questions=questions))


def _check(source: str, target: str) -> None:
    for where in (source, target):
        scheme, separator, _ = where.partition("://")
        if separator and not copying.is_database(where):
            raise SettingsError(
                f"{scheme}:// is neither a folder nor a database; write a data directory, or "
                "postgresql://user:password@host:5432/database",
                "copy_scheme",
                scheme=scheme,
            )
    if not copying.is_database(source) and not Path(source).is_dir():
        raise StoreError(
            f"{source} is not a folder; name a data directory (CITEBOT_DATA)",
            "copy_source",
            source=source,
        )
    same = not copying.is_database(source) and Path(source).resolve() == Path(target).resolve()
    if source == target or same:
        raise SettingsError("both places are the same; name another one to copy to", "copy_same")


def _journal(where: str) -> journals.Place:
    if copying.is_database(where):
        return journals.place(Path(), where)
    return journals.place(Path(where))


def _telling(update: Callable[[str], None], texts: Texts) -> Callable[[int, int], None]:
    def progress(done: int, whole: int) -> None:
        if done % _STEP == 0:
            update(texts("cli_copying_documents", done=done, whole=whole))

    return progress


def _print(words: str) -> None:
    console().print(Text(words), soft_wrap=True)
