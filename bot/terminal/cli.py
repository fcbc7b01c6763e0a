"""The program `citebot`: its commands. Heavy libraries are imported by the command that needs them.

Answers go to standard output, all else to standard error. Exit codes: 0 done, 1 failed, 2 wrong
usage or settings, 3 rejected token.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.terminal import askers, editors, pages
from bot.terminal.ending import IN_VAIN, end, end_soon, exit_code, wait_for_signal
from bot.terminal.starting import open_library, read_settings, say, terminal_texts, worded

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["main", "program"]

_EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 rejected token. "
    "Settings come from the environment and from .env in the current folder: CITEBOT_KNOWLEDGE "
    "(default: knowledge), CITEBOT_DATA (default: data), CITEBOT_MODEL, CITEBOT_LANGUAGE, "
    "CITEBOT_TELEGRAM_TOKEN, CITEBOT_ADMINS. "
    'Example: citebot ask "How many troops will take part?"'
)

program = typer.Typer(
    name="citebot",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"citebot {version('citebot')}")
        raise typer.Exit


@program.callback(epilog=_EPILOG)
def options(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Answer questions from a folder of documents, only in the documents' own words."""


def main() -> NoReturn:
    """Run the command that the arguments name, and end with its exit code."""
    # names and questions in any script, whatever the locale
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    end(exit_code(_program))


@program.command()
def run(
    take_over: Annotated[
        bool,
        typer.Option(
            "--take-over",
            help="Replace the webhook set for this token; the other bot then gets no updates.",
        ),
    ] = False,
    supervised: Annotated[
        bool,
        typer.Option(
            "--supervised",
            help="After a wrong setting or token, wait instead of exiting: a restart cannot help.",
        ),
    ] = False,
) -> None:
    """Start the bot: in Telegram if a token is set, else a chat in this terminal.

    Builds the index first if there is none or the documents changed.
    """
    code = exit_code(lambda: _run(take_over, supervised))
    if supervised and code in IN_VAIN:
        wait_for_signal()
    raise typer.Exit(code)


def _run(take_over: bool, supervised: bool) -> NoReturn:
    with _told():
        settings = read_settings()
        # nobody is there to chat with, and a supervisor would start it again and again
        if supervised and settings.token is None and not sys.stdin.isatty():
            from index.errors import SettingsError

            raise SettingsError(
                "CITEBOT_TELEGRAM_TOKEN is not set; get a token from @BotFather, write it to .env "
                "and start again",
                "setting_no_token",
            )
        sys.exit(_face(settings, take_over))


def _face(settings: Settings, take_over: bool) -> int:
    """Answer in Telegram if there is a token, else in this terminal, to the end."""
    if settings.token is not None:
        import asyncio

        from bot import app, logs
        from bot.messages.texts import languages, texts_for
        from bot.running import garbage
        from index import intake
        from index.errors import CitebotError

        secrets = (settings.token, settings.secret, *settings.passwords)
        logs.set_up(*secrets, level=settings.log_level, form=settings.log_form)
        # its memory holds the token
        intake.hide()
        library = open_library(settings)
        # what takes long is read before there is a loop to keep waiting
        with suppress(CitebotError):
            library.digests()
        for language in languages():
            texts_for(language)
        garbage.keep_short()
        serving = app.serve(settings, library, take_over=take_over, ending=end_soon)
        return asyncio.run(serving)
    from bot.terminal import chat

    # a chat leaves the terminal as it was
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    texts = terminal_texts()
    if os.environ.get("CITEBOT_TELEGRAM_TOKEN") == "":
        say(texts("cli_token_empty"))
    return chat.chat(open_library(settings), texts)


# here, so that the help lists them after run
program.command()(askers.ask)
program.command()(askers.verify)


@program.command()
def index(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read and embed everything again.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; publish nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publish even if golden questions lose their answers.")
    ] = False,
) -> None:
    """Build the index of the current documents, and publish it.

    If golden questions would lose their answers, nothing is published and the exit code is 1.
    """
    settings = read_settings()
    from bot.terminal import build

    raise typer.Exit(
        build.build(open_library(settings), rebuild=rebuild, dry_run=dry_run, force=force)
    )


program.command()(askers.sources)
program.command()(pages.page)


@program.command()
def rollback(
    generation: Annotated[
        str | None, typer.Argument(help="Its id; by default the previous one.")
    ] = None,
) -> None:
    """Go back to an earlier generation of the index."""
    settings = read_settings()
    from bot.terminal import build

    build.rollback(open_library(settings), generation)


# here, so that the help lists them before the doctor
for command in (
    editors.evaluate,
    editors.add,
    editors.refresh,
    editors.remove,
    editors.restore,
    editors.backup,
    editors.copy,
):
    program.command()(command)
program.add_typer(editors.golden, name="golden", invoke_without_command=True)
program.add_typer(editors.gaps, name="gaps", invoke_without_command=True)


@program.command()
def mcp(
    http: Annotated[
        bool,
        typer.Option(
            "--http",
            help="Serve at /mcp on CITEBOT_HOST and CITEBOT_PORT; clients need CITEBOT_MCP_TOKEN.",
        ),
    ] = False,
) -> None:
    """Serve exact quotes to assistants over the Model Context Protocol."""
    settings = read_settings()
    from index.errors import SettingsError

    try:
        from bot.terminal import assistants
    except ImportError as error:
        raise SettingsError(
            f"{error.name} is not installed; run: pip install 'citebot[mcp]'",
            "mcp_missing",
            name=error.name,
        ) from None
    assistants.serve(settings, open_library(settings), http=http)


@program.command()
def doctor() -> None:
    """Check this set-up, and say how to fix what is wrong."""
    settings = read_settings()
    from bot.terminal import doctor as physician

    raise typer.Exit(physician.examine(settings))


def _program() -> None:
    # quiet if the reader of our output is gone
    with suppress(BrokenPipeError), _told():
        program()
    sys.exit(1)


@contextmanager
def _told() -> Iterator[None]:
    """Print our own errors as one line and end with their exit code."""
    try:
        yield
    except Exception as error:
        from index.errors import CitebotError, NewerError, QuestionError, SettingsError

        if _starved(error):
            say(terminal_texts()("cli_memory", reason=error))
            sys.exit(1)
        if not isinstance(error, CitebotError):
            raise
        say(worded(error))
        sys.exit(2 if isinstance(error, SettingsError | QuestionError | NewerError) else 1)


def _starved(error: Exception) -> bool:
    """Return whether there was no memory left, for Python or to load a library."""
    mapped = "failed to map segment", "Cannot allocate memory"
    unloaded = isinstance(error, ImportError | OSError) and any(w in str(error) for w in mapped)
    return unloaded or isinstance(error, MemoryError)
