"""The tables of the report, in Markdown. Every one is computed from a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from benchmarks import measures
from benchmarks.judge import EXCERPTS_AT, Judged
from benchmarks.measures import Interval
from benchmarks.peers.protocol import TOP
from benchmarks.results import COSTS, LABELS, RANKED, Run, mean
from benchmarks.systems import PRODUCT, System

__all__ = [
    "behind",
    "costs",
    "first_passage",
    "headline",
    "marked",
    "marked_excerpts",
    "outcomes",
    "quotations",
    "ranking",
    "refusing",
    "strict",
]

Values = Callable[[Judged], list[float]]

_RANKING: dict[str, Values] = {
    "R@1": lambda judged: judged.r1,
    "R@3": lambda judged: judged.r3,
    "MRR": lambda judged: judged.mrr,
    "nDCG@10": lambda judged: judged.ndcg,
}
_OF_SET: dict[str, dict[str, Values]] = {
    "scifact": {f"recall@{TOP}": lambda judged: judged.recall},
    "chroma": {
        f"recall at k = {EXCERPTS_AT}": lambda judged: [each.recall for each in judged.excerpts],
        "precision": lambda judged: [each.precision for each in judged.excerpts],
        "IoU": lambda judged: [each.iou for each in judged.excerpts],
    },
}
_REFUSED = ("off-topic", "squad2", "clapnq")


def headline(run: Run) -> str:
    """On how many sets the product comes first in R@1."""
    sets = [name for name in run.having(_RANKING["R@1"], *RANKED) if _best(run, name, "R@1")]
    if not sets:
        return ""
    lost = [name for name in sets if _gap(run, name, "R@1", PRODUCT).value <= 0]
    text = f"**R@1: ahead of every peer on {len(sets) - len(lost)} of {len(sets)} sets"
    return text + (f"; not on {', '.join(LABELS[name] for name in lost)}.**" if lost else ".**")


def first_passage(run: Run) -> str:
    """R@1 of every system on every set."""
    names = [name for name in run.names if name in RANKED]
    return _by_system(run, [(LABELS[name], name, _RANKING["R@1"]) for name in names])


def strict(run: Run) -> str:
    """The product's R@1 where the passage must cover half of the right paragraph."""
    rows = []
    for name in run.having(_RANKING["R@1"], "squad2", "xquad-en", "xquad-ru", "clapnq"):
        result = run.of(name)
        assert result
        figures = [mean(result.judged.r1), mean(result.judged.strict_r1)]
        rows.append([LABELS[name], *(_figure(figure) for figure in figures)])
    return _table(["citebot, R@1", "lies in the paragraph", "covers half of it"], rows)


def ranking(run: Run, name: str) -> str:
    """Every measure of rank on one set."""
    columns = _measures(name)
    return _by_system(run, [(label, name, values) for label, values in columns.items()])


def marked(run: Run) -> str:
    """Return True if the marked sentences hold the answer; no peer marks any."""
    rows = []
    for name in run.having(
        lambda judged: judged.marked, "squad2", "xquad-en", "xquad-ru", "clapnq"
    ):
        result = run.of(name)
        assert result
        judged = result.judged
        seen = [value for value in judged.marked if not math.isnan(value)]
        two = [float(number > 1) for number in judged.marks]
        cells = [_interval(measures.bootstrap(each)) for each in (seen, judged.right_and_marked)]
        rows.append([LABELS[name], *cells, _percent(mean(two))])
    return _table(
        [
            "citebot",
            "right passage marks the answer",
            "first passage right and marks it",
            "two sentences marked",
        ],
        rows,
    )


