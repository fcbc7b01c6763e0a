"""Build the index at the terminal with a progress bar, and report the result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from bot.logs import refer
from bot.messages.signs import on_one_line
from bot.messages.texts import Texts
from bot.terminal.console import console, editor, notices, omitted
from bot.terminal.starting import say, terminal_texts
from index.desk.build import Changes
from index.desk.evaluate import Result
from index.desk.following import file_of
from index.desk.gate import Comparison, RegressionError
from index.desk.staging import Report
from index.errors import CitebotError, GoldenError
from index.library import Library
from index.types import Generation, Omitted, Outcome, Thresholds

__all__ = ["OUTCOMES", "apply", "build", "progress_bar", "refresh", "result", "rollback"]

OUTCOMES = {
    Outcome.FOUND: "cli_found",
    Outcome.RELATED: "cli_related",
    Outcome.NOTHING: "cli_nothing",
}
"""The keys of the outcomes' names, from the best."""


def build(
    library: Library, *, rebuild: bool = False, dry_run: bool = False, force: bool = False
) -> int:
    """Build the index with a progress bar and report the result; return the exit code, 0.

    If golden questions would be lost, print them and raise RegressionError, unless `force`.
    """
    texts = terminal_texts()
    try:
        with progress_bar(texts) as progress:
            report = library.desk.index.build(
                progress, rebuild=rebuild, dry_run=dry_run, force=force, by=editor()
            )
    except KeyboardInterrupt:
        notices().print(texts("cli_stopped"))
        raise
    except RegressionError as error:
        if staged := library.desk.index.staged():
            _tell_changes(console(), staged.changes, texts)
        _tell_lost(error, texts)
        raise
    _tell(console(), report, texts, dry_run=dry_run)
    left_out = {} if dry_run else library.omissions()
    if left := omitted(Omitted.all(left_out.values()), texts):
        words = texts("cli_left_out_in", count=len(left_out), parts=left)
        console().print(Text(words, style="yellow"))
    return 0


def refresh(library: Library) -> None:
    """Build the index if there is none or the documents changed.

    If that fails but an index is there, that one answers, and the reason is printed.
    """
    texts = terminal_texts()
    try:
        if library.desk.index.is_current() and library.generation():
            if staged := library.desk.index.staged():
                notices().print(Text(texts("cli_waits", id=staged.generation.id)))
            elif library.desk.index.decisions.undone():
                notices().print(Text(texts("cli_undone")))
            return
        if library.is_outdated():
            notices().print(Text(texts("cli_outdated")))
        with progress_bar(texts) as progress:
            report = library.desk.index.build(progress)
        _tell(notices(), report, texts)
    except CitebotError as error:
        served = library.generation()
        if served is None:
            raise
        if isinstance(error, RegressionError):
            _tell_lost(error, texts)
        words = texts("cli_not_indexed", reason=texts.reason(error), id=served.id)
        notices().print(Text(words))
    except Exception as error:
        # whatever a build fails on, the old index answers
        served = library.generation()
        if served is None:
            raise
        words = texts("cli_build_broke", reference=refer(error), id=served.id)
        notices().print(Text(words))


def apply(library: Library, thresholds: Thresholds | None, *, force: bool = False) -> None:
    """Use these thresholds from now on, and report it.

    If golden questions would be lost, print them and raise RegressionError, unless `force`.
    """
    if thresholds is None:
        raise GoldenError(
            "too few golden questions to propose thresholds; add some and try again", "golden_few"
        )
    texts = terminal_texts()
    try:
        with progress_bar(texts) as progress:
            report = library.desk.thresholds.apply(thresholds, editor(), progress, force=force)
    except RegressionError as error:
        _tell_lost(error, texts)
        raise
    out = notices()
    _tell(out, report, texts)
    found, related = texts.number(thresholds.found, 2), texts.number(thresholds.related, 2)
    out.print(Text(texts("cli_thresholds", found=found, related=related)))


def rollback(library: Library, id: str | None) -> None:
    """Go back to an earlier generation and name it."""
    now = library.desk.index.rollback(id, editor())
    texts = terminal_texts()
    console().print(Text(texts("cli_answering", index=_described(now, texts))))


