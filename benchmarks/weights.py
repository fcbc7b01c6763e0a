"""What each part of the score brings: `python -m benchmarks.weights --data PATH`.

The passages that the product looks at closely are put in another order by other weights: with one
part left out, and by a grid, of which each set is measured at the weights that are best for the
others. The files, indexes and embeddings stay below .benchmark/, so that a second run takes
minutes.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import data, measures, sets
from benchmarks.folders import indexed
from benchmarks.judge import Places
from benchmarks.results import LABELS
from benchmarks.systems import CACHE, Found
from index.model.encoder import Encoder
from index.types import Parts

__all__ = ["Candidates", "main", "measure"]

Numbers = NDArray[np.float64]

_SETS = ("squad2", "xquad-en", "clapnq", "scifact", "chroma")
_RANKED_BY_DOCUMENT = "scifact"
_NAMES = tuple(field.name for field in fields(Parts))
_DEPTH = 20
# The grid: so many times the product's own weight, for every part but the first two.
_TIMES = (0.5, 1.0, 1.5)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages looked at closely for each question of a set.

    `parts` has the shape (questions, depth, parts) and is -inf if there are fewer passages; `right`
    tells which of them answer; `paragraphs`, by question and passage, which paragraphs of the set
    they lie in, and `gold` the right ones, empty if nothing answers.
    """

    name: str
    parts: Numbers
    right: NDArray[np.bool_]
    paragraphs: Sequence[Sequence[Sequence[int]]]
    gold: Sequence[frozenset[int]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.weights",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sets", nargs="+", choices=_SETS, default=list(_SETS))
    options = data.options(parser, arguments)
    encoder = Encoder()
    all_sets, weights = [], np.zeros(len(_NAMES))
    for name in options.sets:
        candidates, weights = _look(name, options.data, encoder)
        all_sets.append(candidates)
    print(_left_out(all_sets, weights))
    if len(all_sets) > 1:
        print(_from_the_others(all_sets, weights))


def measure(candidates: Candidates, weights: Numbers) -> dict[str, float]:
    """R@1, or nDCG@10 where documents are ranked, and AUROC if not all can be answered."""
    scores = np.nan_to_num(candidates.parts, neginf=-1e9) @ weights
    # equal scores stay in the product's own order
    order = np.argsort(-scores, axis=1, kind="stable")
    top = np.take_along_axis(scores, order[:, :1], axis=1)[:, 0]
    answerable = np.array([bool(gold) for gold in candidates.gold])
    label = LABELS[candidates.name]
    found: dict[str, float] = {}
    if candidates.name == _RANKED_BY_DOCUMENT:
        ranked = [
            dict.fromkeys(number for row in rows for number in places[row])
            for rows, places in zip(_held(order, candidates), candidates.paragraphs, strict=True)
        ]
        gains = [
            measures.ndcg(list(r), gold) for r, gold in zip(ranked, candidates.gold, strict=True)
        ]
        found[f"{label}, nDCG@10"] = float(np.mean(gains))
    else:
        first = np.take_along_axis(candidates.right, order[:, :1], axis=1)[:, 0]
        found[f"{label}, R@1"] = float(first[answerable].mean())
    if not answerable.all():
        found[f"{label}, AUROC"] = measures.auroc(
            top[answerable].tolist(), top[~answerable].tolist()
        )
    return found


def _held(order: NDArray[np.int64], candidates: Candidates) -> list[list[int]]:
    """The rows of each question in their order, those of no passage left out."""
    return [
        [row for row in rows if row < len(places)]
        for rows, places in zip(order.tolist(), candidates.paragraphs, strict=True)
    ]


def _look(name: str, folder: Path, encoder: Encoder) -> tuple[Candidates, Numbers]:
    """The candidates of a set, and the product's weights for its questions."""
    public = sets.load(name, folder, titled=True, sample=None)
    root = CACHE / "weights" / name
    library = indexed(name, public, root, encoder)
    places = Places(public)
    parts = np.full((len(public.questions), _DEPTH, len(_NAMES)), -np.inf)
    right = np.zeros(parts.shape[:2], dtype=np.bool_)
    paragraphs: list[list[list[int]]] = []
    weights = np.zeros(len(_NAMES))
    for row, question in enumerate(public.questions):
        ranked = library.rank(question.text, _DEPTH)
        weights = np.array(astuple(ranked.weights))
        found = []
        for column, hit in enumerate(ranked.hits):
            passage = hit.passage
            span = (passage.start, passage.end)
            found.append(places.of(Found(passage.source.id, span, hit.score)))
            parts[row, column] = astuple(hit.parts)
            right[row, column] = not set(question.gold).isdisjoint(found[-1])
        paragraphs.append(found)
    library.close()
    gold = [frozenset(question.gold) for question in public.questions]
    return Candidates(name, parts, right, paragraphs, gold), weights


def _left_out(all_sets: Sequence[Candidates], weights: Numbers) -> str:
    """A row for closeness and share alone, for all parts, and for all but one."""
    first_two = np.where(np.arange(len(weights)) < 2, weights, 0.0)
    rows = {"closeness + share": first_two, "all": weights}
    for number, part in enumerate(_NAMES[2:], start=2):
        rows[f"without {part}"] = np.where(np.arange(len(weights)) == number, 0.0, weights)
    measured = {label: _all(all_sets, row) for label, row in rows.items()}
    return _table("weights", measured)


def _from_the_others(all_sets: Sequence[Candidates], weights: Numbers) -> str:
    """Each set at the weights of the grid that are best for the other sets together."""
    grid = [
        np.array([*weights[:2], *(weights[2:] * times)])
        for times in itertools.product(_TIMES, repeat=len(weights) - 2)
    ]
    # of each set the first measure, that of ranking
    ranking = np.array(
        [[next(iter(measure(each, row).values())) for each in all_sets] for row in grid]
    )
    measured = {}
    for number, each in enumerate(all_sets):
        others = np.delete(ranking, number, axis=1).sum(axis=1)
        best = grid[int(others.argmax())]
        label = f"{LABELS[each.name]}: {' '.join(f'{value:.3g}' for value in best)}"
        measured[label] = measure(each, best)
    return _table(f"set: {' '.join(_NAMES)} that are best for the others", measured)


def _all(all_sets: Sequence[Candidates], weights: Numbers) -> dict[str, float]:
    return {k: value for each in all_sets for k, value in measure(each, weights).items()}


def _table(head: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = [[head, *columns], ["---", *("--:" for _ in columns)]]
    for label, row in rows.items():
        values = (f"{row[c]:.4f}".lstrip("0") if c in row else "" for c in columns)
        lines.append([label, *values])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