def marked_excerpts(run: Run) -> str:
    """Recall and IoU of Chroma's excerpts by the passages, and by the sentences marked in them."""
    result = run.of("chroma")
    if not result or not result.judged.marked_excerpts:
        return ""
    judged = result.judged
    rows = []
    for label, excerpts in (
        (f"{EXCERPTS_AT} passages", judged.excerpts),
        ("the sentences marked in them", judged.marked_excerpts),
    ):
        columns = zip(*((e.recall, e.precision, e.iou) for e in excerpts), strict=True)
        rows.append([label, *(_interval(measures.bootstrap(column)) for column in columns)])
    return _table(["citebot, Chroma", "recall", "precision", "IoU"], rows)


def refusing(run: Run) -> str:
    """How well the top score tells what can be answered from what cannot."""
    names = run.having(lambda judged: judged.unanswerable, *_REFUSED)
    kinds = {"off-topic": "off-topic", "squad2": "near misses, squad2", "clapnq": "CLAPNQ's"}
    header = ["", *(f"AUROC, {kinds[name]}" for name in names)]
    header += [f"refused, {kinds[name]}" for name in names]
    rows = []
    for system in run.systems:
        cells = []
        for measure in (measures.auroc, measures.refused):
            for name in names:
                result = run.of(name, system)
                cells.append(
                    _interval(
                        measures.bootstrap_two(
                            measure, result.judged.answerable, result.judged.unanswerable
                        )
                    )
                    if result
                    else "–"
                )
        rows.append([system.label, *cells])
    return _table(header, rows) if names else ""


def outcomes(run: Run) -> str:
    """Return what the product's own thresholds make of each kind of question."""
    kinds = {
        ("squad2", "answerable"): "squad2, answerable",
        ("squad2", "unanswerable"): "squad2, near misses",
        ("off-topic", "answerable"): "half of squad2, answerable",
        ("off-topic", "unanswerable"): "half of squad2, off-topic",
        ("clapnq", "answerable"): "CLAPNQ, answerable",
        ("clapnq", "unanswerable"): "CLAPNQ, unanswerable",
        ("xquad-en", "answerable"): "XQuAD en, answerable",
        ("xquad-ru", "answerable"): "XQuAD ru, answerable",
        ("scifact", "answerable"): "SciFact, answerable",
        ("chroma", "answerable"): "Chroma, answerable",
    }
    rows = []
    for (name, kind), label in kinds.items():
        result = run.of(name)
        given = result.judged.outcomes.get(kind) if result else None
        if given:
            parts = [given.count(each) / len(given) for each in ("found", "related", "nothing")]
            rows.append([label, *(_percent(part) for part in parts)])
    return _table(["citebot's outcomes", "found", "related", "nothing"], rows)


def quotations(run: Run) -> str:
    """How many quotations are exactly their slice of the file."""
    ours = [result for (_, system), result in run.results.items() if system == PRODUCT]
    quoted, wrong = (sum(each) for each in ([r.quoted for r in ours], [r.misquoted for r in ours]))
    if not quoted:
        return ""
    share = "100 %" if not wrong else f"{100 * (quoted - wrong) / quoted:.4f} %, {wrong:,} are not"
    return (
        f"Of {quoted:,} passages that citebot returned, with the sentences marked in them, {share} "
        "are `text[start:end]` of the file that was written and of the document it keeps."
    )


def costs(run: Run, cost: str) -> str:
    """A cost of each peer as a multiple of the product's on the same set."""
    names = [name for name in run.names if run.of(name)]
    rows = []
    for system in run.systems:
        cells = []
        for name in names:
            own, other = run.of(name), run.of(name, system)
            assert own
            cells.append(_times(COSTS[cost](other) / COSTS[cost](own)) if other else "–")
        rows.append([system.label, *cells])
    return _table([f"{cost}, × citebot's", *(LABELS[name] for name in names)], rows)


