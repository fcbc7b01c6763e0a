"""The terminal's face: the chat, one-off answers, and what the commands print.

With a person at the terminal answers are wrapped and coloured; piped, they are plain and the
passages stand there to the letter. Progress and notices go to standard error.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from bot import render
from bot.answers import failure_to_json, to_json
from bot.texts import Texts
from index.build import Changes
from index.errors import CitebotError, GoldenError, KnowledgeError, StoreError
from index.gate import Comparison, RegressionError
from index.library import Library, Report
from index.types import Answer, Generation, Hit, Outcome, Thresholds

__all__ = [
    "answer",
    "apply",
    "build",
    "chat",
    "console",
    "count",
    "editor",
    "lines",
    "notices",
    "refresh",
    "rollback",
    "sources",
]

_TOP = 3
_HELP = """Ask a question in your own words; answers come only from the documents.
/sources lists them, /help shows this, /quit or Ctrl-D ends."""


def chat(library: Library, texts: Texts) -> int:
    """Answer what is typed until it ends; 0, or 1 where a piped question could not be answered."""
    if not sys.stdin.isatty():
        return answer(library, lines(), texts)
    refresh(library)
    with suppress(ImportError):
        import readline  # noqa: F401 - gives input() its history and editing
    out = console()
    now = library.generation()
    titles = count(now.documents if now else 0, "document")
    out.print(f"Answers from {titles}, in their own words. Ask, or type /help.", style="dim")
    # while the first question is typed
    library.load_soon()
    while True:
        try:
            line = input("\n? ").strip()
        except (EOFError, KeyboardInterrupt):
            out.print()
            return 0
        match line.split(maxsplit=1):
            case []:
                continue
            case ["/quit" | "/exit" | "/q", *_]:
                return 0
            case ["/help" | "/start", *_]:
                out.print(_HELP)
            case ["/sources", *_]:
                sources(library)
            case [command, *rest]:
                question = "".join(rest) if command == "/ask" else line
                try:
                    show(out, library.ask(question), texts)
                except CitebotError as error:
                    out.print(f"citebot: {error}", style="red")


def answer(
    library: Library,
    questions: Iterable[str],
    texts: Texts,
    top: int | None = None,
    *,
    as_json: bool = False,
) -> int:
    """Print the answer to each question; one that cannot be answered is told and passed over.

    `top` is how many passages are wanted; without it the best ones are shown, three at most.
    """
    out = console()
    failed = False
    # the model takes seconds to load: the index is looked at meanwhile
    library.load_soon()
    refresh(library)
    for question in questions:
        try:
            found = library.ask(question, top or _TOP)
        except CitebotError as error:
            failed = True
            if as_json:
                print(failure_to_json(question, error), flush=True)
            print(f"citebot: {error}", file=sys.stderr, flush=True)
        else:
            if as_json:
                print(to_json(found), flush=True)
            else:
                show(out, found, texts, every=top is not None)
    return int(failed)


def lines() -> Iterator[str]:
    """The lines of standard input that hold something."""
    return (line.strip() for line in sys.stdin if line.strip())


def show(out: Console, found: Answer, texts: Texts, *, every: bool = False) -> None:
    """Print one answer for a person, or plain where the output is piped.

    Passages far from the best one are left out, unless `every` one is wanted.
    """
    out.print()
    if not out.is_terminal:
        # whoever typed it sees it already
        out.print(Text(f"? {found.question}"), soft_wrap=True)
    if found.outcome is Outcome.NOTHING:
        day = texts.day(found.generation.built.astimezone())
        words = texts("nothing", count=found.documents, day=day)
        out.print(Text(words, style="bold yellow"), soft_wrap=True)
        if found.nearest:
            words = texts("nearest", titles="; ".join(found.nearest))
            out.print(Text(words, style="dim"), soft_wrap=True)
    if found.outcome is Outcome.RELATED:
        out.print(Text(texts("related"), style="bold yellow"), soft_wrap=True)
    for hit in found.hits if every else render.worth_showing(found):
        _show_hit(out, hit, found.outcome, texts)


def _show_hit(out: Console, hit: Hit, outcome: Outcome, texts: Texts) -> None:
    passage = hit.passage
    strength = texts(_strength(hit, outcome), score=round(hit.score, 2))
    out.print()
    head = Text(passage.source.title, style="bold cyan").append(
        f" — {render.place(passage, texts)}; {strength}", style="not bold"
    )
    out.print(head, soft_wrap=True)
    quote = Text(passage.text)
    for span in hit.highlights:
        quote.stylize("bold green", span.start - passage.start, span.end - passage.start)
    if out.is_terminal:
        out.print(Padding(quote, (0, 0, 0, 2)))
    else:
        # the passage to the letter, and what a colour would have marked below it
        out.print(quote, soft_wrap=True)
        for span in hit.highlights:
            out.print(Text(f"→ {passage.quote(span)}"), soft_wrap=True)
    out.print(Text(f"[{passage.locator}]", style="dim"), soft_wrap=True)


# The median top score of the public sets' answerable questions, see docs/decisions/0003-score.md.
_STRONG = 2.4


def _strength(hit: Hit, outcome: Outcome) -> str:
    """The key of the words for how sure a hit is."""
    if outcome is Outcome.RELATED:
        return "weak"
    return "strong" if hit.score >= _STRONG else "good"


def build(
    library: Library, *, rebuild: bool = False, dry_run: bool = False, force: bool = False
) -> int:
    """Build the index with a progress bar and say what was done; the exit code, 0.

    Where golden questions would be lost and it is not to `force`, RegressionError tells of them.
    """
    try:
        with _bar() as progress:
            report = library.build(
                progress, rebuild=rebuild, dry_run=dry_run, force=force, by=editor()
            )
    except RegressionError as error:
        if staged := library.desk.staged():
            _tell_changes(console(), staged.changes)
        _tell_lost(error)
        raise
    _tell(console(), report, dry_run=dry_run)
    return 0


def refresh(library: Library) -> None:
    """Build the index if there is none or the documents changed.

    Where that cannot be done but an index is there, it answers, and the reason is told.
    """
    try:
        if library.is_current() and library.generation():
            if staged := library.desk.staged():
                words = f"A new index {staged.generation.id} waits; citebot index publishes it."
                notices().print(Text(words), soft_wrap=True)
            elif library.desk.undone():
                words = "Documents were added or removed; citebot index makes that answer."
                notices().print(Text(words), soft_wrap=True)
            return
        with _bar() as progress:
            report = library.build(progress)
        _tell(notices(), report)
    except (GoldenError, KnowledgeError, StoreError) as error:
        served = library.generation()
        if served is None:
            raise
        if isinstance(error, RegressionError):
            _tell_lost(error)
        notices().print(Text(f"citebot: {error}\nAnswering from the index {served.id}."))


def apply(library: Library, thresholds: Thresholds | None, *, force: bool = False) -> None:
    """Answer by these thresholds from now on, and say so.

    Where golden questions would be lost and it is not to `force`, RegressionError tells of them.
    """
    if thresholds is None:
        raise GoldenError("too few golden questions to propose thresholds; add some and try again")
    try:
        with _bar() as progress:
            report = library.desk.apply(thresholds, editor(), progress, force=force)
    except RegressionError as error:
        _tell_lost(error)
        raise
    _tell(notices(), report)


def sources(library: Library) -> None:
    """Print what is indexed, and what could not be."""
    out = console()
    for source, passages in library.sources():
        date = f", {source.date:%-d %B %Y}" if source.date else ""
        line = Text(source.title, style="bold").append(
            f" — {source.id}{date}, {count(passages, 'passage')}", style="not bold"
        )
        out.print(line, soft_wrap=True)
    for id, reason in library.failed():
        out.print(Text(f"not read: {id}: {reason}", style="yellow"), soft_wrap=True)


def rollback(library: Library, id: str | None) -> None:
    """Go back to an earlier generation and say to which."""
    now = library.rollback(id, editor())
    console().print(Text(f"Answering from {_described(now)}."), soft_wrap=True)


def editor() -> str:
    """Who acts at this terminal, for the audit."""
    # a container may know its user by number only
    with suppress(KeyError, OSError):
        return f"terminal: {getpass.getuser()}"
    return "terminal"


def _tell_changes(out: Console, changes: Changes) -> None:
    for sign, ids, style in (
        ("+", changes.added, "green"),
        ("~", changes.changed, "yellow"),
        ("−", changes.removed, "red"),
    ):
        for id in ids:
            out.print(Text(f"{sign} {id}", style=style), soft_wrap=True)
    for id, reason in changes.failed:
        stays = "; its earlier version stays" if id in changes.kept else ""
        out.print(Text(f"! {id}: {reason}{stays}", style="bold red"), soft_wrap=True)


def _tell_lost(error: RegressionError) -> None:
    """The golden questions that would be lost, before and after, to standard error."""
    for pair in error.comparison.lost:
        notices().print(Text(f"✗ {pair.after.golden.question}", style="bold red"), soft_wrap=True)
        for when, result in (("now", pair.before), ("then", pair.after)):
            top = f", first {result.hits[0].passage.locator}" if result.hits else ""
            notices().print(Text(f"    {when}: {result.outcome}{top}"), soft_wrap=True)


def _tell(out: Console, report: Report, *, dry_run: bool = False) -> None:
    _tell_changes(out, report.changes)
    if dry_run:
        words = f"{count(report.embedded, 'sentence')} to embed; nothing was published."
    elif report.generation and report.published:
        reused = report.generation.sentences - report.embedded
        words = (
            f"Published {_described(report.generation)}: {report.embedded:,} sentences embedded, "
            f"{reused:,} reused, in {report.seconds:.1f} s."
        )
    elif report.generation:
        words = f"Nothing changed: {_described(report.generation)} is up to date."
    out.print(Text(words), soft_wrap=True)
    if report.comparison:
        out.print(Text(_golden(report.comparison)), soft_wrap=True)


def _golden(comparison: Comparison) -> str:
    """What became of the golden questions, in a line."""
    after = comparison.after
    right = sum(result.right for result in after.results)
    false = after.false_answers(after.thresholds.found)
    missed = after.missed_answers(after.thresholds.related)
    return (
        f"Golden questions: {right:,} of {len(after.results):,} right ({len(comparison.lost):,} "
        f"lost, {len(comparison.gained):,} gained, {len(comparison.changed):,} changed), "
        f"{false:.1%} false answers, {missed:.1%} missed."
    )


def _described(generation: Generation) -> str:
    return (
        f"{generation.id} ({count(generation.documents, 'document')}, "
        f"{count(generation.passages, 'passage')}, "
        f"built {generation.built.astimezone():%-d %B %Y %H:%M})"
    )


def count(number: int, noun: str) -> str:
    """A number of things, in words."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@contextmanager
def _bar() -> Iterator[_Bar]:
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=notices(),
        transient=True,
        disable=not notices().is_terminal,
    ) as progress:
        yield _Bar(progress)


class _Bar:
    """A bar for each step of a build; where nobody watches, a line for each step."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._steps: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, whole: int) -> None:
        if what not in self._steps:
            self._steps[what] = self._progress.add_task(what, total=whole)
            if self._progress.disable:
                print(f"citebot: {what} ({whole:,}) …", file=sys.stderr, flush=True)
        self._progress.update(self._steps[what], completed=done, total=whole)


def console() -> Console:
    """Standard output."""
    return Console(highlight=False, emoji=False, markup=False)


def notices() -> Console:
    """Standard error."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False)
