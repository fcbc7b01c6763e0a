"""A run -> RESULTS.md and its pictures. Every figure and every claim is computed from the run."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmarks import measures, tables
from benchmarks.results import COSTS, LABELS, RANKED, Run
from benchmarks.systems import REQUIREMENTS, ROOT, python

__all__ = ["write"]


def write(run: Run, folder: Path, command: str) -> str:
    """Write the report and the pictures into `folder`; the report's text."""
    drawn = _draw(run, folder)
    text = "\n\n".join(part for part in _parts(run, command, drawn) if part) + "\n"
    (folder / "RESULTS.md").write_text(text, encoding="utf-8")
    return text


def _parts(run: Run, command: str, drawn: bool) -> Iterator[str]:
    yield "# Benchmark results"
    if run.sample:
        yield f"**A quick look: {run.sample} questions a set, on thinned documents. Not a result.**"
    yield _circumstances(run, command)
    yield tables.headline(run)
    for (name, system), result in run.results.items():
        if result.error:
            yield f"**{LABELS[name]}: {system} failed: {result.error}**"
    yield "## The first passage is right (R@1)"
    yield tables.first_passage(run)
    yield (
        "*untitled*: the same files without the articles' titles on their first lines, so exactly "
        "what the peers get. SciFact has titles for all, Chroma for none."
    )
    yield "![R@1 by set and system](r1.png)" if drawn else ""
    yield tables.strict(run)
    for name in run.names:
        if name in RANKED:
            yield f"## {LABELS[name]}"
            yield tables.ranking(run, name)
    if run.having(lambda judged: judged.marked) or run.having(
        lambda judged: judged.marked_excerpts
    ):
        yield "## The marked sentences"
        yield tables.marked(run)
        yield tables.marked_excerpts(run)
        yield _PUBLISHED if "chroma" in run.names else ""
    if run.having(lambda judged: judged.unanswerable):
        yield "## Refusing"
        yield _REFUSING
        yield tables.refusing(run)
        yield "![Risk and coverage](refusal.png)" if drawn else ""
    yield tables.outcomes(run)
    yield "## Quotations"
    yield tables.quotations(run)
    if run.ours and run.peers:
        yield "## Times and memory"
        yield _TIMES
        for cost in COSTS:
            yield tables.costs(run, cost)
        yield "## Where citebot is not ahead"
        yield tables.behind(run)
    yield "## How it is measured"
    yield _METHOD


def _circumstances(run: Run, command: str) -> str:
    ours = ("citebot", "onnxruntime", "faiss-cpu", "bm25s", "numpy")
    pins = [line for line in REQUIREMENTS.read_text().splitlines() if "==" in line]
    checks = ", ".join(f"{LABELS[name]} {value:.3f}" for name, value in run.checks.items())
    return "\n".join(
        [
            f"- command: `{command}`, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, "
            f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
            f"- the product: {', '.join(f'{name} {metadata.version(name)}' for name in ours)}",
            f"- the peers: {', '.join(pin.replace('==', ' ') for pin in pins)}",
            "- the model of all: all-MiniLM-L6-v2, from one package",
            f"- harness checks, nDCG@10 of paragraph vectors: {checks} "
            "(published: XQuAD en .944, SciFact .645)"
            if checks
            else "- harness checks: not part of this run",
            "- in brackets: 95 % bootstrap intervals over the questions",
        ]
    )