def behind(run: Run) -> str:
    """Every measure in which a peer does as well as the product or better, with the difference."""
    lines = []
    for system in run.ours:
        for name in run.names:
            for label in _measures(name) if name in RANKED else ():
                best = _best(run, name, label)
                if best and run.of(name, system) and _gap(run, name, label, system.name).value <= 0:
                    lines.append(_shortfall(run, name, label, system, best))
    lines += _refusals_behind(run)
    for cost, value in COSTS.items():
        for peer in run.peers:
            better = [
                f"{LABELS[name]} (× {_times(value(other) / value(own))})"
                for name in run.names
                if (own := run.of(name)) and (other := run.of(name, peer))
                if value(other) < value(own)
            ]
            if better:
                lines.append(f"- {cost}: {peer.label} needs less on {', '.join(better)}")
    return "\n".join(lines) or "Nowhere in this run."


def _shortfall(run: Run, name: str, label: str, system: System, best: System) -> str:
    gap = _gap(run, name, label, system.name)
    own, other = run.of(name, system), run.of(name, best)
    assert own
    assert other
    values = _measures(name)[label]
    clear = "clear" if gap.high < 0 else "within the interval"
    return (
        f"- {LABELS[name]}, {label}: {system.label} {_figure(mean(values(own.judged)))}, "
        f"{best.label} {_figure(mean(values(other.judged)))}; difference {gap.value:+.3f} "
        f"({gap.low:+.3f} to {gap.high:+.3f}), {clear}"
    )


def _refusals_behind(run: Run) -> Iterable[str]:
    for name in run.having(lambda judged: judged.unanswerable, *_REFUSED):
        own = run.of(name)
        assert own
        for label, measure in (("AUROC", measures.auroc), ("refused", measures.refused)):
            figure = measure(own.judged.answerable, own.judged.unanswerable)
            for peer in run.peers:
                other = run.of(name, peer)
                if not other:
                    continue
                theirs = measure(other.judged.answerable, other.judged.unanswerable)
                if theirs >= figure:
                    yield (
                        f"- {LABELS[name]}, unanswerable questions, {label}: citebot "
                        f"{_figure(figure)}, {peer.label} {_figure(theirs)}"
                    )


def _best(run: Run, name: str, label: str) -> System | None:
    """The peer with the highest mean."""
    values = _measures(name)[label]
    found = [(mean(values(r.judged)), peer) for peer in run.peers if (r := run.of(name, peer))]
    return max(found, key=lambda each: each[0])[1] if found else None


def _gap(run: Run, name: str, label: str, system: str) -> Interval:
    """The product's mean less the best peer's, over the same questions."""
    values = _measures(name)[label]
    best = _best(run, name, label)
    assert best
    own, other = run.of(name, system), run.of(name, best)
    assert own
    assert other
    pairs = zip(values(own.judged), values(other.judged), strict=True)
    return measures.bootstrap([one - two for one, two in pairs])


def _measures(name: str) -> dict[str, Values]:
    """Every measure of rank of a set, by its label."""
    return _RANKING | _OF_SET.get(name, {})


def _by_system(run: Run, columns: Sequence[tuple[str, str, Values]]) -> str:
    """A row a system; the best of each column is bold."""
    cells: list[list[Interval | None]] = []
    for system in run.systems:
        found = [(run.of(name, system), values) for _, name, values in columns]
        cells.append(
            [
                measures.bootstrap(values(result.judged)) if result else None
                for result, values in found
            ]
        )
    best = [
        max((cell.value for cell in column if cell), default=0.0)
        for column in zip(*cells, strict=True)
    ]
    rows = []
    for system, row in zip(run.systems, cells, strict=True):
        shown = [
            "–" if not cell else f"**{_interval(cell)}**" if cell.value == top else _interval(cell)
            for cell, top in zip(row, best, strict=True)
        ]
        rows.append([system.label, *shown])
    return _table(["", *(label for label, _, _ in columns)], rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] + ["--:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) if len(lines) > 2 else ""


def _interval(interval: Interval) -> str:
    return f"{_figure(interval.value)} ({_figure(interval.low)}–{_figure(interval.high)})"


def _figure(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1) if value < 1 else f"{value:.3f}"


def _percent(part: float) -> str:
    return f"{100 * part:.1f} %"


def _times(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"
