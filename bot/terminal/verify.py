"""The terminal's `citebot verify`: a verdict for a person, plain if it is piped, or as JSON."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.messages import quoting, verdicts
from bot.messages.signs import on_one_line, visible
from bot.messages.texts import Texts
from bot.terminal.as_json import verdict_to_json
from bot.terminal.build import refresh
from bot.terminal.console import console
from index.library import Library
from index.search.alignment import Run, Side
from index.search.verdict import Verdict
from index.types import Passage, Span

__all__ = ["show", "verify"]

_STYLES = {Side.BOTH: "", Side.QUESTION: "red strike", Side.DOCUMENT: "green underline"}
# the marks of `wdiff` and `git diff --word-diff`
_MARKS = {Side.BOTH: ("", ""), Side.QUESTION: ("[-", "-]"), Side.DOCUMENT: ("{+", "+}")}


def verify(library: Library, text: str, texts: Texts, *, as_json: bool = False) -> int:
    """Print whether a text is really in the documents; return the exit code, 0 for any verdict."""
    refresh(library)
    verdict = library.verify(text)
    if as_json:
        print(verdict_to_json(verdict), flush=True)
    else:
        show(verdict, texts)
    return 0


def show(verdict: Verdict, texts: Texts) -> None:
    """Print a verdict for a person, or plain if the output is piped."""
    out = console()
    out.print(Text(verdicts.headline(verdict, texts), style="bold yellow"))
    if left := verdicts.left_over(verdict, texts):
        out.print(Text(left))
    if verdict.around and verdict.span and not verdicts.is_contradicted(verdict):
        _print_place(out, verdict.around, verdict.span, texts)
        _print_differences(out, verdict, texts)
    elif verdict.closest and not verdict.sentences:
        out.print(Text(texts("verify_closest")))
        _print_place(out, verdict.closest.passage, verdict.closest.highlights[0], texts)
    if verdict.sentences:
        out.print(Text(texts("verify_sentences")))
        for sentence in verdict.sentences:
            out.print(Text(verdicts.place(sentence, texts)))


def _print_place(out: Console, around: Passage, span: Span, texts: Texts) -> None:
    head = Text(on_one_line(around.source.title), style="bold cyan")
    out.print(head.append(f" — {quoting.place(around, texts)}", style="not bold"))
    quote = Text(visible(around.text))
    quote.stylize("bold green", span.start - around.start, span.end - around.start)
    if out.is_terminal:
        out.print(Padding(quote, (0, 0, 0, 2)))
    else:
        out.print(quote)
        out.print(Text(visible(f"→ {around.quote(span)}")))
    out.print(Text(on_one_line(f"[{around.locator}]"), style="dim"))


def _print_differences(out: Console, verdict: Verdict, texts: Texts) -> None:
    if verdict.runs:
        out.print(Text(texts("verify_differences")))
        shown = [_shown(run, plain=not out.is_terminal) for run in verdicts.spaced(verdict.runs)]
        out.print(Text.assemble(*shown))


def _shown(run: Run, *, plain: bool) -> Text:
    text = visible(run.text)
    if not plain:
        return Text(text, style=_STYLES[run.side])
    words = text.rstrip()
    before, after = _MARKS[run.side]
    return Text(f"{before}{words}{after}{text[len(words) :]}")
