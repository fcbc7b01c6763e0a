"""How the bot bears pressure: `python -m benchmarks.pressure [verify] [journal] [port] [flood]`.

verify: processor time of the worst texts beside a manual of 2.5 MB and 30,000 sentences. journal:
the longest wait of a call while 200,000 answers are purged. port: 1,100 half-open connections to
the bot's own server. flood: 130 people with 50 `/start` each, and 14 others.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.search import verify
from index.stores import Build
from index.stores.files import FileStore
from index.text import passages, words
from index.types import Document, Source, Span, Thresholds

_SENTENCES = 30_000
_VERBS = ("opens", "closes", "checks", "cleans", "reads", "oils", "turns", "keeps")
_THINGS = ("valve", "pump", "hatch", "filter", "gauge", "lamp", "belt", "drum", "seal", "rail")


def manual(sentences: int = _SENTENCES) -> Document:
    """An ordinary manual: numbered sections of six sentences, a paragraph each."""
    chosen = np.random.default_rng(7)
    parts, spans, paragraphs, at = list[str](), list[Span](), list[Span](), 0
    for number in range(sentences):
        verb, thing = chosen.choice(_VERBS), chosen.choice(_THINGS)
        sentence = f"In section {number % 5000} the operator {verb} the {thing} of unit {number}, "
        sentence += "then signs the log."
        start = at
        parts.append(sentence)
        at += len(sentence)
        spans.append(Span(start, at))
        last = number % 6 == 5
        parts.append("\n\n" if last else " ")
        at += len(parts[-1])
        if last:
            paragraphs.append(Span(spans[-6].start, spans[-1].end))
    return Document(
        source=Source("manual.txt", "Manual", "en"),
        text="".join(parts),
        paragraphs=tuple(paragraphs),
        sentences=tuple(spans),
        digest="0" * 64,
    )


def run_of_one_token() -> Document:
    """300 KB of one token."""
    text = ("0 " * 150_000).strip()
    size = 1_000
    spans = tuple(Span(at, min(at + size - 1, len(text))) for at in range(0, len(text), size))
    return Document(
        source=Source("zeros.txt", "Zeros", "en"),
        text=text,
        paragraphs=(Span(0, len(text)),),
        sentences=spans,
        digest="1" * 64,
    )


def texts(document: Document) -> Iterator[tuple[str, str]]:
    """Texts that cost much, by name."""
    prose = document.text[100_000 : 100_000 + verify.MAX_TEXT]
    yield "a whole stretch", prose
    yield "340 items of a list", "".join(f"\n- section {n}" for n in range(340))[: verify.MAX_TEXT]
    yield (
        "prose, every sentence from elsewhere",
        " ".join(document.text[span.start : span.end] for span in document.sentences[::777])[
            : verify.MAX_TEXT
        ],
    )
    yield "prose, changed", prose.replace("the operator", "an engineer")
    yield (
        "95 short sentences",
        "".join(f"The operator oils unit {n * 311}. " for n in range(200))[: verify.MAX_TEXT],
    )
    yield "one letter", "a"
    yield "single letters", "a b c d e f " * 340
    yield "stop words", "The of and to in is was. " * 160
    yield (
        "stop words, all different",
        "".join(
            f"{a} {b} of it. "
            for a in "the an is was to in on at by".split()
            for b in "and or if as so but".split()
        ),
    )
    yield "signs", "§ ¶ † ‡ • " * 400
    yield "a run of one token", "0 " * 1_000 + "1 0 1"
    yield "a run of one letter", "a" * verify.MAX_TEXT


def measure_verify() -> None:
    """The worst texts beside a manual."""
    with tempfile.TemporaryDirectory() as folder:
        store = FileStore(Path(folder))
        documents = [manual(), run_of_one_token()]
        held = [passage for document in documents for passage in passages.split(document)]
        rows = sum(len(passage.sentences) for passage in held)
        build = Build(
            model="none",
            fingerprint="none",
            content="none",
            thresholds=Thresholds(0.3, 0.6),
            documents=documents,
            passages=held,
            vectors=np.full((rows, 4), 0.5, np.float32),
            tokens=[np.zeros((1, 1), np.uint8)] * rows,
            terms=[words.terms(passage.text, "en") for passage in held],
        )
        with store.locked():
            store.publish(store.stage(build).generation.id)
        generation = store.open(None)
        print(f"{len(held):,} passages, {rows:,} sentences, {len(documents[0].text):,} characters")
        for name, text in texts(documents[0]):
            began, cpu = time.perf_counter(), time.process_time()
            verdict = verify.verify(generation, text[: verify.MAX_TEXT])
            cpu, wall = time.process_time() - cpu, time.perf_counter() - began
            print(
                f"{name:40} {cpu:6.2f} s of processor time, {wall:6.2f} s; {verdict.match.value}, "
                f"{verdict.judged} judged, {verdict.unjudged} left",
                flush=True,
            )
        generation.close()


def main(names: Sequence[str]) -> None:
    """Measure the parts named, or all."""
    parts: dict[str, Callable[[], None]] = {"verify": measure_verify}
    for name in names or parts:
        print(f"# {name}")
        parts[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
