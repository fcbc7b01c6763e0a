"""Build the index at the terminal with a progress bar, and report the result."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from bot.logs import refer
from bot.messages.signs import on_one_line
from bot.terminal.console import console, count, editor, notices, omitted
from index.desk.build import Changes
from index.desk.gate import Comparison, RegressionError
from index.desk.staging import Report
from index.errors import CitebotError, GoldenError
from index.library import Library
from index.types import Generation, Omitted, Thresholds

__all__ = ["apply", "build", "progress_bar", "refresh", "rollback"]


def build(
    library: Library, *, rebuild: bool = False, dry_run: bool = False, force: bool = False
) -> int:
    """Build the index with a progress bar and report the result; return the exit code, 0.

    If golden questions would be lost, print them and raise RegressionError, unless `force`.
    """
    try:
        with progress_bar() as progress:
            report = library.desk.index.build(
                progress, rebuild=rebuild, dry_run=dry_run, force=force, by=editor()
            )
    except KeyboardInterrupt:
        words = (
            "Stopped. Nothing was published; what is embedded already is kept for the next time."
        )
        notices().print(words)
        raise
    except RegressionError as error:
        if staged := library.desk.index.staged():
            _tell_changes(console(), staged.changes)
        _tell_lost(error)
        raise
    _tell(console(), report, dry_run=dry_run)
    left_out = {} if dry_run else library.omissions()
    if left := omitted(Omitted.all(left_out.values())):
        words = f"In {count(len(left_out), 'document')}: {left}; citebot sources shows where."
        console().print(Text(words, style="yellow"))
    return 0


def refresh(library: Library) -> None:
    """Build the index if there is none or the documents changed.

    If that fails but an index is there, that one answers, and the reason is printed.
    """
    try:
        if library.desk.index.is_current() and library.generation():
            if staged := library.desk.index.staged():
                words = f"A new index {staged.generation.id} waits; citebot index publishes it."
                notices().print(Text(words))
            elif library.desk.index.decisions.undone():
                words = "Documents were added or removed; citebot index makes that answer."
                notices().print(Text(words))
            return
        if library.is_outdated():
            words = (
                "The index was made by another version or with another model: it is made again, "
                "once. Golden questions, gaps and votes stay."
            )
            notices().print(Text(words))
        with progress_bar() as progress:
            report = library.desk.index.build(progress)
        _tell(notices(), report)
    except CitebotError as error:
        served = library.generation()
        if served is None:
            raise
        if isinstance(error, RegressionError):
            _tell_lost(error)
        notices().print(Text(f"citebot: {error}\nAnswering from the index {served.id}."))
    except Exception as error:
        # whatever a build fails on, the old index answers
        served = library.generation()
        if served is None:
            raise
        words = f"citebot: the documents could not be indexed (ref {refer(error)})."
        notices().print(Text(f"{words}\nAnswering from the index {served.id}."))


def apply(library: Library, thresholds: Thresholds | None, *, force: bool = False) -> None:
    """Use these thresholds from now on, and report it.

    If golden questions would be lost, print them and raise RegressionError, unless `force`.
    """
    if thresholds is None:
        raise GoldenError(
            "too few golden questions to propose thresholds; add some and try again", "golden_few"
        )
    try:
        with progress_bar() as progress:
            report = library.desk.thresholds.apply(thresholds, editor(), progress, force=force)
    except RegressionError as error:
        _tell_lost(error)
        raise
    out = notices()
    _tell(out, report)
    out.print(
        f"Thresholds: found from {thresholds.found:.2f}, "
        f"no clear answer from {thresholds.related:.2f}."
    )


def rollback(library: Library, id: str | None) -> None:
    """Go back to an earlier generation and name it."""
    now = library.desk.index.rollback(id, editor())
    console().print(Text(f"Answering from {_described(now)}."))


def _tell_changes(out: Console, changes: Changes) -> None:
    for sign, ids, style in (
        ("+", changes.added, "green"),
        ("~", changes.changed, "yellow"),
        ("−", changes.removed, "red"),
    ):
        for id in ids:
            out.print(Text(on_one_line(f"{sign} {id}"), style=style))
    for id, reason in changes.failed:
        stays = "; its earlier version stays" if id in changes.kept else ""
        out.print(Text(on_one_line(f"! {id}: {reason}{stays}"), style="bold red"))


def _tell_lost(error: RegressionError) -> None:
    """Print the golden questions that would be lost, before and after, to standard error."""
    for pair in error.comparison.lost:
        notices().print(Text(f"✗ {pair.after.golden.question}", style="bold red"))
        for when, result in (("now", pair.before), ("then", pair.after)):
            top = f", first {result.hits[0].passage.locator}" if result.hits else ""
            notices().print(Text(f"    {when}: {result.outcome}{top}"))


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
    out.print(Text(words))
    if report.comparison:
        out.print(Text(_golden(report.comparison)))


def _golden(comparison: Comparison) -> str:
    """Return what happened to the golden questions, in a line."""
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


@contextmanager
def progress_bar() -> Iterator[_Bar]:
    """Show a bar of what is being done, on standard error, until the block ends."""
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
    """A bar for each step of a build; without a person at the terminal, a line for each step."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._steps: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, whole: int) -> None:
        if what not in self._steps:
            # a step is reported before its work: the next one says that the last piece is done
            for task in self._progress.tasks:
                self._progress.update(task.id, completed=task.total)
            self._steps[what] = self._progress.add_task(what, total=whole)
            if self._progress.disable:
                print(f"citebot: {what} ({whole:,}) …", file=sys.stderr, flush=True)
        self._progress.update(self._steps[what], completed=done, total=whole)
