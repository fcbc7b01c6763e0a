"""The commands of `citebot` for those who ask: questions, texts to verify, the list of sources."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from bot.terminal.starting import open_library, read_settings, say, terminal_texts

__all__ = ["ask", "sources", "verify"]


def ask(
    question: Annotated[
        str | None,
        typer.Argument(help="The question; without it, each line of standard input is one."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per line instead of text.")
    ] = False,
    top: Annotated[
        int | None,
        typer.Option(
            "--top", min=1, max=50, help="How many passages to show; by default the best few."
        ),
    ] = None,
    talk: Annotated[
        bool,
        typer.Option(
            "--talk", help="Treat the lines as one conversation; an empty line starts another."
        ),
    ] = False,
) -> None:
    """Answer a question, or each line of standard input."""
    settings, texts = read_settings(), terminal_texts()
    if question is not None and not question.strip():
        # before the libraries of the index are imported, which takes a second
        error = "the question is empty; ask something"
        if as_json:
            typer.echo(json.dumps({"question": question, "error": error}))
        say(texts.reason(error))
        raise typer.Exit(1)
    from bot.terminal import chat

    if question is None and sys.stdin.isatty():
        say(texts("cli_type_questions"))
    questions = [question] if question is not None else chat.lines(empty=talk)
    raise typer.Exit(
        chat.answer(open_library(settings), questions, texts, top, as_json=as_json, talk=talk)
    )


def verify(
    text: Annotated[
        str | None, typer.Argument(help="The text; without it, all of standard input.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object instead of text.")
    ] = False,
) -> None:
    """Check whether a text is in the documents: word for word, nearly, or not."""
    settings, texts = read_settings(), terminal_texts()
    from bot.terminal import verify as verifying

    if text is None:
        if sys.stdin.isatty():
            say(texts("cli_type_text"))
        text = sys.stdin.read()
    raise typer.Exit(verifying.verify(open_library(settings), text, texts, as_json=as_json))


def sources(
    text: Annotated[
        str | None,
        typer.Option(
            "--text",
            metavar="ID",
            help="Print one document as it was read, passage by passage, with what was left out.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per line instead of text.")
    ] = False,
) -> None:
    """List the indexed documents, and the files that could not be read."""
    settings = read_settings()
    from bot.terminal import sources as listing

    library = open_library(settings)
    if text is None:
        listing.sources(library, as_json=as_json)
    elif not listing.reading_text(library, text):
        raise typer.Exit(1)
