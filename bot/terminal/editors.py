"""The editors' commands of `citebot`: documents, golden questions, gaps."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from bot.terminal.starting import open_library, read_settings

__all__ = ["add", "backup", "copy", "evaluate", "gaps", "golden", "refresh", "remove", "restore"]

_AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
# A key of the trash; a file with such a name is given as ./NAME.
_KEY = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


def evaluate(
    file: Annotated[
        Path | None,
        typer.Argument(help="Golden questions, one JSON object a line; else those in the data."),
    ] = None,
    off_topic: Annotated[
        Path | None,
        typer.Option("--off-topic", help="More questions without an answer, one a line."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object instead of text.")
    ] = False,
    fail_under: Annotated[
        float | None,
        typer.Option("--fail-under", min=0, max=1, help="Exit with 1 below this share right."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Use the thresholds that are proposed from now on.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Apply them although golden questions are lost.")
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
        bool, typer.Option("--replace", help="In place of the documents of these names.")
    ] = False,
    at: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="PATH",
            help="Into this folder, or in place of this document: handbook/06-pay.md.",
        ),
    ] = None,
) -> None:
    """Put files among the documents. The next index has them."""
    settings = read_settings()
    from bot.terminal import adding

    raise typer.Exit(adding.add(open_library(settings), files, replace=replace, at=at))


def refresh(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what changed, and change nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publish although golden questions are lost.")
    ] = False,
) -> None:
    """Fetch again what came from the web, and index what changed there."""
    settings = read_settings()
    from bot.terminal import adding

    raise typer.Exit(adding.refresh(open_library(settings), dry_run=dry_run, force=force))


def remove(
    document: Annotated[str, typer.Argument(help="Its id, as citebot sources shows it.")],
) -> None:
    """Move a document to the trash, for thirty days. The next index is without it."""
    settings = read_settings()
    from bot.terminal import editing

    editing.remove(open_library(settings), document)


def restore(
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="KEY or FILE", help="Its key, or a backup; without it, what is in the trash."
        ),
    ] = None,
) -> None:
    """Put a document back from the trash, list what is in it, or restore a backup.

    A backup goes into the folders of the settings, which must be empty.
    """
    settings = read_settings()
    from bot.terminal import backup as archive
    from bot.terminal import editing

    if key is not None and not _KEY.fullmatch(key):
        archive.restore(settings, Path(key))
        return
    editing.restore(open_library(settings), key)


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write, a ZIP; none may be there.")],
) -> None:
    """Write everything that cannot be made again into one archive, also while the bot runs.

    The settings (.env) and the token are not in it; citebot restore FILE restores it.
    """
    settings = read_settings()
    from bot.terminal import backup as archive

    archive.backup(open_library(settings), settings, file)


def copy(
    source: Annotated[
        str,
        typer.Argument(metavar="FROM", help="A data directory, or the address of a database."),
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="Likewise; it may be empty.")],
) -> None:
    """Copy the index, its golden questions and the journal to a folder or a database.

    A copy that is ended early is finished by the same command.
    """
    read_settings()
    from bot.terminal import copying

    copying.copy(source, target)


golden = typer.Typer(help="The golden questions, which no new index may lose.")


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
        str | None, typer.Option("--text", help="Its words that do, exactly as they stand there.")
    ] = None,
) -> None:
    """Keep a question with the words that answer it; with none, as one without an answer."""
    settings = read_settings()
    from bot.terminal import editing

    editing.golden_add(open_library(settings), question, document, text)


@golden.command("remove")
def golden_remove(
    id: Annotated[str, typer.Argument(help="Its id, as citebot golden shows it.")],
) -> None:
    """Forget a question."""
    settings = read_settings()
    from bot.terminal import editing

    editing.golden_remove(open_library(settings), id)


@golden.command("import")
def golden_import(
    file: Annotated[Path, typer.Argument(help="A file of citebot evaluate.")],
) -> None:
    """Add the questions of a file."""
    settings = read_settings()
    from bot.terminal import editing

    editing.golden_import(open_library(settings), file)


@golden.command("export")
def golden_export(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write the questions into a file."""
    settings = read_settings()
    from bot.terminal import editing

    editing.golden_export(open_library(settings), file)


gaps = typer.Typer(help="What went unanswered or was voted down in Telegram.")

_Gap = Annotated[int, typer.Argument(help="Its id, as citebot gaps shows it.")]
_Words = Annotated[str | None, typer.Option("--words", help="Look for these words instead.")]


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
    number: Annotated[int, typer.Argument(help="Of the passage, as gaps show prints it.")],
    words: _Words = None,
) -> None:
    """Keep a passage as what answers a question: a golden question from now on."""
    settings = read_settings()
    from bot.terminal import editing

    editing.gaps_pin(open_library(settings), settings, id, number, words)


@gaps.command("close")
def gaps_close(id: _Gap) -> None:
    """Take a question off the list; no one is notified."""
    settings = read_settings()
    from bot.terminal import editing

    editing.gaps_close(open_library(settings), settings, id)
