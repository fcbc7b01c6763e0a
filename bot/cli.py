"""The program `citebot`: its commands. Heavy libraries are imported by the command that needs them.

Answers go to standard output, all else to standard error. Exit codes: 0 done, 1 failed, 2 wrong
usage or settings, 3 rejected token.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from index.library import Library

__all__ = ["main", "program"]

program = typer.Typer(
    name="citebot",
    help="Answers questions from a folder of documents, only in the documents' own words.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command that the arguments name."""
    # names and questions in any script, whatever the locale; a reader that is gone ends us quietly
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        with _told():
            program()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


@program.command()
def run(
    take_over: Annotated[
        bool,
        typer.Option(
            "--take-over", help="Replace a webhook that is set for the token; its bot gets no more."
        ),
    ] = False,
) -> None:
    """Start the bot: in Telegram if a token is set, else a chat in this terminal.

    Builds the index first if there is none or the documents changed.
    """
    settings = _settings()
    if settings.token is not None:
        import asyncio

        from bot import app, logs

        logs.set_up(settings.token, settings.secret)
        serving = app.serve(settings, _library(settings), take_over=take_over)
        raise typer.Exit(asyncio.run(serving))
    from bot import terminal
    from bot.texts import texts_for

    if os.environ.get("CITEBOT_TELEGRAM_TOKEN") == "":
        _say("CITEBOT_TELEGRAM_TOKEN is empty: a chat in this terminal instead of Telegram")
    raise typer.Exit(terminal.chat(_library(settings), texts_for(settings.language)))


@program.command()
def ask(
    question: Annotated[
        str | None, typer.Argument(help="The question; without it, one per line of standard input.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line instead of text.")
    ] = False,
    top: Annotated[
        int | None,
        typer.Option("--top", min=1, max=50, help="How many passages; without it the best few."),
    ] = None,
) -> None:
    """Answer one question, or one per line of standard input."""
    settings = _settings()
    from bot import terminal
    from bot.texts import texts_for

    questions = [question] if question is not None else terminal.lines()
    texts = texts_for(settings.language)
    raise typer.Exit(terminal.answer(_library(settings), questions, texts, top, as_json=as_json))


@program.command()
def verify(
    text: Annotated[
        str | None, typer.Argument(help="The text; without it, all of standard input is one.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object instead of text.")
    ] = False,
) -> None:
    """Say whether a text is really in the documents: to the letter, nearly, or not."""
    settings = _settings()
    from bot import verifying
    from bot.texts import texts_for

    text = sys.stdin.read() if text is None else text
    texts = texts_for(settings.language)
    raise typer.Exit(verifying.verify(_library(settings), text, texts, as_json=as_json))


@program.command()
def index(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read and embed everything anew.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; publish nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publish although golden questions are lost.")
    ] = False,
) -> None:
    """Build the index of the documents as they are now, and publish it.

    It is held back, with exit code 1, where golden questions would lose their answers.
    """
    settings = _settings()
    from bot import building

    raise typer.Exit(
        building.build(_library(settings), rebuild=rebuild, dry_run=dry_run, force=force)
    )


@program.command()
def sources() -> None:
    """List what is indexed, and what could not be."""
    settings = _settings()
    from bot import terminal

    terminal.sources(_library(settings))


@program.command()
def rollback(
    generation: Annotated[
        str | None, typer.Argument(help="Its id; without it, the generation before.")
    ] = None,
) -> None:
    """Answer from an earlier generation of the index."""
    settings = _settings()
    from bot import building

    building.rollback(_library(settings), generation)


@program.command()
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
    settings = _settings()
    from bot import report

    library = _library(settings)
    file = file or settings.data / "golden.jsonl"
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


