"""How likely a score is to answer: small folders, with the paragraph that answers and without it.

Each question is asked of a few paragraphs of its article and of others, once with the right one
among them and once without. A logistic of the best score is fitted, with the answerable questions
counting three times: about three of four questions to a folder have an answer there (of MTRAG-UN's
169 of 227).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import sets
from benchmarks.folders import home, indexed
from benchmarks.sets import Paragraph, PublicSet
from index.desk.calibration import default
from index.model.encoder import Encoder
from index.types import Scope

__all__ = ["Scored", "fit", "scored", "table"]

Numbers = NDArray[np.float64]

# How many other paragraphs are in the folder, half of them of the same article.
_SIZES = (6, 10, 20, 40)
_PRIOR = 3.0
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Scored:
    """The best scores of a set's questions, as in an index of many passages, and whether the best
    passage answered.
    """

    name: str
    scores: Numbers
    right: NDArray[np.bool_]


def scored(name: str, folder: Path, few: int, encoder: Encoder) -> Scored:
    """Ask at most `few` questions of a set, each twice; 0: all."""
    public = _single(sets.load(name, folder, titled=True, sample=None))
    kept = home(encoder)
    library = indexed(public.name, public, kept / public.name, encoder, kept / name)
    names = [paragraph.file for paragraph in public.paragraphs]
    articles: dict[str, list[str]] = defaultdict(list)
    for each in names:
        articles[each.partition("-")[0]].append(each)
    chance = random.Random(7)  # noqa: S311 - a sample, the same each time
    there = [each for each in public.questions if each.answerable]
    asked = chance.sample(there, min(few, len(there)) if few else len(there))
    scores: list[float] = []
    right: list[bool] = []
    for question in asked:
        gold = names[question.gold[0]]
        size = chance.choice(_SIZES)
        own = [each for each in articles[gold.partition("-")[0]] if each != gold]
        near = chance.sample(own, min(len(own), size // 2))
        far = chance.sample([each for each in names if each not in own], size - len(near))
        least = default(size, encoder.profile).found - encoder.profile.found
        for shown in ({*near, *far, gold}, {*near, *far} - {gold}):
            scope = Scope(hidden=frozenset(names) - shown)
            best = library.ask(question.text, 1, scope).hits
            best = best or library.rank(question.text, 1, scope).hits
            scores.append(best[0].score - least if best else 0.0)
            right.append(bool(best) and best[0].passage.source.id == gold)
    library.close()
    return Scored(name, np.array(scores), np.array(right))


def fit(sets_of: Sequence[Scored]) -> tuple[float, float]:
    """The middle and the slope of a logistic of the scores of all sets, each counting the same."""
    scores = np.concatenate([each.scores for each in sets_of])
    right = np.concatenate([each.right for each in sets_of]).astype(float)
    weights = np.concatenate([np.full(len(each.scores), 1 / len(each.scores)) for each in sets_of])
    weights *= np.where(right > 0, _PRIOR, 1.0)
    design = np.column_stack([scores, np.ones_like(scores)])
    found = np.zeros(2)
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-design @ found))
        gradient = design.T @ (weights * (likely - right))
        curve = (design * (weights * likely * (1 - likely))[:, None]).T @ design
        found -= np.linalg.solve(curve + 1e-9 * np.eye(2), gradient)
    slope, offset = found
    return float(-offset / slope), float(slope)


def table(sets_of: Sequence[Scored], middle: float, slope: float) -> str:
    """The confidence that the logistic gives and the share that is right, by fifths; weighted."""
    lines = ["| set | 0 to .2 | to .4 | to .6 | to .8 | to 1 |", "|---|---|---|---|---|---|"]
    for each in sets_of:
        said = 1 / (1 + np.exp(-slope * (each.scores - middle)))
        weights = np.where(each.right, _PRIOR, 1.0)
        cells = []
        for least in (0.0, 0.2, 0.4, 0.6, 0.8):
            rows = (said >= least) & (said < least + 0.2)
            if rows.any():
                is_so = float(np.average(each.right[rows], weights=weights[rows]))
                mean = float(np.average(said[rows], weights=weights[rows]))
                cells.append(f"{mean:.2f} is {is_so:.2f}")
            else:
                cells.append("")
        lines.append(f"| {each.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _single(public: PublicSet) -> PublicSet:
    """A set with every paragraph a file, below the title of its article."""
    files: dict[str, str] = {}
    paragraphs = []
    for number, each in enumerate(public.paragraphs):
        title = public.files[each.file].partition("\n")[0]
        name = f"{each.file.removesuffix('.txt')}-{number:04}.txt"
        files[name] = f"{title}\n\n{each.text}"
        start = len(title) + 2
        paragraphs.append(Paragraph(name, (start, start + len(each.text)), each.text))
    return replace(public, name=f"{public.name}-single", files=files, paragraphs=paragraphs)