def _draw(run: Run, folder: Path) -> bool:
    """The pictures, drawn where matplotlib is: in the peers' environment."""
    if not python().exists():
        return False
    names = run.having(lambda judged: judged.r1, *RANKED)
    bars = []
    for system in run.systems:
        found = [(result.judged if (result := run.of(name, system)) else None) for name in names]
        figures = [measures.bootstrap(judged.r1) if judged else None for judged in found]
        bars.append(
            {
                "name": system.name,
                "label": system.label,
                "figures": [[f.value, f.low, f.high] if f else None for f in figures],
            }
        )
    panels = []
    for name, title in (
        ("off-topic", "{:.0%} of the questions are of articles not indexed"),
        ("squad2", "{:.0%} of the questions are near misses"),
    ):
        curves = []
        missing = 0.0
        for system in run.systems:
            if result := run.of(name, system):
                judged = result.judged
                missing = len(judged.unanswerable) / len(judged.scores)
                coverage, risk = measures.risk_coverage(judged.scores, judged.right)
                outcomes = [each for kind in judged.outcomes.values() for each in kind]
                curves.append(
                    {
                        "name": system.name,
                        "label": system.label,
                        "coverage": coverage.tolist(),
                        "risk": risk.tolist(),
                        "found": outcomes.count("found") / len(outcomes) if outcomes else None,
                    }
                )
        if curves:
            panels.append({"title": title.format(missing), "curves": curves})
    drawing = {"sets": [LABELS[name] for name in names], "bars": bars, "panels": panels}
    done = subprocess.run(  # noqa: S603 - our own module
        [python(), "-m", "benchmarks.pictures", folder],
        input=json.dumps(drawing),
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        # what took an hour to measure is reported all the same
        print(f"no pictures: they could not be drawn by {python()}", file=sys.stderr)
    return not done.returncode


_PUBLISHED = (
    "Published for this model on Chroma's data, its own chunkers: recall .824 at IoU .035 "
    "(TokenText 250/125), recall .752 at IoU .072 (Cluster 200). In this run the peers rank the "
    "passages that citebot cuts."
)

_REFUSING = (
    "AUROC: the chance that a question that can be answered has a higher top score than one that "
    "cannot. Refused: the part of those that cannot be answered below the threshold that keeps "
    "95 % of those that can. Off-topic: every second article of squad2 is indexed, the questions "
    "are of all of them. Near misses: squad2's adversarial questions, on the topic of a paragraph "
    "that does not answer them. CLAPNQ's unanswerable questions come with a passage that does not "
    "answer. "
    "Systems that fuse ranks have a score that says little of how well a passage fits."
)

_TIMES = (
    "Each system in a process of its own for each set, one at a time, on one thread: 1 is citebot, "
    "2 takes twice as much, 0.5 half. Times are of the processor, so that another load on the "
    "machine does not count; nor does waiting for the disk. Start: until the model is loaded; a "
    "question: the median; peak memory: of the whole process. citebot indexes sentences and their "
    "tokens, publishes to disk and reads back; the peers index paragraphs in memory."
)

_METHOD = """\
- The product gets files in a folder, as `Library.build` reads them, and is asked with \
`Library.ask`; where its outcome is `nothing`, what it held back is ranked all the same \
(`Library.rank`), so that ranking and refusing are measured apart. The peers get the paragraphs.
- All are asked for 20 passages. A hit of the product is right if it lies in a right paragraph: \
they share at least half of the shorter of the two. SciFact ranks documents (title and abstract), \
each by its best passage; its recall is at 20, where others publish it at 100.
- Chroma: the five corpora are searched together; a first passage is right if it shares characters \
with an excerpt. Characters found in another corpus count against IoU.
- A mark is right if one marked sentence holds a whole answer (CLAPNQ: shares at least half with a \
gold sentence).
- R@3 and MRR count passages, so that a long paragraph's parts take several places; nDCG counts \
each paragraph or document once.
- LlamaIndex: `QueryFusionRetriever`, reciprocal rank, one query; its vector store and \
`BM25Retriever` with stems and stop words of the language. Haystack: in-memory retrievers under \
`DocumentJoiner`, reciprocal rank fusion. txtai: `hybrid=True`. bm25s: its stop words and Snowball \
stems. FAISS: `IndexFlatIP` over normalised paragraph vectors.
- The model was trained on SQuAD and Natural Questions pairs among others, so squad2, XQuAD and \
CLAPNQ flatter every system that uses it; Chroma is the honest test."""