@program.command()
def add(
    file: Annotated[Path, typer.Argument(help="The file; its name becomes the document's.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="In place of the document of that name.")
    ] = False,
) -> None:
    """Put a file among the documents. The next index has it."""
    settings = _settings()
    from bot import desk

    desk.add(_library(settings), file, replace=replace)


@program.command()
def remove(
    document: Annotated[str, typer.Argument(help="Its id, as citebot sources shows it.")],
) -> None:
    """Move a document to the trash, for thirty days. The next index is without it."""
    settings = _settings()
    from bot import desk

    desk.remove(_library(settings), document)


@program.command()
def restore(
    key: Annotated[
        str | None, typer.Argument(help="Its key; without it, what is in the trash.")
    ] = None,
) -> None:
    """Put a document back from the trash, or list what is in it."""
    settings = _settings()
    from bot import desk

    desk.restore(_library(settings), key)


golden = typer.Typer(help="The golden questions, which no new index may lose.")
program.add_typer(golden, name="golden", invoke_without_command=True)


@golden.callback(invoke_without_command=True)
def _golden(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        golden_list()


@golden.command("list")
def golden_list() -> None:
    """List the questions with their ids."""
    settings = _settings()
    from bot import desk

    desk.golden_list(_library(settings))


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
    settings = _settings()
    from bot import desk

    desk.golden_add(_library(settings), question, document, text)


@golden.command("remove")
def golden_remove(
    id: Annotated[str, typer.Argument(help="Its id, as citebot golden shows it.")],
) -> None:
    """Forget a question."""
    settings = _settings()
    from bot import desk

    desk.golden_remove(_library(settings), id)


@golden.command("import")
def golden_import(
    file: Annotated[Path, typer.Argument(help="A file of citebot evaluate.")],
) -> None:
    """Add the questions of a file."""
    settings = _settings()
    from bot import desk

    desk.golden_import(_library(settings), file)


@golden.command("export")
def golden_export(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write the questions into a file."""
    settings = _settings()
    from bot import desk

    desk.golden_export(_library(settings), file)


gaps = typer.Typer(help="What went unanswered or was voted down in Telegram.")
program.add_typer(gaps, name="gaps", invoke_without_command=True)

_Gap = Annotated[int, typer.Argument(help="Its id, as citebot gaps shows it.")]
_Words = Annotated[str | None, typer.Option("--words", help="Look for these words instead.")]


@gaps.callback(invoke_without_command=True)
def _gaps(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        gaps_list()


@gaps.command("list")
def gaps_list() -> None:
    """List the open questions with their ids, the most asked first."""
    settings = _settings()
    from bot import desk

    desk.gaps_list(_library(settings), settings.data)


@gaps.command("show")
def gaps_show(id: _Gap, words: _Words = None) -> None:
    """Show the passages nearest to a question."""
    settings = _settings()
    from bot import desk

    desk.gaps_show(_library(settings), settings.data, id, words)


@gaps.command("pin")
def gaps_pin(
    id: _Gap,
    number: Annotated[int, typer.Argument(help="Of the passage, as gaps show prints it.")],
    words: _Words = None,
) -> None:
    """Keep a passage as what answers a question: a golden question from now on."""
    settings = _settings()
    from bot import desk

    desk.gaps_pin(_library(settings), settings.data, id, number, words)


@gaps.command("close")
def gaps_close(id: _Gap) -> None:
    """Take a question off the list; nobody is told."""
    settings = _settings()
    from bot import desk

    desk.gaps_close(_library(settings), settings.data, id)


@program.command()
def doctor() -> None:
    """Say what is wrong with this set-up, and how to mend it."""
    settings = _settings()
    from bot import doctor as physician

    raise typer.Exit(physician.examine(settings))


def _settings() -> Settings:
    from bot.settings import Settings

    return Settings.read()


def _library(settings: Settings) -> Library:
    # the imports behind the index take a moment; whoever waits should know for what
    _say("starting …")
    from index.library import Library

    return Library(settings)


def _say(words: str) -> None:
    print(f"citebot: {words}", file=sys.stderr, flush=True)


@contextmanager
def _told() -> Iterator[None]:
    """Show our own errors as one line and end with the exit code that belongs to them."""
    try:
        yield
    except Exception as error:
        from index.errors import CitebotError, QuestionError, SettingsError

        if not isinstance(error, CitebotError):
            raise
        _say(str(error))
        sys.exit(2 if isinstance(error, SettingsError | QuestionError) else 1)
