"""The quality report: the results of golden questions, for people and programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.terminal import build
from bot.terminal.console import console
from index.desk import evaluate as golden
from index.desk import lines
from index.desk.evaluate import Evaluation, Result
from index.desk.promise import CONFIDENCE, promise
from index.library import Library
from index.types import Hit, Outcome, Parts, Thresholds

__all__ = ["evaluate"]

# Of each kind, the answerable and the others.
_WORST = 5
_SHOWN = 160
# in every face the outcomes have these names
_OUTCOMES = {
    Outcome.FOUND: "found",
    Outcome.RELATED: "no clear answer",
    Outcome.NOTHING: "not found",
}


def evaluate(
    library: Library,
    file: Path | None,
    off_topic: Path | None,
    *,
    as_json: bool,
    fail_under: float | None,
    apply: bool,
    force: bool,
) -> int:
    """Ask the golden questions of `file`, or those of the desk; report, and return the exit code.

    It is 1 if the share of correctly answered questions is under `fail_under`.
    """
    questions = lines.read(file) if file else library.desk.golden.some()
    if off_topic is not None:
        questions += lines.read_off_topic(off_topic)
    build.refresh(library)
    found = golden.evaluate(library, questions)
    proposed = found.propose()
    if as_json:
        print(_Report.of(found, proposed).model_dump_json())
    else:
        _print(found, proposed)
    if apply:
        build.apply(library, proposed, force=force)
    if fail_under is not None and found.right < fail_under:
        print(f"citebot: {found.right:.3f} right is under {fail_under:.3f}", file=sys.stderr)
        return 1
    return 0


class _Measures(BaseModel):
    right: float
    recall_at_1: float
    recall_at_3: float
    mrr: float
    marked: float
    outcomes: dict[str, dict[str, int]]


class _Step(BaseModel):
    threshold: float
    false_answers: float
    missed_answers: float


class _Question(BaseModel):
    question: str
    kind: str
    right: bool
    outcome: str
    score: float
    rank: int | None
    marked: bool
    returned: str | None


class _Promise(BaseModel):
    wrong_at_most: float
    confidence: float
    wrong: int
    found: int


class _Report(BaseModel):
    measures: _Measures
    promise: _Promise | None
    thresholds: dict[str, float]
    proposed: dict[str, float] | None
    steps: list[_Step]
    questions: list[_Question]

    @classmethod
    def of(cls, found: Evaluation, proposed: Thresholds | None) -> _Report:
        return cls(
            measures=_Measures(
                right=found.right,
                recall_at_1=found.recall(1),
                recall_at_3=found.recall(3),
                mrr=found.reciprocal_rank,
                marked=found.marked,
                outcomes=_outcomes(found),
            ),
            promise=_promised(found),
            thresholds=_named(found.thresholds),
            proposed=_named(proposed) if proposed else None,
            steps=[
                _Step(
                    threshold=step,
                    false_answers=found.false_answers(step),
                    missed_answers=found.missed_answers(step),
                )
                for step in found.steps
            ],
            questions=[
                _Question(
                    question=result.golden.question,
                    kind=_kind(result),
                    right=result.right,
                    outcome=result.outcome.value,
                    score=result.score,
                    rank=result.rank,
                    marked=result.marked,
                    returned=result.hits[0].passage.locator if result.hits else None,
                )
                for result in found.results
            ],
        )


def _promised(found: Evaluation) -> _Promise | None:
    sure = promise(found)
    if sure is None:
        return None
    return _Promise(
        wrong_at_most=round(sure.most, 4),
        confidence=CONFIDENCE,
        wrong=sure.wrong,
        found=sure.found,
    )


def _print(found: Evaluation, proposed: Thresholds | None) -> None:
    out = console()
    answerable, unanswerable = len(found.answerable), len(found.unanswerable)
    out.print(f"{answerable} answerable and {unanswerable} unanswerable questions")
    out.print(_table(("measure", "share"), _measures(found)))
    if sure := promise(found):
        out.print(f"{sure}.")
    kinds = _outcomes(found).items()
    rows = ((kind, *(str(counts[o.value]) for o in _OUTCOMES)) for kind, counts in kinds)
    out.print(_table(("outcome of", *_OUTCOMES.values()), rows))
    steps = (
        (f"{step:.2f}", f"{found.false_answers(step):.3f}", f"{found.missed_answers(step):.3f}")
        for step in found.steps[::4]
    )
    out.print(_table(("threshold", "false answers", "missed answers"), steps))
    now = found.thresholds
    out.print(f"Thresholds now: {_in_words(now)}.")
    if proposed:
        out.print(f"Proposed: {_in_words(proposed)}; --apply uses them.")
    else:
        out.print("Ten answerable and ten unanswerable questions are needed for a proposal.")
    _print_misses(out, [result for result in found.unanswerable if not result.right])
    _print_misses(out, [result for result in found.answerable if not result.right])


def _measures(found: Evaluation) -> Iterable[tuple[str, str]]:
    yield "right: served, or not misled", f"{found.right:.3f}"
    if found.answerable:
        yield "right passage first (R@1)", f"{found.recall(1):.3f}"
        yield "right passage in the first three (R@3)", f"{found.recall(3):.3f}"
        yield "mean reciprocal rank", f"{found.reciprocal_rank:.3f}"
        yield "answer in the marked sentence", f"{found.marked:.3f}"


def _print_misses(out: Console, misses: Sequence[Result]) -> None:
    """Print the worst: of false answers the most confident, of missed ones the lowest."""
    worst = sorted(misses, key=lambda r: r.score if r.golden.answerable else -r.score)[:_WORST]
    for result in worst:
        _print_miss(out, result)
    if left := len(misses) - len(worst):
        kind = "answerable" if misses[0].golden.answerable else "unanswerable"
        out.print(f"\nand {left} more {kind} that went wrong; --json has them all")


def _print_miss(out: Console, result: Result) -> None:
    out.print()
    out.print(Text(f"✗ {result.golden.question}", style="bold red"))
    best = result.hits[0] if result.hits else None
    if best:
        line = f"  {result.outcome.value}: {best.passage.locator} {_why(best)}"
        out.print(Text(line))
        marked = " ".join(best.passage.quote(span) for span in best.highlights)
        out.print(Text(f"    {marked[:_SHOWN]}", style="dim"))
    if not result.golden.answerable:
        out.print(Text(f"  wanted: no answer ({_kind(result)})"))
    elif result.rank is None:
        out.print(Text(f"  wanted: {result.golden.document}, not in the first ten"))
    elif result.rank > 1:
        right = result.hits[result.rank - 1]
        line = f"  wanted, as number {result.rank}: {right.passage.locator} {_why(right)}"
        out.print(Text(line))
    else:
        out.print(Text("  wanted: this passage, but its score is too low to show it"))


def _why(hit: Hit) -> str:
    """Return the score and its parts; two passages side by side show why one was ahead."""
    parts = ", ".join(f"{part.name} {getattr(hit.parts, part.name):.2f}" for part in fields(Parts))
    return f"{hit.score:.2f} ({parts})"


def _kind(result: Result) -> str:
    return "answerable" if result.golden.answerable else result.golden.kind or "unanswerable"


def _outcomes(found: Evaluation) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for result in found.results:
        of_kind = counts.setdefault(_kind(result), {outcome.value: 0 for outcome in Outcome})
        of_kind[result.outcome.value] += 1
    return counts


def _in_words(thresholds: Thresholds) -> str:
    return f"found from {thresholds.found:.2f}, no clear answer from {thresholds.related:.2f}"


def _named(thresholds: Thresholds) -> dict[str, float]:
    return {"related": thresholds.related, "found": thresholds.found}


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    return table
