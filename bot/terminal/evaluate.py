"""The quality report: the results of golden questions, for people and programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.messages.texts import Texts
from bot.terminal import build
from bot.terminal.build import OUTCOMES
from bot.terminal.console import console
from bot.terminal.starting import say, terminal_texts
from index.desk import evaluate as golden
from index.desk import lines
from index.desk.evaluate import Evaluation, Result
from index.desk.promise import CONFIDENCE, Promise, promise
from index.library import Library
from index.types import Hit, Outcome, Parts, Thresholds

__all__ = ["evaluate", "promised"]

# Of each kind, the answerable and the others.
_WORST = 5
_SHOWN = 160
# Other kinds are the words of who wrote the questions.
_KINDS = {"answerable": "cli_kind_answerable", "unanswerable": "cli_kind_unanswerable"}


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
    texts = terminal_texts()
    build.refresh(library)
    found = golden.evaluate(library, questions)
    proposed = found.propose()
    if as_json:
        print(_Report.of(found, proposed).model_dump_json())
    else:
        _print(found, proposed, texts)
    if apply:
        build.apply(library, proposed, force=force)
    if fail_under is not None and found.right < fail_under:
        right, wanted = texts.number(found.right, 3), texts.number(fail_under, 3)
        say(texts("cli_evaluate_under", right=right, wanted=wanted))
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


def _print(found: Evaluation, proposed: Thresholds | None, texts: Texts) -> None:
    out = console()
    answerable, unanswerable = len(found.answerable), len(found.unanswerable)
    out.print(texts("cli_evaluate_counts", answerable=answerable, unanswerable=unanswerable))
    out.print(_table((texts("cli_measure"), texts("cli_share")), _measures(found, texts)))
    if sure := promise(found):
        out.print(f"{promised(sure, texts)}.")
    rows = (
        (_kind_in_words(kind, texts), *(str(counts[one.value]) for one in OUTCOMES))
        for kind, counts in _outcomes(found).items()
    )
    out.print(_table((texts("cli_outcome_of"), *map(texts, OUTCOMES.values())), rows))
    steps = (
        tuple(
            texts.number(value, places)
            for value, places in (
                (step, 2),
                (found.false_answers(step), 3),
                (found.missed_answers(step), 3),
            )
        )
        for step in found.steps[::4]
    )
    heads = (texts("cli_threshold"), texts("cli_false"), texts("cli_missed"))
    out.print(_table(heads, steps))
    out.print(texts("cli_thresholds_now", **_written(found.thresholds, texts)))
    if proposed:
        out.print(texts("cli_proposed", **_written(proposed, texts)))
    else:
        out.print(texts("cli_too_few"))
    _print_misses(out, [result for result in found.unanswerable if not result.right], texts)
    _print_misses(out, [result for result in found.answerable if not result.right], texts)


def promised(sure: Promise, texts: Texts) -> str:
    """Return a promise in words."""
    return texts("cli_promise", percent=sure.percent, count=sure.found)


def _measures(found: Evaluation, texts: Texts) -> Iterable[tuple[str, str]]:
    yield texts("cli_measure_right"), texts.number(found.right, 3)
    if found.answerable:
        yield texts("cli_measure_first"), texts.number(found.recall(1), 3)
        yield texts("cli_measure_three"), texts.number(found.recall(3), 3)
        yield texts("cli_measure_rank"), texts.number(found.reciprocal_rank, 3)
        yield texts("cli_measure_marked"), texts.number(found.marked, 3)


def _print_misses(out: Console, misses: Sequence[Result], texts: Texts) -> None:
    """Print the worst: of false answers the most confident, of missed ones the lowest."""
    worst = sorted(misses, key=lambda r: r.score if r.golden.answerable else -r.score)[:_WORST]
    for result in worst:
        _print_miss(out, result, texts)
    if left := len(misses) - len(worst):
        answerable = misses[0].golden.answerable
        key = "cli_more_answerable" if answerable else "cli_more_unanswerable"
        out.print("\n" + texts(key, left=left))


def _print_miss(out: Console, result: Result, texts: Texts) -> None:
    out.print()
    out.print(Text(f"✗ {result.golden.question}", style="bold red"))
    best = result.hits[0] if result.hits else None
    if best:
        line = f"  {texts(OUTCOMES[result.outcome])}: {best.passage.locator} {_why(best)}"
        out.print(Text(line))
        marked = " ".join(best.passage.quote(span) for span in best.highlights)
        out.print(Text(f"    {marked[:_SHOWN]}", style="dim"))
    out.print(Text(f"  {_wanted(result, texts)}"))


def _wanted(result: Result, texts: Texts) -> str:
    if not result.golden.answerable:
        return texts("cli_wanted_none", kind=_kind_in_words(_kind(result), texts))
    if result.rank is None:
        return texts("cli_wanted_far", document=result.golden.document)
    if result.rank > 1:
        right = result.hits[result.rank - 1]
        where, why = right.passage.locator, _why(right)
        return texts("cli_wanted_rank", rank=result.rank, where=where, why=why)
    return texts("cli_wanted_low")


def _why(hit: Hit) -> str:
    """Return the score and its parts; two passages side by side show why one was ahead."""
    parts = ", ".join(f"{part.name} {getattr(hit.parts, part.name):.2f}" for part in fields(Parts))
    return f"{hit.score:.2f} ({parts})"


def _kind(result: Result) -> str:
    return "answerable" if result.golden.answerable else result.golden.kind or "unanswerable"


def _kind_in_words(kind: str, texts: Texts) -> str:
    return texts(_KINDS[kind]) if kind in _KINDS else kind


def _outcomes(found: Evaluation) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for result in found.results:
        of_kind = counts.setdefault(_kind(result), {outcome.value: 0 for outcome in Outcome})
        of_kind[result.outcome.value] += 1
    return counts


def _written(thresholds: Thresholds, texts: Texts) -> dict[str, str]:
    return {name: texts.number(value, 2) for name, value in _named(thresholds).items()}


def _named(thresholds: Thresholds) -> dict[str, float]:
    return {"related": thresholds.related, "found": thresholds.found}


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    return table