def result(one: Result, texts: Texts) -> str:
    """Return the outcome of a golden question and the first passage of its answer."""
    outcome = texts(OUTCOMES[one.outcome])
    if not one.hits:
        return texts("cli_result", outcome=outcome)
    return texts("cli_result_first", outcome=outcome, where=one.hits[0].passage.locator)


def _tell_changes(out: Console, changes: Changes, texts: Texts) -> None:
    for sign, ids, style in (
        ("+", changes.added, "green"),
        ("~", changes.changed, "yellow"),
        ("−", changes.removed, "red"),
    ):
        for id in ids:
            out.print(Text(on_one_line(f"{sign} {id}"), style=style))
    for id, reason in changes.failed:
        key = "cli_changed_kept" if id in changes.kept else "cli_changed_failed"
        words = texts(key, id=id, reason=texts.reason(reason))
        out.print(Text(on_one_line(words), style="bold red"))


def _tell_lost(error: RegressionError, texts: Texts) -> None:
    """Print the golden questions that would be lost, before and after, to standard error."""
    for pair in error.comparison.lost:
        notices().print(Text(f"✗ {pair.after.golden.question}", style="bold red"))
        for key, one in (("cli_lost_before", pair.before), ("cli_lost_after", pair.after)):
            notices().print(Text(texts(key, result=result(one, texts))))


def _tell(out: Console, report: Report, texts: Texts, *, dry_run: bool = False) -> None:
    _tell_changes(out, report.changes, texts)
    if dry_run:
        words = texts("cli_would_embed", count=report.embedded)
    elif report.generation and report.published:
        words = texts(
            "cli_published",
            index=_described(report.generation, texts),
            embedded=report.embedded,
            reused=report.generation.sentences - report.embedded,
            seconds=texts.number(report.seconds, 1),
        )
    elif report.generation:
        words = texts("cli_unchanged", index=_described(report.generation, texts))
    out.print(Text(words))
    if report.comparison:
        out.print(Text(_golden(report.comparison, texts)))


def _golden(comparison: Comparison, texts: Texts) -> str:
    """Return what happened to the golden questions, in a line."""
    after = comparison.after
    return texts(
        "cli_compared",
        right=sum(one.right for one in after.results),
        count=len(after.results),
        lost=len(comparison.lost),
        gained=len(comparison.gained),
        changed=len(comparison.changed),
        false=100 * after.false_answers(after.thresholds.found),
        missed=100 * after.missed_answers(after.thresholds.related),
    )


def _described(generation: Generation, texts: Texts) -> str:
    built = generation.built.astimezone()
    return texts(
        "cli_index",
        id=generation.id,
        documents=texts("cli_documents", count=generation.documents),
        passages=texts("passages", count=generation.passages),
        day=texts.day(built),
        time=f"{built:%H:%M}",
    )


@contextmanager
def progress_bar(texts: Texts) -> Iterator[_Bar]:
    """Show a bar of what is being done, on standard error, until the block ends."""
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        console=notices(),
        transient=True,
        disable=not notices().is_terminal,
    ) as progress:
        yield _Bar(progress, texts)


class _Bar:
    """A bar for each step of a build; without a person at the terminal, a line for each step."""

    def __init__(self, progress: Progress, texts: Texts) -> None:
        self._progress = progress
        self._texts = texts
        self._steps: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, whole: int) -> None:
        if what not in self._steps:
            # a step is reported before its work: the next one says that the last piece is done
            for task in self._progress.tasks if file_of(what) is None else ():
                self._progress.update(task.id, completed=task.total)
            named = self._texts.step(what)
            self._steps[what] = self._progress.add_task(named, total=whole)
            if self._progress.disable:
                say(self._texts("cli_step", what=named, whole=whole))
        self._progress.update(self._steps[what], completed=done, total=whole)
        # the bar of one long file stands below the others while it is read
        for step, bar in self._steps.items():
            if file_of(step) and step != what:
                self._progress.update(bar, visible=False)
