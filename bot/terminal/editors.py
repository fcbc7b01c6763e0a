"""The editors' commands of `citebot`: documents, golden questions, gaps."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from bot.terminal.starting import open_library, read_settings

__all__ = ["add", "backup", "copy", "evaluate", "gaps", "golden", "refresh", "remove", "restore"]

_AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
# A key of the trash; a file with such a name is given as ./NAME.
_KEY = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


def evaluate(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Golden questions, one JSON object per line; by default those in CITEBOT_DATA."
        ),
    ] = None,
    off_topic: Annotated[
        Path | None,
        typer.Option("--off-topic", help="More questions without an answer, one per line."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object instead of text.")
    ] = False,
    fail_under: Annotated[
        float | None,
        typer.Option(
            "--fail-under", min=0, max=1, help="Exit with 1 if a smaller share than this is right."
        ),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Use the proposed thresholds from now on.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Apply them even if golden questions lose their answers."),
    ] = False,
) -> None:
    """Ask golden questions and report how good the answers are, and which thresholds suit them."""
    settings = read_settings()
    from bot.terminal import evaluate as report

    library = open_library(settings)
    raise typer.Exit(
        report.evaluate(
            library,
            file,
            off_topic,
            as_json=as_json,
            fail_under=fail_under,
            apply=apply,
            force=force,
        )
    )


def add(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Files, archives of files, or web addresses."),
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace documents of the same names.")
    ] = False,
    at: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="PATH",
            help="Put it into this folder, or in place of this document: handbook/06-pay.md.",
        ),
    ] = None,
) -> None:
    """Add files to the documents; the next index includes them."""
    settings = read_settings()
    from bot.terminal import adding

    raise typer.Exit(adding.add(open_library(settings), files, replace=replace, at=at))


def refresh(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what changed; change nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publish even if golden questions lose their answers.")
    ] = False,
) -> None:
    """Fetch documents from the web again, and index what changed."""
    settings = read_settings()
    from bot.terminal import adding

    raise typer.Exit(adding.refresh(open_library(settings), dry_run=dry_run, force=force))


def remove(
    document: Annotated[str, typer.Argument(help="Its id, as citebot sources shows it.")],
) -> None:
    """Move a document to the trash for thirty days; the next index leaves it out."""
    settings = read_settings()
    from bot.terminal import editing

    editing.remove(open_library(settings), document)


def restore(
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="KEY or FILE", help="A key or a backup; without it, list the trash."
        ),
    ] = None,
) -> None:
    """Restore a document from the trash, list the trash, or restore a backup.

    A backup goes into CITEBOT_KNOWLEDGE and CITEBOT_DATA, which must be empty.
    """
    settings = read_settings()
    from bot.terminal import backup as archive
    from bot.terminal import editing

    if key is not None and not _KEY.fullmatch(key):
        archive.restore(settings, Path(key))
        return
    editing.restore(open_library(settings), key)


def backup(
    file: Annotated[Path, typer.Argument(help="The ZIP archive to write; it must not exist yet.")],
) -> None:
    """Back up everything that cannot be rebuilt into one archive; the bot may keep running.

    The settings (.env) and the token are not included. To restore: citebot restore FILE.
    """
    settings = read_settings()
    from bot.terminal import backup as archive

    archive.backup(open_library(settings), settings, file)


def copy(
    source: Annotated[
        str,
        typer.Argument(metavar="FROM", help="A data directory, or the address of a database."),
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same; it may be empty.")],
) -> None:
    """Copy the index, its golden questions and the journal to a folder or a database.

    If it was interrupted, run it again to finish.
    """
    read_settings()
    from bot.terminal import copying

    copying.copy(source, target)


golden = typer.Typer(help="Golden questions: a new index must still answer them.")


@golden.callback(invoke_without_command=True)
def _golden(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        golden_list()


@golden.command("list")
def golden_list(as_json: _AsJson = False) -> None:
    """List the questions with their ids."""
    settings = read_settings()
    from bot.terminal import editing

    editing.golden_list(open_library(settings), as_json=as_json)


@golden.command("add")
def golden_add(
    question: Annotated[str, typer.Argument(help="The question.")],
    document: Annotated[
        str | None, typer.Option("--document", help="The document that answers it, by its id.")
    ] = None,
    text: Annotated[
        str | None,
        typer.Option("--text", help="The words that answer it, as in the document."),
    ] = None,
) -> None:
    """Add a question with the words that answer it, or one that has no answer."""
    settings = read_settings()
    from bot.terminal import editing

    editing.golden_add(open_library(settings), question, document, text)


@golden.command("remove")
def golden_remove(
    id: Annotated[str, typer.Argument(help="Its id, as citebot golden shows it.")],
) -> None:
    """Remove a question."""
    settings = read_settings()
    from bot.terminal import editing

    editing.golden_remove(open_library(settings), id)


@golden.command("import")
def golden_import(
    file: Annotated[Path, typer.Argument(help="A file as for citebot evaluate.")],
) -> None:
    """Add the questions in a file."""
    settings = read_settings()
    from bot.terminal import editing

    editing.golden_import(open_library(settings), file)


@golden.command("export")
def golden_export(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write the questions to a file."""
    settings = read_settings()
    from bot.terminal import editing

    editing.golden_export(open_library(settings), file)


gaps = typer.Typer(help="Questions that went unanswered or were voted down in Telegram.")

_Gap = Annotated[int, typer.Argument(help="Its id, as citebot gaps shows it.")]
_Words = Annotated[str | None, typer.Option("--words", help="Search for these words instead.")]


@gaps.callback(invoke_without_command=True)
def _gaps(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        gaps_list()


@gaps.command("list")
def gaps_list(as_json: _AsJson = False) -> None:
    """List the open questions with their ids, the most asked first."""
    settings = read_settings()
    from bot.terminal import editing

    editing.gaps_list(open_library(settings), settings, as_json=as_json)


@gaps.command("show")
def gaps_show(id: _Gap, words: _Words = None) -> None:
    """Show the passages nearest to a question."""
    settings = read_settings()
    from bot.terminal import editing

    editing.gaps_show(open_library(settings), settings, id, words)


@gaps.command("pin")
def gaps_pin(
    id: _Gap,
    number: Annotated[int, typer.Argument(help="The passage, as gaps show numbers it.")],
    words: _Words = None,
) -> None:
    """Pin a passage as the answer; the question becomes a golden question."""
    settings = read_settings()
    from bot.terminal import editing

    editing.gaps_pin(open_library(settings), settings, id, number, words)


@gaps.command("close")
def gaps_close(id: _Gap) -> None:
    """Take a question off the list; no one is notified."""
    settings = read_settings()
    from bot.terminal import editing

    editing.gaps_close(open_library(settings), settings, id)
