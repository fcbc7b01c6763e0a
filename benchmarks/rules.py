"""What each rule brings: `python -m benchmarks.rules --data PATH`.

Each rule is switched off in turn, and a part of each set is asked again: how often the first
passage is right, how often the marked sentences hold the answer, how many passages have two marked
sentences, and which share of answerable and of other questions is found. Indexes and embeddings
stay below .benchmark/; they are those of `benchmarks.floors`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks import data, sets
from benchmarks.folders import indexed
from benchmarks.judge import Places
from benchmarks.measures import overlap
from benchmarks.systems import CACHE, Found
from index.library import Library
from index.model.encoder import Encoder
from index.search import marks, naming, ranking, scoring
from index.search.ranking import Ranked
from index.types import Outcome

__all__ = ["main"]

_DEPTH = 3

# A rule, and what stands in its place while it is off.
_RULES: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "all rules": lambda: patch.object(marks, "_SECOND", marks._SECOND),
    "without words that complete a mark": lambda: patch.object(marks, "_GAIN", 9.0),
    "without the sentence that names the subject": lambda: patch.object(
        naming, "subject", lambda passage, row: None
    ),
    "without the first answer under a heading that asks": lambda: patch.object(
        marks, "_FIRST", np.float32(0)
    ),
    "without the row whose label is asked for": lambda: patch.object(
        scoring, "_LABEL", np.float32(0)
    ),
    "without doubts about words": lambda: patch.object(
        ranking, "_lowered", lambda *everything: 0.0
    ),
    "without less worth of titles": lambda: patch.object(marks, "_TITLE", np.float32(0)),
    "without names that no document has": lambda: patch.object(
        ranking, "_names_a_stranger", lambda question, generation: False
    ),
}


@dataclass(frozen=True, slots=True)
class _Set:
    """A set's index, its questions, and where its paragraphs stand."""

    name: str
    library: Library
    questions: Sequence[sets.Question]
    places: Places


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rules",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = ("squad2", "xquad-en", "clapnq")
    parser.add_argument("--sets", nargs="+", choices=names, default=list(names))
    parser.add_argument("--few", type=int, default=300, help="questions of a set (300)")
    options = data.options(parser, arguments)
    with ExitStack() as open_ones:
        encoder = Encoder(None, CACHE / "models")
        parts = [
            open_ones.enter_context(_part(name, options.data, options.few, encoder))
            for name in options.sets
        ]
        print("| | set | R@1 | marked | two marks | found | found, no answer |")
        print("|---|---|--:|--:|--:|--:|--:|")
        for rule, off in _RULES.items():
            with off():
                for part in parts:
                    row = [f"{value:.3f}".lstrip("0") for value in _measured(part)]
                    print(f"| {rule} | {part.name} | {' | '.join(row)} |", flush=True)


@contextmanager
def _part(name: str, folder: Path, few: int, encoder: Encoder) -> Iterator[_Set]:
    public = sets.load(name, folder, titled=True, sample=None)
    library = indexed(name, public, CACHE / "floors" / name, encoder)
    step = max(len(public.questions) // few, 1)
    yield _Set(name, library, public.questions[::step], Places(public))
    library.close()


def _measured(part: _Set) -> tuple[float, ...]:
    """R@1, marked, two marks, found, and found among questions without an answer."""
    right, held, two, found, false = [], [], [], [], []
    for question in part.questions:
        ranked = part.library.rank(question.text, _DEPTH)
        is_found = ranked.outcome is Outcome.FOUND
        if not question.answerable:
            false.append(is_found)
            continue
        found.append(is_found)
        place = _place(part, question, ranked)
        right.append(place == 0)
        if place is not None and question.answers:
            spans = [(mark.start, mark.end) for mark in ranked.hits[place].highlights]
            held.append(any(_holds(part.name, span, question) for span in spans))
            two.append(len(spans) > 1)
    return tuple(float(np.mean(each)) if each else 0.0 for each in (right, held, two, found, false))


def _place(part: _Set, question: sets.Question, ranked: Ranked) -> int | None:
    for number, hit in enumerate(ranked.hits):
        span = (hit.passage.start, hit.passage.end)
        if not set(question.gold).isdisjoint(
            part.places.of(Found(hit.passage.source.id, span, hit.score))
        ):
            return number
    return None


def _holds(name: str, mark: tuple[int, int], question: sets.Question) -> bool:
    """Return True if a marked sentence holds an answer; CLAPNQ answers with whole sentences of
    its own.
    """
    return any(
        2 * overlap(mark, answer) >= min(mark[1] - mark[0], answer[1] - answer[0])
        if name == "clapnq"
        else mark[0] <= answer[0] and answer[1] <= mark[1]
        for answer in question.answers
    )


if __name__ == "__main__":
    main()
